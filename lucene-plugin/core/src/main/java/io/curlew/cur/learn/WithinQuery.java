package io.curlew.cur.learn;

import java.util.Arrays;

/** How values of documents vary together within a query. */
final class WithinQuery {

  private WithinQuery() {}

  /** With 0 for what is not finite: a feature that does not match. */
  static double[] finite(float[] values) {
    double[] finite = new double[values.length];
    for (int d = 0; d < finite.length; d++) {
      finite[d] = Float.isFinite(values[d]) ? values[d] : 0;
    }
    return finite;
  }

  /**
   * Adds a query's covariances, each the mean over its documents.
   *
   * @param values {@code [values][documents]}, which are centred
   */
  static void addCovariances(double[][] values, double[][] sums) {
    for (double[] value : values) {
      double mean = Arrays.stream(value).average().orElse(0);
      for (int d = 0; d < value.length; d++) {
        value[d] -= mean;
      }
    }
    for (int i = 0; i < sums.length; i++) {
      for (int j = 0; j < sums.length; j++) {
        double sum = 0;
        for (int d = 0; d < values[i].length; d++) {
          sum += values[i][d] * values[j][d];
        }
        sums[i][j] += sum / values[i].length;
      }
    }
  }
}
