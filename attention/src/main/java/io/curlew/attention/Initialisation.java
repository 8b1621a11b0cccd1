package io.curlew.attention;

/** What the transposed core matrix is divided by to start the pseudo-inverse iteration. */
public enum Initialisation {
  /**
   * The largest column sum of each matrix by itself: what else is in the batch has no influence.
   */
  PER_MATRIX,
  /**
   * The largest column sum over the whole batch and all heads, as published models were trained. An
   * item's output then moves with what else is in the batch, so it is for the {@linkplain
   * NystromOptions.Builder#optCompatible compatible form} alone.
   */
  WHOLE_BATCH
}
