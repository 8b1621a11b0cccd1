package io.curlew.cur.fit;

/**
 * The factorisation behind {@link RidgeEstimator} for one value of lambda; it follows the rows as
 * they arrive.
 */
interface RidgeFactor {

  /** Takes in the rows that have arrived since the last call. */
  void update();

  /**
   * Solves for the targets of all rows.
   *
   * @param targets one per row
   */
  Solution solve(double[] targets);

  /**
   * @param coefficients of the minimiser: one per row in the dual form, one per anchor, u itself,
   *     in the primal form
   * @param squaredLooError the sum of squared leave-one-out residuals
   * @param effectiveRank the trace of the hat matrix, the effective number of parameters
   */
  record Solution(double[] coefficients, double squaredLooError, double effectiveRank) {}
}
