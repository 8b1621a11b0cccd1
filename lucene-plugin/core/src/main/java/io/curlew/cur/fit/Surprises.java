package io.curlew.cur.fit;

/**
 * How often documents of the first stage's list that the fit thought little of have turned out
 * good, by their rank in it: what the fit does not see, and what the rest of the list may hold.
 * Where anchors do not see what makes a document relevant, this is all that is known of it.
 *
 * <p>For a threshold the rate at a rank is that of the scored documents of the list whose
 * leave-one-out estimate made a score above it unlikely, less what normal errors explain, each
 * weighted by the ratio of the two ranks, below 1: so evidence of the head counts less the deeper
 * one looks, and the rate of a list that stays silent falls as 1 / rank.
 */
public final class Surprises {

  /** Scores above the threshold are unlikely below this probability. */
  private static final double UNLIKELY = 0.05;

  /** Before anything was scored: so many surprises in one document, of rank 1. */
  private static final double PRIOR_RATE = 0.05;

  private final int[] ranks;
  private final double[] scores;
  private final double[] estimates;
  private final double deviation;

  /**
   * Looks at the scored documents.
   *
   * @param ranks in the list, from 1; 0 for documents that are not in it
   * @param scores exact ones
   * @param residuals by which scores are above their leave-one-out estimates
   * @param deviation of residuals, whatever a few of them are
   */
  public Surprises(int[] ranks, double[] scores, double[] residuals, double deviation) {
    this.ranks = ranks;
    this.scores = scores;
    this.deviation = deviation;
    this.estimates = new double[scores.length];
    for (int j = 0; j < estimates.length; j++) {
      estimates[j] = scores[j] - residuals[j];
    }
  }

  /**
   * The probabilities that documents of the list that are thought little of score above a
   * threshold.
   *
   * @param at ranks of documents
   */
  double[] rates(int[] at, double threshold) {
    double[] trials = new double[at.length];
    double[] hits = new double[at.length];
    for (int j = 0; j < ranks.length; j++) {
      double expected =
          ranks[j] == 0 ? 1 : RecallEstimate.upperTail(threshold, estimates[j], deviation);
      if (expected < UNLIKELY) {
        double hit = (scores[j] > threshold ? 1 : 0) - expected;
        for (int i = 0; i < at.length; i++) {
          double weight = weight(ranks[j], at[i]);
          trials[i] += weight;
          hits[i] += weight * hit;
        }
      }
    }
    for (int i = 0; i < at.length; i++) {
      hits[i] = (Math.max(0, hits[i]) + PRIOR_RATE / at[i]) / (trials[i] + 1);
    }
    return hits;
  }

  private static double weight(int scored, int rank) {
    return scored < rank ? (double) scored / rank : (double) rank / scored;
  }
}
