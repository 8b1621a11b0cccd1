package io.curlew.cur.fit;

import io.curlew.cur.anchor.FeatureStatistics;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is expected of a document's score before its anchor row is looked at in detail: an intercept
 * and a weighted sum of covariates, which are the features of the search and, last, the mean anchor
 * score, which carries what makes a document score high for everybody. The estimator explains the
 * residual.
 *
 * @param intercept the constant
 * @param weights one for each covariate; those of features at least 0: a feature that seems to rank
 *     backwards is not believed
 * @param certainty how much the features explain of the scores beyond the mean anchor score, in
 *     units of what they would by chance
 */
public record Prior(double intercept, double[] weights, double certainty) {

  /** Relative to the variances, so that two covariates that say the same do not blow up. */
  private static final double RIDGE = 1e-3;

  /**
   * What was learned on training queries counts as so many scored documents. The search scores the
   * tops of lists only, where a feature varies little and its weight comes out too small.
   */
  private static final double STRENGTH = 50;

  /** Nothing is expected. */
  public static Prior none(int covariates) {
    return new Prior(0, new double[covariates], 0);
  }

  /** What is expected of a query of which nothing is known yet. */
  public static Prior learned(FeatureStatistics learned) {
    return fit(new double[learned.features().size() + 1][0], new double[0], learned);
  }

  /**
   * Fits by least squares, which begins with what was learned on training queries: the posterior
   * mean for a prior of so many documents.
   *
   * @param x covariates of the scored documents, {@code [covariates][documents]}, finite
   * @param s exact scores
   * @param learned statistics of these covariates, or null if nothing is known of them
   */
  public static Prior fit(double[][] x, double[] s, @Nullable FeatureStatistics learned) {
    int size = x.length;
    double[] means = Arrays.stream(x).mapToDouble(Prior::mean).toArray();
    double meanS = mean(s);
    double[][] gram = new double[size][size];
    double[] products = new double[size];
    for (int i = 0; i < size; i++) {
      products[i] = covariance(x[i], means[i], s, meanS);
      for (int j = 0; j <= i; j++) {
        gram[i][j] = covariance(x[i], means[i], x[j], means[j]);
        gram[j][i] = gram[i][j];
      }
    }
    double[] own = products.clone();
    double[][] ownGram = Arrays.stream(gram).map(double[]::clone).toArray(double[][]::new);
    if (learned != null) {
      for (int i = 0; i < size; i++) {
        products[i] += STRENGTH * learned.covariances()[i][size];
        for (int j = 0; j < size; j++) {
          gram[i][j] += STRENGTH * learned.covariances()[i][j];
        }
      }
    }
    double[] weights = solveNonNegative(gram, products);
    double intercept = meanS;
    for (int i = 0; i < size; i++) {
      intercept -= weights[i] * means[i];
    }
    if (!Double.isFinite(intercept)) {
      return new Prior(Double.isFinite(meanS) ? meanS : 0, new double[size], 0);
    }
    return new Prior(intercept, weights, certainty(ownGram, own, s, meanS));
  }

  /** The share of the variance of scores that what was learned leaves; 1 if they do not vary. */
  public static double unexplained(FeatureStatistics learned) {
    double[] weights = learned(learned).weights();
    int size = weights.length;
    double variance = learned.covariances()[size][size];
    double left = variance;
    for (int i = 0; i < size; i++) {
      left -= 2 * weights[i] * learned.covariances()[i][size];
      for (int j = 0; j < size; j++) {
        left += weights[i] * weights[j] * learned.covariances()[i][j];
      }
    }
    return variance > 0 ? left / variance : 1;
  }

  /** Least squares of which all weights but the last are at least 0. */
  private static double[] solveNonNegative(double[][] gram, double[] products) {
    int size = products.length;
    boolean[] used = new boolean[size];
    for (int i = 0; i < size; i++) {
      used[i] = gram[i][i] > 0;
    }
    while (true) {
      double[] weights = solve(gram, products, used);
      int worst = -1;
      for (int i = 0; i < size - 1; i++) {
        double scaled = weights[i] * Math.sqrt(gram[i][i]);
        if (scaled < 0 && (worst < 0 || scaled < weights[worst] * Math.sqrt(gram[worst][worst]))) {
          worst = i;
        }
      }
      if (worst < 0) {
        return weights;
      }
      used[worst] = false;
    }
  }

  /** Cholesky's way, of the covariates in use; the others get 0. */
  private static double[] solve(double[][] gram, double[] products, boolean[] used) {
    int size = products.length;
    double[][] l = new double[size][size];
    double[] y = new double[size];
    for (int i = 0; i < size; i++) {
      if (!used[i]) {
        continue;
      }
      for (int j = 0; j <= i; j++) {
        double sum = gram[i][j] * (i == j ? 1 + RIDGE : 1);
        for (int k = 0; k < j; k++) {
          sum -= l[i][k] * l[j][k];
        }
        l[i][j] = i == j ? Math.sqrt(sum) : used[j] ? sum / l[j][j] : 0;
      }
      double sum = products[i];
      for (int k = 0; k < i; k++) {
        sum -= l[i][k] * y[k];
      }
      y[i] = sum / l[i][i];
    }
    double[] weights = new double[size];
    for (int i = size - 1; i >= 0; i--) {
      if (used[i]) {
        double sum = y[i];
        for (int k = i + 1; k < size; k++) {
          sum -= l[k][i] * weights[k];
        }
        weights[i] = sum / l[i][i];
      }
    }
    return weights;
  }

  private static double certainty(double[][] gram, double[] products, double[] s, double meanS) {
    int last = products.length - 1;
    double total = covariance(s, meanS, s, meanS);
    double[] all = solveNonNegative(gram, products);
    double explained = 0;
    int features = 0;
    for (int i = 0; i <= last; i++) {
      explained += all[i] * products[i];
      features += i < last && all[i] > 0 ? 1 : 0;
    }
    double byMean = gram[last][last] > 0 ? products[last] * products[last] / gram[last][last] : 0;
    double noise = Math.max(0, total - explained) / Math.max(1, s.length - 2 - features);
    double gain = Math.max(0, explained - byMean);
    return features == 0 || gain == 0 ? 0 : Math.sqrt(gain / features / noise);
  }

  /** Whether the features say anything about this query. */
  public boolean usesFeatures() {
    for (int i = 0; i < weights.length - 1; i++) {
      if (weights[i] > 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether they seem to: by chance those of one query in twenty would. */
  public boolean believesFeatures() {
    return certainty > 2;
  }

  /** Whether they surely do: by chance features of one query in a thousand would seem to. */
  public boolean trustsFeatures() {
    return certainty > 3;
  }

  /** What is expected of one of some documents, whose covariates these are. */
  public double predict(float[][] covariates, int document) {
    double sum = intercept;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * covariates[i][document];
    }
    return sum;
  }

  private static double mean(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value;
    }
    return x.length == 0 ? 0 : sum / x.length;
  }

  private static double covariance(double[] x, double meanX, double[] y, double meanY) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (x[i] - meanX) * (y[i] - meanY);
    }
    return sum;
  }
}
