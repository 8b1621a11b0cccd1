package io.curlew.lucene;

import org.apache.lucene.util.FixedBitSet;

/**
 * About the n highest of an array of scores, without sorting: those above an edge of a histogram.
 * It depends on nothing but the scores, in whatever order they stand.
 */
final class HighestScores {

  private static final int BINS = 1 << 14;

  private HighestScores() {}

  /**
   * The indices of the highest scores: n of them, or more if others share their bin.
   *
   * @param scores NaN is never chosen
   */
  static FixedBitSet of(float[] scores, int n) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      if (score < low) { // NaN is not
        low = score;
      }
      if (score > high) {
        high = score;
      }
    }
    float width = (high - low) / BINS;
    int[] counts = new int[BINS];
    for (float score : scores) {
      if (score >= low) {
        counts[bin(score, low, width)]++;
      }
    }
    int edge = BINS;
    for (int sum = 0; sum < n && edge > 0; ) {
      sum += counts[--edge];
    }
    FixedBitSet highest = new FixedBitSet(Math.max(1, scores.length));
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] >= low && bin(scores[i], low, width) >= edge) {
        highest.set(i);
      }
    }
    return highest;
  }

  /** Rises with the score; an infinite width or one of 0 puts all into the first or last bin. */
  private static int bin(float score, float low, float width) {
    return Math.clamp((int) ((score - low) / width), 0, BINS - 1);
  }
}
