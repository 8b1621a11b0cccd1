package io.curlew.demo.rivals;

import java.util.Arrays;

/**
 * A Gaussian process of mean 0 and variance 1 over a pool of points, some of which have been
 * observed: its posterior means and deviations at all of them. What is kept is the Cholesky factor
 * of the observations' covariances, continued to the pool, one column per observation, so that an
 * observation more is a column more. Rasmussen and Williams, "Gaussian processes for machine
 * learning", 2006, algorithm 2.1.
 *
 * <p>Cost of the n-th observation: n times the pool multiplications. Memory: 8 bytes for each
 * observation and point. Not safe for use by several threads.
 */
final class GaussianProcess {

  private final double noise;
  private final double[] variances; // posterior, by point
  private final int[] points; // observed, in the order in which they came
  private final double[][] columns; // [observations][points]
  private final double[] pivots;
  private int size;

  /**
   * Nothing is observed yet.
   *
   * @param pool the number of points
   * @param capacity the largest number of observations
   * @param noise the variance of an observation about the process, positive
   */
  GaussianProcess(int pool, int capacity, double noise) {
    if (!(noise > 0)) {
      throw new IllegalArgumentException("noise must be positive, got: " + noise);
    }
    this.noise = noise;
    this.variances = new double[pool];
    Arrays.fill(variances, 1);
    this.points = new int[capacity];
    this.columns = new double[capacity][];
    this.pivots = new double[capacity];
  }

  /**
   * Observes a point, whose value is given later.
   *
   * @param covariances with all points before any observation, 1 with itself
   */
  void observe(int point, double[] covariances) {
    double[] column = covariances.clone();
    for (int i = 0; i < size; i++) {
      double[] earlier = columns[i];
      double weight = earlier[point];
      for (int p = 0; p < column.length; p++) {
        column[p] -= weight * earlier[p];
      }
    }
    double pivot = Math.sqrt(variances[point] + noise);
    for (int p = 0; p < column.length; p++) {
      column[p] /= pivot;
      variances[p] = Math.max(0, variances[p] - column[p] * column[p]);
    }
    points[size] = point;
    columns[size] = column;
    pivots[size++] = pivot;
  }

  /** The number of observations. */
  int size() {
    return size;
  }

  /**
   * The posterior means of all points.
   *
   * @param values observed, in the order of the observations
   */
  double[] means(double[] values) {
    double[] whitened = whitened(values);
    double[] means = new double[variances.length];
    for (int i = 0; i < size; i++) {
      double[] column = columns[i];
      double weight = whitened[i];
      for (int p = 0; p < means.length; p++) {
        means[p] += weight * column[p];
      }
    }
    return means;
  }

  /** The posterior standard deviation of the process at a point, without the noise. */
  double deviation(int point) {
    return Math.sqrt(variances[point]);
  }

  /** The logarithm of the marginal likelihood of observed values, up to a constant. */
  double logLikelihood(double[] values) {
    double[] whitened = whitened(values);
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum -= whitened[i] * whitened[i] / 2 + Math.log(pivots[i]);
    }
    return sum;
  }

  /** The values by the inverse of the factor: independent, of variance 1. */
  private double[] whitened(double[] values) {
    double[] whitened = new double[size];
    for (int j = 0; j < size; j++) {
      double left = values[j];
      for (int i = 0; i < j; i++) {
        left -= columns[i][points[j]] * whitened[i];
      }
      whitened[j] = left / pivots[j];
    }
    return whitened;
  }
}
