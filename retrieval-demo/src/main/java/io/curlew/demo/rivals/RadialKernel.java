package io.curlew.demo.rivals;

import java.util.Arrays;

/**
 * The covariance exp(-D / 2 l^2) of two points by their squared distance D, and the variance of
 * what is observed about the process.
 *
 * @param squaredLength l^2
 */
record RadialKernel(double squaredLength, double noise) {

  /** Of the median squared distance. */
  private static final double[] SQUARED_LENGTHS = {0.25, 1, 4, 16};

  private static final double[] NOISES = {1e-4, 1e-2, 1e-1};

  /** The covariances at some squared distances; the same bits on every machine. */
  double[] of(float[] squaredDistances) {
    double[] values = new double[squaredDistances.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = StrictMath.exp(-squaredDistances[i] / (2 * squaredLength));
    }
    return values;
  }

  /**
   * The kernel of a small grid, its length around the median distance, by which observed values
   * have the largest marginal likelihood. Cost: n^3 / 2 multiplications for each of the grid.
   *
   * @param squaredDistances of the observed points, {@code [points][points]}, at least two
   * @param values one per point
   */
  static RadialKernel mostLikely(float[][] squaredDistances, double[] values) {
    double median = median(squaredDistances);
    RadialKernel best = new RadialKernel(median, NOISES[0]);
    double most = Double.NEGATIVE_INFINITY;
    for (double length : SQUARED_LENGTHS) {
      for (double noise : NOISES) {
        RadialKernel kernel = new RadialKernel(length * median, noise);
        double likelihood = kernel.logLikelihood(squaredDistances, values);
        if (likelihood > most) {
          most = likelihood;
          best = kernel;
        }
      }
    }
    return best;
  }

  private double logLikelihood(float[][] squaredDistances, double[] values) {
    int n = squaredDistances.length;
    GaussianProcess process = new GaussianProcess(n, n, noise);
    for (int i = 0; i < n; i++) {
      process.observe(i, of(squaredDistances[i]));
    }
    return process.logLikelihood(values);
  }

  /** The median among different points; 1 if it is 0. */
  private static double median(float[][] squaredDistances) {
    int n = squaredDistances.length;
    float[] below = new float[n * (n - 1) / 2];
    int size = 0;
    for (int i = 0; i < n; i++) {
      System.arraycopy(squaredDistances[i], 0, below, size, i);
      size += i;
    }
    Arrays.sort(below);
    float median = below[size / 2];
    return median > 0 ? median : 1;
  }
}
