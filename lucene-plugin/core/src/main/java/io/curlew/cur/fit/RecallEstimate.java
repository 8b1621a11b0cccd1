package io.curlew.cur.fit;

import java.util.Arrays;

/**
 * How much of the exact top k a ranking is expected to hold.
 *
 * <p>A scored document of rank i is in the exact top k if at most k - i unseen documents score
 * above it; their number is nearly Poisson, with what the {@link Outlook} expects as its mean. An
 * estimate among the k returned is in it if it is above the score that the k-th best is expected to
 * have. The expected share of the top k is the mean of these probabilities.
 */
public final class RecallEstimate {

  private RecallEstimate() {}

  /**
   * The expected share.
   *
   * @param scores that are known
   * @param k the depth of the ranking, at least 1
   */
  public static double of(double[] scores, int k, Outlook outlook) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    double threshold = outlook.threshold(scores, k);
    int contenders = outlook.contenders();
    int exact = 0;
    int estimated = 0;
    double sum = 0;
    while (exact + estimated < k) {
      boolean moreExact = exact < sorted.length;
      boolean moreEstimated = estimated < contenders;
      if (moreExact
          && (!moreEstimated || sorted[sorted.length - 1 - exact] >= outlook.mean(estimated))) {
        double above = outlook.above(sorted[sorted.length - 1 - exact]);
        sum += poissonAtMost(k - 1 - exact, above);
        exact++;
      } else if (moreEstimated) {
        sum += outlook.probability(estimated, threshold);
        estimated++;
      } else {
        break;
      }
    }
    return sum / k;
  }

  private static final double SMALLEST = 1e-17;

  /** P(X at most n) for X Poisson with this mean. */
  static double poissonAtMost(int n, double mean) {
    if (mean > 700) { // exp would underflow; the answer is 0 for every n in use
      return n >= mean ? 1 : 0;
    }
    double term = Math.exp(-mean);
    double sum = term;
    // beyond the mean terms fall, soon below what the sum can hold: n may be any number
    for (int i = 1; i <= n && (i <= mean || term > SMALLEST * sum); i++) {
      term *= mean / i;
      sum += term;
    }
    return Math.min(1, sum);
  }

  /** P(X above a threshold) for X normal; a deviation of 0 is no error. */
  static double upperTail(double threshold, double mean, double deviation) {
    return deviation > 0 ? upperTail((threshold - mean) / deviation) : mean > threshold ? 1 : 0;
  }

  /** P(X above z) for X standard normal; Abramowitz and Stegun 26.2.17, error below 7.5e-8. */
  static double upperTail(double z) {
    double x = Math.abs(z);
    if (x > 8) {
      return z > 0 ? 0 : 1;
    }
    double t = 1 / (1 + 0.2316419 * x);
    double polynomial =
        t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    double tail = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * polynomial;
    return z > 0 ? tail : 1 - tail;
  }
}
