package io.curlew.cur.anchor;

import java.util.ArrayList;
import java.util.List;

/**
 * From what a search expects of its own recall to what is found when so much is expected: a
 * logistic regression on the logit of the expectation, fitted on anchors that were held out. Slope
 * and intercept depend on depth and calls, linear between the knots, in logarithms. Immutable.
 *
 * @param weights one for each of the {@link #inputs}
 */
public record RecallCalibration(List<Double> weights) {

  /** Knots of the calls that a search has spent; searches of so many calls are learned from. */
  public static final List<Integer> CALLS = List.of(5, 10, 20, 50, 100, 200);

  /** Knots of the depth k. */
  public static final List<Integer> DEPTHS = List.of(10, 100);

  /**
   * Nothing was learned: expectations are taken with care, the more so the fewer the calls, and
   * never for more than they say.
   */
  public static final RecallCalibration NONE = of(1, -1.85, -1.4, -1.0, -0.6, -0.35, -0.15);

  /** Takes expectations as they are. */
  public static final RecallCalibration IDENTITY = of(1, 0, 0, 0, 0, 0, 0);

  private static final double SURE = 1e-5;

  public RecallCalibration {
    weights = List.copyOf(weights);
    if (weights.size() != inputs(0.5, 1, 1).length) {
      throw new IllegalArgumentException(
          "calibration must have " + inputs(0.5, 1, 1).length + " weights, got: " + weights.size());
    }
  }

  /** The same at every depth. */
  private static RecallCalibration of(double slope, double... intercepts) {
    List<Double> weights = new ArrayList<>();
    for (int depth = 0; depth < DEPTHS.size(); depth++) {
      for (double intercept : intercepts) {
        weights.add(slope);
        weights.add(intercept);
      }
    }
    return new RecallCalibration(weights);
  }

  /**
   * What the regression is on: for every knot of the depth and every one of the calls the logit and
   * 1, as far as the search is at these knots.
   *
   * @param calls the exact scores known, at least 1
   */
  public static double[] inputs(double expected, int k, int calls) {
    double p = Math.clamp(expected, SURE, 1 - SURE);
    double[] depth = shares(k, DEPTHS);
    double[] spent = shares(calls, CALLS);
    double[] inputs = new double[depth.length * 2 * spent.length];
    int i = 0;
    for (double at : depth) {
      for (double share : spent) {
        inputs[i++] = at * share * Math.log(p / (1 - p));
        inputs[i++] = at * share;
      }
    }
    return inputs;
  }

  /** How far a value is at each of the knots: all at the first or the last if it is outside. */
  private static double[] shares(int value, List<Integer> knots) {
    double[] shares = new double[knots.size()];
    int above = 0;
    while (above < knots.size() && knots.get(above) < value) {
      above++;
    }
    if (above == 0 || above == knots.size()) {
      shares[Math.min(above, knots.size() - 1)] = 1;
      return shares;
    }
    double low = Math.log(knots.get(above - 1));
    double share = (Math.log(value) - low) / (Math.log(knots.get(above)) - low);
    shares[above - 1] = 1 - share;
    shares[above] = share;
    return shares;
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
