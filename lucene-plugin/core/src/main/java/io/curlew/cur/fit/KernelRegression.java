package io.curlew.cur.fit;

import io.curlew.cur.anchor.AnchorStatistics;
import io.curlew.simd.DotProduct;
import java.util.HashMap;
import java.util.Map;

/**
 * Kernel ridge regression of a query's scores on the half-whitened features of {@link
 * AnchorStatistics}: the kernel form of the estimator, which bends where the linear form cannot and
 * refines it on a shortlist.
 *
 * <p>The kernel is the rational quadratic (1 + gamma D / 4)^-4 of the squared distance D: close to
 * the Gaussian exp(-gamma D) and as good, but a division instead of an exponential, so that it runs
 * in SIMD and gives the same bits everywhere. gamma is half the inverse of the mean squared
 * distance among the scored documents, times {@link #WIDTH}. The diagonal is 1, lambda is relative
 * to it and is chosen by leave-one-out on a {@link LambdaGrid}.
 *
 * <p>Cost of a fit of n documents: n^3 / 3 multiplications for each lambda looked at; of an
 * estimate n divisions, given the n products with the transformed rows. Not safe for use by several
 * threads.
 */
public final class KernelRegression {

  private static final double WIDTH = 0.5;

  private final float[][] inner; // phi_i . phi_j, j <= i
  private final LambdaGrid lambdas = new LambdaGrid(1e-2, 1, 1e-1);
  private int size;

  private double gamma;
  private double[] alpha = new double[0];
  private DualRidgeFactor factor;
  private float[] inverse = new float[0]; // L^-1, row by row
  private double looError;
  private double signalVariance;
  private double[] looResiduals = new double[0];
  private double effectiveRank;

  /**
   * Knows nothing yet.
   *
   * @param capacity the largest number of documents
   */
  public KernelRegression(int capacity) {
    this.inner = new float[capacity][];
    this.factor = new DualRidgeFactor(new KernelGram(), 1);
  }

  /**
   * Adds a scored document.
   *
   * @param products phi_i . phi_j with each document before it and with itself
   */
  public void add(float[] products) {
    inner[size++] = products;
  }

  public int size() {
    return size;
  }

  /**
   * Fits the targets of all documents added so far.
   *
   * @param chooses whether to choose gamma and lambda anew, for which all is factored again; or to
   *     keep them and to add to the factor what is new; the first fit chooses
   */
  public void fit(double[] targets, boolean chooses) {
    RidgeFactor.Solution best;
    if (chooses || alpha.length == 0) {
      double mean = meanSquaredDistance();
      gamma = mean > 0 ? WIDTH * 0.5 / mean : 1;
      Map<Double, DualRidgeFactor> factors = new HashMap<>();
      best =
          lambdas.descend(
              lambda -> factors.computeIfAbsent(lambda, this::newFactor).solve(targets));
      factor = factors.getOrDefault(lambdas.chosen(), factor);
    } else {
      factor.update();
      best = factor.solve(targets);
    }
    inverse = factor.inverse();
    alpha = best.coefficients();
    looError = Math.sqrt(best.squaredLooError() / size);
    effectiveRank = best.effectiveRank();
    double sum = 0;
    looResiduals = new double[size];
    for (int j = 0; j < size; j++) {
      // leave-one-out residual a / d, its variance in units of the signal's 1 / d
      double d = factor.inverseDiagonal(j);
      looResiduals[j] = alpha[j] / d;
      sum += alpha[j] * alpha[j] / d;
    }
    signalVariance = sum / size;
  }

  private DualRidgeFactor newFactor(double lambda) {
    DualRidgeFactor fresh = new DualRidgeFactor(new KernelGram(), lambda);
    fresh.update();
    return fresh;
  }

  private double meanSquaredDistance() {
    double sum = 0;
    for (int i = 1; i < size; i++) {
      for (int j = 0; j < i; j++) {
        sum += squaredNorm(i) + squaredNorm(j) - 2.0 * inner[i][j];
      }
    }
    return size < 2 ? 0 : 2 * sum / ((double) size * (size - 1));
  }

  private double squaredNorm(int i) {
    return Math.max(0f, inner[i][i]);
  }

  private double kernel(double squaredDistance) {
    double t = 1 / (1 + gamma / 4 * Math.max(0, squaredDistance));
    return t * t * t * t;
  }

  public double lambda() {
    return lambdas.chosen();
  }

  /** The root mean squared leave-one-out residual of the last fit. */
  public double looError() {
    return looError;
  }

  /** By how much each target is above what the others say of it. Not to be changed. */
  public double[] looResiduals() {
    return looResiduals;
  }

  /** The effective number of parameters of the last fit. */
  public double effectiveRank() {
    return effectiveRank;
  }

  /**
   * Adds the estimates of some documents to {@code sums}.
   *
   * @param products their products with the transformed rows: {@code [scored][documents]}
   * @param norms their |phi|^2
   * @param count how many documents
   */
  public void addEstimates(float[][] products, float[] norms, int count, float[] sums) {
    float g = (float) (gamma / 4);
    for (int j = 0; j < alpha.length; j++) {
      addKernel((float) alpha[j], g, (float) squaredNorm(j), products[j], norms, count, sums);
    }
  }

  private static void addKernel(
      float weight, float g, float base, float[] products, float[] norms, int count, float[] sums) {
    for (int s = 0; s < count; s++) {
      float distance = Math.max(0f, norms[s] + base - 2 * products[s]);
      float t = 1 / (1 + g * distance);
      float t2 = t * t;
      sums[s] += weight * (t2 * t2);
    }
  }

  /**
   * The standard deviations of some documents' scores about their estimates, noise included.
   *
   * @param products as in {@link #addEstimates}
   * @param slots the documents
   */
  public double[] deviations(float[][] products, float[] norms, int[] slots) {
    int n = alpha.length;
    float[][] k = new float[slots.length][n];
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < slots.length; i++) {
        k[i][j] = (float) kernel(norms[slots[i]] + squaredNorm(j) - 2.0 * products[j][slots[i]]);
      }
    }
    DotProduct dotProduct = DotProduct.create();
    DotProduct.Vectors packed = dotProduct.pack(k);
    float[] solved = new float[n * packed.stride()];
    dotProduct.ofRows(inverse, n, packed, solved);
    double[] deviations = new double[slots.length];
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < slots.length; i++) {
        float value = solved[j * packed.stride() + i];
        deviations[i] += value * value;
      }
    }
    for (int i = 0; i < deviations.length; i++) {
      double left = Math.max(0, 1 - deviations[i]) + lambdas.chosen();
      deviations[i] = Math.sqrt(signalVariance * left);
    }
    return deviations;
  }

  private final class KernelGram implements Gram {
    @Override
    public int size() {
      return size;
    }

    @Override
    public int capacity() {
      return inner.length;
    }

    @Override
    public double[] gramRow(int i) {
      double[] row = new double[i + 1];
      for (int j = 0; j < i; j++) {
        row[j] = kernel(squaredNorm(i) + squaredNorm(j) - 2.0 * inner[i][j]);
      }
      row[i] = 1;
      return row;
    }
  }
}
