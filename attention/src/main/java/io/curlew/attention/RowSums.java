package io.curlew.attention;

/**
 * What is done about the rows of the approximated attention matrix, which ought to sum to 1 and do
 * so only as far as the pseudo-inverse is one.
 */
public enum RowSums {
  /** Nothing, as in the paper. */
  AS_COMPUTED,
  /** Each row is divided by its sum, unless that is so small that it carries no information. */
  RENORMALISED,
  /**
   * Landmark rows are weighted by their softmax denominators over all keys relative to those over
   * the landmark keys, then rows are divided by their sum. This is Nystrom's method on the
   * exponential kernel, before any normalisation: what exact attention is, if the core has an
   * inverse.
   */
  KERNEL
}
