package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/**
 * Truncated singular value decomposition M ~ U S V^T: the best approximation of its rank, in the
 * 2-norm and in the Frobenius norm (Eckart, Young 1936; Mirsky 1960). With all of M's singular
 * values at hand the squared Frobenius error is the sum of the dropped squares, and the error in
 * the 2-norm is the first that was dropped.
 *
 * <p>{@link #compute} finds the singular values to working precision; {@link #randomized} finds
 * those of a random subspace that is nearly the best one, at the cost of a few products with M.
 * Truncation is by singular values: see {@link Truncation}. Fewer are returned than the rank asked
 * for only where the rest are exactly 0.
 */
public final class TruncatedSvd {

  private final DMatrixRMaj u;
  private final double[] singularValues;
  private final DMatrixRMaj v;
  private final double error;

  TruncatedSvd(DMatrixRMaj u, double[] singularValues, DMatrixRMaj v, double error) {
    this.u = u;
    this.singularValues = singularValues;
    this.v = v;
    this.error = error;
  }

  /**
   * Computes the decomposition to working precision, by a pivoted QR factorisation and Jacobi
   * rotations.
   *
   * <p>Cost: 2 m n k multiplications where k is the numerical rank of M, then 15 to 30 k^3: seconds
   * for k = 1000, whatever the rank asked for. For a few singular triples of a large matrix whose
   * numerical rank is not small use {@link #randomized}.
   *
   * @param m any matrix (m x n) of finite numbers
   * @throws IllegalArgumentException if the rank is above min(m, n) or an entry is not finite
   */
  public static TruncatedSvd compute(DMatrixRMaj m, Truncation truncation) {
    int rank = truncation.rankFor(m.numRows, m.numCols);
    Shapes.requireFinite(m);
    JacobiSvd svd = JacobiSvd.compute(m, truncation.hasRank() ? rank : 0);
    int kept = truncation.count(svd.singularValues());
    double dropped = kept < svd.singularValues().length ? svd.singularValues()[kept] : 0;
    return cut(svd, svd.u(), kept, dropped);
  }

  /**
   * Computes it from a random sketch of the range: {@link RandomizedRange} with its defaults.
   *
   * <p>Cost: 2 (q + 1) products of M with 10 to 33 vectors more than r, q = {@value
   * RandomizedRange#POWER_ITERATIONS}, and 4 with 8 for the error estimate. Expected errors are
   * within a few per cent of the best unless the singular values hardly fall at all (Halko,
   * Martinsson, Tropp 2011, section 10.4). Where a tolerance but no rank is given, the sketch grows
   * until the singular values have fallen below it. Not for singular values below 1e-12 or so of
   * the largest.
   *
   * @param seed of the sketch
   * @throws IllegalArgumentException if the rank is above min(m, n) or an entry is not finite
   */
  public static TruncatedSvd randomized(DMatrixRMaj m, Truncation truncation, long seed) {
    truncation.rankFor(m.numRows, m.numCols);
    return randomized(LinearOperator.of(m), truncation, seed);
  }

  /** The same for an operator, of which nothing but products are needed. */
  public static TruncatedSvd randomized(LinearOperator a, Truncation truncation, long seed) {
    return randomized(a, truncation, RandomizedRange.POWER_ITERATIONS, seed);
  }

  /**
   * The same with a chosen number of power iterations.
   *
   * @param powerIterations at least 0; each costs two products, and brings the squared ratio of
   *     singular values between what is wanted and what is not: 0 for fast decay, 2 in most cases
   */
  public static TruncatedSvd randomized(
      LinearOperator a, Truncation truncation, int powerIterations, long seed) {
    Shapes.requireAtLeast("power iterations", 0, powerIterations);
    truncation.rankFor(a.rows(), a.columns());
    RandomizedRange range = RandomizedRange.compute(a, truncation, powerIterations, seed);
    // A ~ Q (A^T Q)^T, so the SVD of the small factor gives that of A.
    JacobiSvd svd = JacobiSvd.compute(range.projected(), range.projected().numCols);
    JacobiSvd swapped = new JacobiSvd(svd.v(), svd.singularValues(), svd.u());
    int kept = truncation.count(swapped.singularValues());
    TruncatedSvd result =
        cut(
            swapped,
            MatrixProduct.singleThreaded()
                .multiply(range.basis(), Matrices.firstColumns(swapped.u(), kept)),
            kept,
            0);
    double error = SpectralError.estimate(a, result.operator(), seed);
    return new TruncatedSvd(result.u, result.singularValues, result.v, error);
  }

  private static TruncatedSvd cut(JacobiSvd svd, DMatrixRMaj u, int kept, double error) {
    return new TruncatedSvd(
        Matrices.firstColumns(u, kept),
        java.util.Arrays.copyOf(svd.singularValues(), kept),
        Matrices.firstColumns(svd.v(), kept),
        error);
  }

  /** U (m x r), orthonormal columns. */
  public DMatrixRMaj u() {
    return u.copy();
  }

  /** The r singular values, positive and falling. */
  public double[] singularValues() {
    return singularValues.clone();
  }

  /** V (n x r), orthonormal columns. */
  public DMatrixRMaj v() {
    return v.copy();
  }

  /** The number of singular triples, r. */
  public int rank() {
    return singularValues.length;
  }

  /** U S V^T (m x n): m n r multiplications. */
  public DMatrixRMaj reconstruct() {
    return MatrixProduct.singleThreaded().multiplyTransposedRight(scaledU(), v);
  }

  /** U S V^T B for B (n x p), without forming the product: (m + n) r p multiplications. */
  public DMatrixRMaj multiply(DMatrixRMaj b) {
    return operator().multiply(b);
  }

  /**
   * The error in the 2-norm. From {@link #compute} it is exact: the first singular value that was
   * dropped, 0 if all that remains is rounding. From {@link #randomized} it is the estimate of
   * {@link SpectralError}, never above the true error and rarely below half of it.
   */
  public double errorEstimate() {
    return error;
  }

  /** The largest kept singular value over the smallest; 0 if none was kept. */
  public double conditionNumber() {
    return rank() == 0 ? 0 : singularValues[0] / singularValues[rank() - 1];
  }

  /**
   * The effective rank: the exponential of the entropy of the kept singular values as shares of
   * their sum (Roy, Vetterli 2007). Between 1 and r; 0 if none was kept.
   */
  public double effectiveRank() {
    double sum = 0;
    for (double sigma : singularValues) {
      sum += sigma / singularValues[0];
    }
    double entropy = 0;
    for (double sigma : singularValues) {
      double share = sigma / singularValues[0] / sum;
      entropy -= share * Math.log(share);
    }
    return rank() == 0 ? 0 : Math.exp(entropy);
  }

  /** The leverage scores of M's columns, the squared norms of V's rows: n values that sum to r. */
  public double[] columnLeverage() {
    return Matrices.squaredRowNorms(v);
  }

  /** The leverage scores of M's rows, the squared norms of U's rows: m values that sum to r. */
  public double[] rowLeverage() {
    return Matrices.squaredRowNorms(u);
  }

  LinearOperator operator() {
    return new ProductOperator(scaledU(), Matrices.transpose(v));
  }

  private DMatrixRMaj scaledU() {
    return Matrices.scaleColumns(u.copy(), singularValues);
  }
}
