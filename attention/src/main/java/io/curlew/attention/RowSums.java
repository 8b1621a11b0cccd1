package io.curlew.attention;

/**
 * What is done about the rows of the approximated attention matrix, which ought to sum to 1 and do
 * so only as far as the pseudo-inverse is one.
 */
public enum RowSums {
  /** Nothing, as in the paper. */
  AS_COMPUTED,
  /** Each row is divided by its sum, unless that is so small that it carries no information. */
  RENORMALISED
}
