package io.curlew.data.eval;

import java.util.List;
import java.util.Random;

/**
 * The mean difference of two methods over the same queries: with a percentile interval from
 * resampled queries, and the probability of a difference as large if the methods were the same,
 * from random signs of the differences (Smucker, Allan, Carterette, 2007).
 *
 * @param difference mean of the first less that of the second
 * @param low end of the 95 % interval
 * @param high end of the 95 % interval
 * @param p of the two-sided randomisation test, at least 1 / 10,001
 */
public record PairedTest(double difference, double low, double high, double p) {

  private static final int PERMUTATIONS = 10_000;

  /**
   * Compares.
   *
   * @param values of the queries
   * @param others of the same queries in the same order
   */
  public static PairedTest of(List<Double> values, List<Double> others, long seed) {
    PairedBootstrap interval = PairedBootstrap.ofDifferences(values, others, seed);
    double[] differences = new double[values.size()];
    double sum = 0;
    for (int i = 0; i < differences.length; i++) {
      differences[i] = values.get(i) - others.get(i);
      sum += differences[i];
    }
    // sums of the same numbers in another order or sign differ by rounding
    double asLarge = Math.abs(sum) * (1 - 1e-12);
    Random random = new Random(seed);
    int found = 0;
    for (int permutation = 0; permutation < PERMUTATIONS; permutation++) {
      double permuted = 0;
      long bits = 0;
      for (int i = 0; i < differences.length; i++) {
        if (i % Long.SIZE == 0) {
          bits = random.nextLong();
        }
        permuted += (bits & 1) == 0 ? differences[i] : -differences[i];
        bits >>>= 1;
      }
      if (Math.abs(permuted) >= asLarge) {
        found++;
      }
    }
    return new PairedTest(
        interval.value(), interval.low(), interval.high(), (found + 1.0) / (PERMUTATIONS + 1.0));
  }
}
