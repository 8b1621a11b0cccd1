package io.curlew.cur.anchor;

import io.curlew.cur.fit.RidgeEstimator;
import io.curlew.simd.DotProduct;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * What a sample of documents tells about anchor rows: their mean, their range per anchor, and a
 * metric in which documents are compared.
 *
 * <p>With the centred rows of the sample R - mean = U Sigma V^T, the half-whitened features of a
 * document are phi = Sigma^(-1/2) U^T (r - mean): between raw rows, where a few common factors hide
 * everything else, and whitened ones, where noise is as loud as signal. Rows stay raw in the index.
 * All that is needed of phi are products, and phi_i . phi_j = (A (r_i - mean)) . (r_j - mean) with
 * A = U Sigma^-1 U^T: so only the few scored rows are transformed. A is scaled so that the mean of
 * |phi|^2 over the sample is 1. Directions in which the sample does not vary are left out.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class AnchorStatistics {

  private static final int ROWS_PER_PRODUCT = 16;

  /** Singular values below this share of the largest are taken for zero. */
  private static final double RELATIVE_TOLERANCE = 1e-6;

  /** A variance below this share of the squared norm is rounded away. */
  private static final double SMALLEST_SHARE = 1e-4;

  /** The range of some thousand scores is about so many standard deviations. */
  private static final double RANGE_IN_DEVIATIONS = 7;

  private final double meanSquaredNorm;
  private final float[] mean;
  private final float[] low;
  private final float[] high;
  private final float[][] metric; // symmetric

  AnchorStatistics(
      double meanSquaredNorm, float[] mean, float[] low, float[] high, float[][] metric) {
    if (!(meanSquaredNorm > 0) || Double.isInfinite(meanSquaredNorm)) {
      throw new IllegalArgumentException(
          "mean squared norm of anchor rows must be positive and finite, got: " + meanSquaredNorm);
    }
    this.meanSquaredNorm = meanSquaredNorm;
    this.mean = mean;
    this.low = low;
    this.high = high;
    this.metric = metric;
  }

  /**
   * Computes the statistics of a sample.
   *
   * <p>Cost: a few times {@code anchors^2 * (documents + anchors)} operations; about a second for
   * 400 anchors.
   *
   * @param rows anchor rows, {@code [documents][anchors]}, at least one
   * @throws IllegalArgumentException if a value is not finite
   */
  public static AnchorStatistics of(float[][] rows) {
    int k = rows[0].length;
    double[] mean = new double[k];
    float[] low = rows[0].clone();
    float[] high = rows[0].clone();
    double squaredNorms = 0;
    for (float[] row : rows) {
      for (int a = 0; a < k; a++) {
        if (!Float.isFinite(row[a])) {
          throw new IllegalArgumentException(
              "anchor rows must be finite, got: " + row[a] + " for anchor " + a);
        }
        mean[a] += row[a] / (double) rows.length;
        low[a] = Math.min(low[a], row[a]);
        high[a] = Math.max(high[a], row[a]);
        squaredNorms += (double) row[a] * row[a];
      }
    }
    boolean constant = Arrays.equals(low, high); // then moments are rounding errors
    float[][] metric = constant ? new float[k][k] : metric(moments(rows, mean));
    return new AnchorStatistics(squaredNorms / rows.length, toFloats(mean), low, high, metric);
  }

  /** The variance of each value over some rows. */
  static double[] variances(float[][] rows) {
    double[] sums = new double[rows[0].length];
    double[] squares = new double[sums.length];
    double[] variances = new double[sums.length];
    for (float[] row : rows) {
      for (int a = 0; a < sums.length; a++) {
        double moved = (double) row[a] - rows[0][a]; // variances are small beside the means
        sums[a] += moved;
        squares[a] += moved * moved;
      }
    }
    for (int a = 0; a < sums.length; a++) {
      double mean = sums[a] / rows.length;
      variances[a] = Math.max(0, squares[a] / rows.length - mean * mean);
    }
    return variances;
  }

  /** The mean over the sample of (r - mean) (r - mean)^T. */
  private static double[][] moments(float[][] rows, double[] mean) {
    int k = mean.length;
    double[][] moments = new double[k][k];
    double[] centred = new double[k];
    for (float[] row : rows) {
      for (int a = 0; a < k; a++) {
        centred[a] = row[a] - mean[a];
      }
      for (int a = 0; a < k; a++) {
        double value = centred[a] / rows.length;
        double[] sums = moments[a];
        for (int b = 0; b < k; b++) {
          sums[b] += value * centred[b];
        }
      }
    }
    return moments;
  }

  /** The pseudo-inverse square root of the moments, scaled so that trace(A moments) is 1. */
  private static float[][] metric(double[][] moments) {
    int k = moments.length;
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(k, true, true);
    if (!eigen.decompose(new DMatrixRMaj(moments))) {
      throw new IllegalStateException("eigenvalues of anchor moments must converge, they did not");
    }
    double[] sigma = new double[k];
    for (int i = 0; i < k; i++) {
      sigma[i] = Math.sqrt(Math.max(0, eigen.getEigenvalue(i).real));
    }
    double largest = Arrays.stream(sigma).max().orElse(0);
    double[][] sum = new double[k][k];
    double trace = 0;
    for (int i = 0; i < k; i++) {
      if (sigma[i] > RELATIVE_TOLERANCE * largest) {
        trace += sigma[i];
        addOuterProduct(sum, eigen.getEigenVector(i).data, 1 / sigma[i]);
      }
    }
    float[][] metric = new float[k][k];
    for (int a = 0; a < k; a++) {
      for (int b = 0; b < k && trace > 0; b++) {
        metric[a][b] = (float) (sum[Math.min(a, b)][Math.max(a, b)] / trace);
      }
    }
    return metric;
  }

  /** Adds weight * v v^T on and above the diagonal. */
  private static void addOuterProduct(double[][] sum, double[] v, double weight) {
    for (int a = 0; a < v.length; a++) {
      double scaled = weight * v[a];
      for (int b = a; b < v.length; b++) {
        sum[a][b] += scaled * v[b];
      }
    }
  }

  private static float[] toFloats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** The number of anchors. */
  public int size() {
    return mean.length;
  }

  /** The mean of |r|^2 over the sample. */
  double meanSquaredNorm() {
    return meanSquaredNorm;
  }

  /**
   * The mean of |r - mean|^2 over the sample, the unit of {@link RidgeEstimator}'s lambda;
   * positive. Where an offset of all scores hides it, a guess from their ranges.
   */
  public double variance() {
    double norm = 0;
    double guess = 0;
    for (int a = 0; a < mean.length; a++) {
      norm += (double) mean[a] * mean[a];
      double deviation = ((double) high[a] - low[a]) / RANGE_IN_DEVIATIONS;
      guess += deviation * deviation;
    }
    double variance = meanSquaredNorm - norm;
    boolean seen = variance > SMALLEST_SHARE * meanSquaredNorm;
    return Math.max(seen ? variance : guess, Double.MIN_NORMAL);
  }

  /** The mean anchor row of the sample. Not to be changed. */
  public float[] mean() {
    return mean;
  }

  /** r - mean. */
  public float[] centre(float[] row) {
    checkLength(row);
    float[] centred = new float[row.length];
    for (int a = 0; a < row.length; a++) {
      centred[a] = row[a] - mean[a];
    }
    return centred;
  }

  /** The smallest score per anchor in the sample. Not to be changed. */
  public float[] low() {
    return low;
  }

  /** The largest score per anchor in the sample. Not to be changed. */
  public float[] high() {
    return high;
  }

  /** A, symmetric, {@code [anchors][anchors]}. Not to be changed. */
  float[][] metric() {
    return metric;
  }

  /** A x. */
  private float[] transform(float[] centred) {
    float[] sum = new float[mean.length];
    int a = 0;
    for (; a + 3 < mean.length; a += 4) { // four at a time: a quarter of the loads and stores
      float w0 = centred[a];
      float w1 = centred[a + 1];
      float w2 = centred[a + 2];
      float w3 = centred[a + 3];
      float[] m0 = metric[a];
      float[] m1 = metric[a + 1];
      float[] m2 = metric[a + 2];
      float[] m3 = metric[a + 3];
      for (int b = 0; b < sum.length; b++) {
        sum[b] += (w0 * m0[b] + w1 * m1[b]) + (w2 * m2[b] + w3 * m3[b]);
      }
    }
    for (; a < mean.length; a++) {
      float w = centred[a];
      for (int b = 0; b < sum.length; b++) {
        sum[b] += w * metric[a][b];
      }
    }
    return sum;
  }

  /**
   * A (r - mean) of some rows: its product with (r_d - mean) is phi_r . phi_d. Costs {@code
   * anchors^2} multiplications a row.
   *
   * @param centred rows less the mean
   */
  public float[][] transform(float[][] centred) {
    DotProduct dotProduct = DotProduct.create();
    int k = mean.length;
    for (float[] row : centred) {
      checkLength(row);
    }
    DotProduct.Vectors packed = dotProduct.pack(centred);
    int stride = packed.stride();
    float[] some = new float[ROWS_PER_PRODUCT * k]; // rows of the metric, which are its columns
    float[] out = new float[ROWS_PER_PRODUCT * stride];
    float[][] transformed = new float[centred.length][k];
    for (int from = 0; from < k; from += ROWS_PER_PRODUCT) {
      int count = Math.min(ROWS_PER_PRODUCT, k - from);
      for (int a = 0; a < count; a++) {
        System.arraycopy(metric[from + a], 0, some, a * k, k);
      }
      dotProduct.ofRows(some, count, packed, out);
      for (int a = 0; a < count; a++) {
        for (int j = 0; j < centred.length; j++) {
          transformed[j][from + a] = out[a * stride + j];
        }
      }
    }
    return transformed;
  }

  /** The widest that the product of weights with a row could vary over the sample's ranges. */
  public double widthOf(float[] weights) {
    checkLength(weights);
    double sum = 0;
    for (int a = 0; a < mean.length; a++) {
      sum += Math.abs((double) weights[a]) * (high[a] - low[a]);
    }
    return sum;
  }

  /**
   * |phi|^2 of a document, stored beside its anchor row. Costs {@code anchors^2} multiplications.
   */
  public float squaredNorm(float[] row) {
    float[] centred = centre(row);
    float[] transformed = transform(centred);
    double sum = 0;
    for (int a = 0; a < mean.length; a++) {
      sum += (double) transformed[a] * centred[a];
    }
    return (float) Math.max(0, sum);
  }

  private void checkLength(float[] row) {
    if (row.length != mean.length) {
      throw new IllegalArgumentException(
          "one value per anchor is needed, " + mean.length + ", got: " + row.length);
    }
  }
}
