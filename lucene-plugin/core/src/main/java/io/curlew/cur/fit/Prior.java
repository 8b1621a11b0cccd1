package io.curlew.cur.fit;

/**
 * What is expected of a document's score before its anchor row is looked at in detail: {@code
 * intercept + firstStage * f + meanAnchor * m}, with f the first-stage score and m the mean of the
 * anchor row, which carries what makes a document score high for everybody. The estimator explains
 * the residual.
 *
 * @param intercept the constant
 * @param firstStage the weight of the first-stage score, at least 0: a first stage that seems to
 *     rank backwards is not believed
 * @param meanAnchor the weight of the mean anchor score
 * @param certainty the weight of the first-stage score in units of its standard error
 */
public record Prior(double intercept, double firstStage, double meanAnchor, double certainty) {

  public static final Prior NONE = new Prior(0, 0, 0, 0);

  /** Relative to the variances, so that two covariates that say the same do not blow up. */
  private static final double RIDGE = 1e-3;

  /**
   * Fits by least squares. Where the first-stage scores do not vary or do not help, on the mean
   * anchor score alone.
   *
   * @param f first-stage scores
   * @param m mean anchor scores
   * @param s exact scores
   */
  public static Prior fit(double[] f, double[] m, double[] s) {
    double meanF = mean(f);
    double meanM = mean(m);
    double meanS = mean(s);
    double ff = covariance(f, meanF, f, meanF) * (1 + RIDGE);
    double mm = covariance(m, meanM, m, meanM) * (1 + RIDGE);
    double fm = covariance(f, meanF, m, meanM);
    double fs = covariance(f, meanF, s, meanS);
    double ms = covariance(m, meanM, s, meanS);
    double determinant = ff * mm - fm * fm;
    double b = determinant > 0 ? (fs * mm - ms * fm) / determinant : 0;
    if (!(b > 0)) {
      double c = mm > 0 ? ms / mm : 0;
      return new Prior(meanS - c * meanM, 0, c, 0);
    }
    double c = (ms * ff - fs * fm) / determinant;
    double left = Math.max(0, covariance(s, meanS, s, meanS) - b * fs - c * ms);
    double variance = left / Math.max(1, s.length - 3) * mm / determinant; // of b
    return new Prior(meanS - b * meanF - c * meanM, b, c, b / Math.sqrt(variance));
  }

  /** Whether the first stage says anything about this query. */
  public boolean usesFirstStage() {
    return firstStage > 0;
  }

  /** Whether it surely does: by chance one first stage in a thousand would seem to. */
  public boolean trustsFirstStage() {
    return certainty > 3;
  }

  public double predict(double f, double m) {
    return intercept + firstStage * f + meanAnchor * m;
  }

  private static double mean(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value;
    }
    return sum / x.length;
  }

  private static double covariance(double[] x, double meanX, double[] y, double meanY) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (x[i] - meanX) * (y[i] - meanY);
    }
    return sum;
  }
}
