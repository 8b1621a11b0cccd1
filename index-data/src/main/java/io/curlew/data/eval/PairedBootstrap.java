package io.curlew.data.eval;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Two methods compared over the same queries, with a percentile interval from resampled queries
 * (Efron and Tibshirani, 1993).
 *
 * @param value over all queries
 * @param low end of the 95 % interval
 * @param high end of the 95 % interval
 */
public record PairedBootstrap(double value, double low, double high) {

  private static final int RESAMPLES = 2000;

  /**
   * How many of the exact top documents one method misses for each that another misses; below 1 the
   * first is better. Nothing missed by both is a draw.
   *
   * @param recalls of the same queries in the same order as {@code others}
   * @param seed of the resampling
   */
  public static PairedBootstrap ofMisses(List<Double> recalls, List<Double> others, long seed) {
    return of(
        recalls,
        others,
        seed,
        (recall, other, n) -> recall == other ? 1 : (n - recall) / (n - other));
  }

  /** The mean of the first less that of the second. */
  public static PairedBootstrap ofDifferences(List<Double> values, List<Double> others, long seed) {
    return of(values, others, seed, (value, other, n) -> (value - other) / n);
  }

  private interface Statistic {
    double of(double sum, double otherSum, int queries);
  }

  private static PairedBootstrap of(
      List<Double> values, List<Double> others, long seed, Statistic statistic) {
    if (values.size() != others.size() || values.isEmpty()) {
      throw new IllegalArgumentException(
          "values must be of the same queries, at least 1, got: "
              + values.size()
              + " and "
              + others.size());
    }
    int n = values.size();
    Random random = new Random(seed);
    double[] resampled = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      double sum = 0;
      double otherSum = 0;
      for (int i = 0; i < n; i++) {
        int query = random.nextInt(n);
        sum += values.get(query);
        otherSum += others.get(query);
      }
      resampled[r] = statistic.of(sum, otherSum, n);
    }
    Arrays.sort(resampled);
    return new PairedBootstrap(
        statistic.of(sum(values), sum(others), n),
        resampled[(int) (0.025 * RESAMPLES)],
        resampled[(int) (0.975 * RESAMPLES)]);
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }
}
