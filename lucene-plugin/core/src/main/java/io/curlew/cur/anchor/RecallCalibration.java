package io.curlew.cur.anchor;

import java.util.List;

/**
 * From what a search expects of its own recall to what is found when so much is expected: a
 * logistic regression on the logit of the expectation, the depth and the calls, fitted on anchors
 * that were held out. Immutable.
 *
 * @param weights one for each of the {@link #inputs}
 */
public record RecallCalibration(List<Double> weights) {

  /**
   * Nothing was learned: expectations are taken with care, the more so the fewer the calls up to
   * 1,000, and never for more than they say.
   */
  public static final RecallCalibration NONE =
      new RecallCalibration(List.of(-0.35, 1.0, 0.0, 0.0, 0.7, 0.0, -0.35));

  /** Takes expectations as they are. */
  public static final RecallCalibration IDENTITY =
      new RecallCalibration(List.of(0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0));

  private static final double SURE = 1e-5;

  public RecallCalibration {
    weights = List.copyOf(weights);
    if (weights.size() != inputs(0.5, 1, 1).length) {
      throw new IllegalArgumentException(
          "calibration must have " + inputs(0.5, 1, 1).length + " weights, got: " + weights.size());
    }
  }

  /**
   * What the regression is on: 1, the logit, the depth log10(k / 10), their product, the calls
   * log10(calls / 100), their product with the depth and their square.
   *
   * @param calls the exact scores known, at least 1
   */
  public static double[] inputs(double expected, int k, int calls) {
    double p = Math.clamp(expected, SURE, 1 - SURE);
    double logit = Math.log(p / (1 - p));
    double depth = Math.log10(k / 10.0);
    double spent = Math.log10(calls / 100.0);
    return new double[] {1, logit, depth, logit * depth, spent, spent * depth, spent * spent};
  }

  /** The share of the exact top k that is found when so much is expected. */
  public double of(double expected, int k, int calls) {
    double[] inputs = inputs(expected, k, calls);
    double sum = 0;
    for (int i = 0; i < inputs.length; i++) {
      sum += weights.get(i) * inputs[i];
    }
    return 1 / (1 + Math.exp(-sum));
  }
}
