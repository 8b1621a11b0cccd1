package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/**
 * Interpolative decomposition M ~ C Z: C = M[:, S] are columns of M itself, the skeleton, and Z has
 * the identity in those columns. Keeps what matters about columns: sparsity, sign, meaning, and
 * that new rows of M need only be known in S.
 *
 * <p>Z is the least-squares solution on all of M, for whatever columns the {@link ColumnSelection}
 * chose; where they are dependent to working precision some are left out of it. The error is
 * therefore the smallest that the chosen columns allow. Cost: that of the selection, m n r for Z,
 * and four products of M with 8 vectors for the error estimate. Source: Cheng, Gimbutas,
 * Martinsson, Rokhlin (2005); Halko, Martinsson, Tropp (2011), section 3.2.
 *
 * <p>For a matrix that is known only by its products see {@link ColumnSkeleton}. Not where the best
 * error per rank counts: that is {@link TruncatedSvd}.
 */
public final class InterpolativeDecomposition {

  private static final long PROBE_SEED = 1;

  private final int[] columns;
  private final DMatrixRMaj skeleton;
  private final DMatrixRMaj coefficients;
  private final double error;

  private InterpolativeDecomposition(
      int[] columns, DMatrixRMaj skeleton, DMatrixRMaj coefficients, double error) {
    this.columns = columns;
    this.skeleton = skeleton;
    this.coefficients = coefficients;
    this.error = error;
  }

  /**
   * Computes the decomposition.
   *
   * @param m any matrix (m x n) of finite numbers
   * @throws IllegalArgumentException if the rank is above min(m, n) or an entry is not finite
   */
  public static InterpolativeDecomposition compute(
      DMatrixRMaj m, Truncation truncation, ColumnSelection selection) {
    truncation.rankFor(m.numRows, m.numCols);
    Shapes.requireFinite(m);
    int[] columns;
    DMatrixRMaj skeleton;
    DMatrixRMaj z;
    if (selection instanceof FactoringSelection factoring) {
      PivotedQr qr = factoring.factor(m, truncation);
      columns = qr.pivots();
      skeleton = Matrices.columns(m, columns);
      z = qr.coefficients();
    } else {
      columns = selection.select(m, truncation);
      skeleton = Matrices.columns(m, columns);
      z = ThinQr.compute(skeleton).solve(m);
      interpolate(z, columns);
    }
    double error =
        SpectralError.estimate(
            new MatrixOperator(m, MatrixProduct.singleThreaded()),
            new ProductOperator(skeleton, z),
            PROBE_SEED);
    return new InterpolativeDecomposition(columns, skeleton, z, error);
  }

  /** Puts the identity into the chosen columns, where rounding has left nearly that. */
  private static void interpolate(DMatrixRMaj z, int[] columns) {
    for (int j = 0; j < columns.length; j++) {
      for (int i = 0; i < columns.length; i++) {
        z.data[i * z.numCols + columns[j]] = i == j ? 1 : 0;
      }
    }
  }

  /** The chosen columns S, in the order of choice. */
  public int[] columns() {
    return columns.clone();
  }

  /** The number of columns, r. */
  public int rank() {
    return columns.length;
  }

  /** Z (r x n). */
  public DMatrixRMaj coefficients() {
    return coefficients.copy();
  }

  /** C = M[:, S] (m x r). */
  public DMatrixRMaj skeleton() {
    return skeleton.copy();
  }

  /** C Z (m x n): m n r multiplications. */
  public DMatrixRMaj reconstruct() {
    return MatrixProduct.singleThreaded().multiply(skeleton, coefficients);
  }

  /** C Z B for B (n x p), without forming the product: (m + n) r p multiplications. */
  public DMatrixRMaj multiply(DMatrixRMaj b) {
    return new ProductOperator(skeleton, coefficients).multiply(b);
  }

  /**
   * The estimate of |M - C Z|_2 by {@link SpectralError}: measured on M, never above the true error
   * beyond rounding, rarely below half of it.
   */
  public double errorEstimate() {
    return error;
  }

  /**
   * The condition number of the skeleton C, which is what Z was solved with: how much of the digits
   * of M's entries Z can lose. Computed on each call, 2 m r^2 multiplications; 0 without columns.
   */
  public double conditionNumber() {
    return decomposedSkeleton().conditionNumber();
  }

  /** {@link TruncatedSvd#effectiveRank} of the skeleton. Computed on each call. */
  public double effectiveRank() {
    return decomposedSkeleton().effectiveRank();
  }

  private TruncatedSvd decomposedSkeleton() {
    return TruncatedSvd.compute(skeleton, Truncation.relative(0));
  }
}
