package io.curlew.demo;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * How many of the exact top documents one method misses for each that another misses, over the same
 * queries, with a percentile interval from resampled queries (Efron and Tibshirani, 1993).
 *
 * @param ratio of the mean misses; below 1 the first method is better
 * @param low end of the 95 % interval
 * @param high end of the 95 % interval
 */
record PairedBootstrap(double ratio, double low, double high) {

  private static final int RESAMPLES = 2000;

  /**
   * Compares recalls of the same queries in the same order.
   *
   * @param seed of the resampling
   */
  static PairedBootstrap ofMisses(List<Double> recalls, List<Double> others, long seed) {
    if (recalls.size() != others.size() || recalls.isEmpty()) {
      throw new IllegalArgumentException(
          "recalls must be of the same queries, at least 1, got: "
              + recalls.size()
              + " and "
              + others.size());
    }
    Random random = new Random(seed);
    double[] ratios = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      double missed = 0;
      double missedByOther = 0;
      for (int i = 0; i < recalls.size(); i++) {
        int query = random.nextInt(recalls.size());
        missed += 1 - recalls.get(query);
        missedByOther += 1 - others.get(query);
      }
      ratios[r] = ratio(missed, missedByOther);
    }
    Arrays.sort(ratios);
    double missed = recalls.stream().mapToDouble(recall -> 1 - recall).sum();
    double missedByOther = others.stream().mapToDouble(recall -> 1 - recall).sum();
    return new PairedBootstrap(
        ratio(missed, missedByOther),
        ratios[(int) (0.025 * RESAMPLES)],
        ratios[(int) (0.975 * RESAMPLES)]);
  }

  /** Nothing missed by both is a draw. */
  private static double ratio(double missed, double missedByOther) {
    return missed == missedByOther ? 1 : missed / missedByOther;
  }
}
