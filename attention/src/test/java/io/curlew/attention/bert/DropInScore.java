package io.curlew.attention.bert;

import io.curlew.attention.scoring.EncodedText;
import io.curlew.attention.scoring.MaxSim;
import java.util.Arrays;
import java.util.List;

/**
 * How close an encoder with swapped attention is to the original.
 *
 * @param cosine mean cosine of whole-text vectors
 * @param worst smallest of them
 * @param spearman mean over queries of the rank correlation of late-interaction scores
 */
record DropInScore(double cosine, double worst, double spearman) {
  static DropInScore of(
      List<EncodedText> exact, List<EncodedText> approximate, List<EncodedText> queries) {
    double sum = 0;
    double worst = 1;
    for (int text = 0; text < exact.size(); text++) {
      double cosine = dot(exact.get(text).pooled(), approximate.get(text).pooled());
      sum += cosine;
      worst = Math.min(worst, cosine);
    }
    float[][] expected = MaxSim.score(queries, exact);
    float[][] actual = MaxSim.score(queries, approximate);
    double correlation = 0;
    for (int query = 0; query < expected.length; query++) {
      correlation += spearman(expected[query], actual[query]);
    }
    return new DropInScore(sum / exact.size(), worst, correlation / expected.length);
  }

  private static double dot(float[] x, float[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (double) x[i] * y[i];
    }
    return sum;
  }

  static double spearman(float[] x, float[] y) {
    double[] a = ranks(x);
    double[] b = ranks(y);
    double mean = (x.length - 1) / 2.0;
    double product = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < a.length; i++) {
      product += (a[i] - mean) * (b[i] - mean);
      left += (a[i] - mean) * (a[i] - mean);
      right += (b[i] - mean) * (b[i] - mean);
    }
    return product / Math.sqrt(left * right);
  }

  /** Ties, which float32 scores hardly have, are taken in order. */
  private static double[] ranks(float[] values) {
    Integer[] order = new Integer[values.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (i, j) -> Float.compare(values[i], values[j]));
    double[] ranks = new double[values.length];
    for (int rank = 0; rank < order.length; rank++) {
      ranks[order[rank]] = rank;
    }
    return ranks;
  }
}
