package io.curlew.cur.anchor;

/**
 * From what a search expects of its own recall to what is found when so much is expected: a
 * logistic regression on the logit of the expectation, the depth and the calls, fitted on anchors
 * that were held out.
 *
 * @param intercept and the coefficients of the inputs
 * @param logit of the expectation
 * @param depth of log10(k / 10)
 * @param logitDepth of their product
 * @param calls of log10(calls / 100)
 */
public record RecallCalibration(
    double intercept, double logit, double depth, double logitDepth, double calls) {

  /** Takes expectations as they are. */
  public static final RecallCalibration NONE = new RecallCalibration(0, 1, 0, 0, 0);

  private static final double SURE = 1e-5;

  /** The inputs: 1, then one for each coefficient. */
  public static double[] inputs(double expected, int k, int calls) {
    double p = Math.clamp(expected, SURE, 1 - SURE);
    double logit = Math.log(p / (1 - p));
    double depth = Math.log10(k / 10.0);
    return new double[] {1, logit, depth, logit * depth, Math.log10(calls / 100.0)};
  }

  /**
   * The share of the exact top k that is found when so much is expected.
   *
   * @param calls the exact scores known, at least 1
   */
  public double of(double expected, int k, int calls) {
    double[] x = inputs(expected, k, calls);
    double sum = intercept + logit * x[1] + depth * x[2] + logitDepth * x[3] + this.calls * x[4];
    return 1 / (1 + Math.exp(-sum));
  }
}
