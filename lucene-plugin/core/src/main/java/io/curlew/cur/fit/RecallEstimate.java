package io.curlew.cur.fit;

/**
 * How much of the exact top k a ranking is expected to hold.
 *
 * <p>The scores of unseen documents are taken for independent and normal about their estimates. A
 * scored document of rank i is in the exact top k if at most k - i unseen documents score above it;
 * their number is nearly Poisson, with the sum of the single probabilities as its mean. The
 * expected share of the top k is the mean of these probabilities over the k best scored documents.
 */
public final class RecallEstimate {

  private RecallEstimate() {}

  /**
   * @param best the k best exact scores, best first; fewer if fewer documents were scored
   * @param k the depth of the ranking, at least 1
   * @param estimates of the unseen documents that come into question
   * @param deviations their standard deviations
   */
  public static double of(float[] best, int k, double[] estimates, double[] deviations) {
    double sum = 0;
    for (int i = 0; i < Math.min(k, best.length); i++) {
      double above = 0;
      for (int d = 0; d < estimates.length; d++) {
        above += upperTail((best[i] - estimates[d]) / deviations[d]);
      }
      sum += poissonAtMost(k - 1 - i, above);
    }
    return sum / k;
  }

  /**
   * The share that was found when so much was expected. Errors of neighbours are not independent,
   * and the variance is itself estimated, so that the plain estimate is too sure of itself at both
   * ends. A logistic regression of the recall found on the logit of the one expected, the depth and
   * the calls corrects it.
   *
   * <p>Fitted on 650 WordNet training queries (20,000 documents, late interaction, budgets 100 to
   * 500, depths 10 and 100). Expected calibration error at depth 10: uncorrected on 1,300 training
   * queries 0.045 at budget 100 and 0.016 at 200, corrected on 1,300 test queries 0.008 and 0.004.
   * For another model or far other depths it is a guess.
   *
   * @param expected what {@link #of} says
   * @param calls the exact scores known
   */
  public static double calibrated(double expected, int k, int calls) {
    double p = Math.clamp(expected, SURE, 1 - SURE);
    double logit = Math.log(p / (1 - p));
    double depth = Math.log10(k / 10.0);
    double found =
        1.618
            + 0.305 * logit
            - 1.027 * depth
            + 0.192 * logit * depth
            + 0.878 * Math.log10(calls / 100.0);
    return 1 / (1 + Math.exp(-found));
  }

  private static final double SURE = 1e-5;

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
