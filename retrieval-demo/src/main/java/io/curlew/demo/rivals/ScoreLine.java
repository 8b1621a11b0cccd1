package io.curlew.demo.rivals;

import java.util.Arrays;

/**
 * The line of a model's scores in the products of dense vectors, and by it a query's factor before
 * anything else is known of it. Scores are measured in units of the slope, so that the factor is
 * the dense vector; where the slope is not positive, in standard deviations, and the factor is 0
 * but for the constant.
 *
 * @param unit of scores
 * @param slope in that unit, 1 or 0
 * @param intercept in that unit
 */
record ScoreLine(double unit, double slope, double intercept) {

  static ScoreLine of(SparseScores scores) {
    int n = scores.size();
    double[] products = new double[n];
    double meanP = 0;
    double meanS = 0;
    for (int i = 0; i < n; i++) {
      products[i] = product(scores.queries()[scores.query(i)], scores.items()[scores.item(i)]);
      meanP += products[i] / n;
      meanS += scores.score(i) / n;
    }
    double pp = 0;
    double ps = 0;
    double ss = 0;
    for (int i = 0; i < n; i++) {
      double p = products[i] - meanP;
      double s = scores.score(i) - meanS;
      pp += p * p;
      ps += p * s;
      ss += s * s;
    }
    if (pp > 0 && ps > 0) {
      double slope = ps / pp;
      return new ScoreLine(slope, 1, meanS / slope - meanP);
    }
    double deviation = ss > 0 ? Math.sqrt(ss / n) : 1;
    return new ScoreLine(deviation, 0, meanS / deviation);
  }

  /** A query's factor, of d + 1 numbers, the last for the 1 behind every item's vector. */
  float[] factor(float[] query) {
    float[] factor = Arrays.copyOf(query, query.length + 1);
    for (int i = 0; i < query.length; i++) {
      factor[i] *= (float) slope;
    }
    factor[query.length] = (float) intercept;
    return factor;
  }

  private static double product(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
