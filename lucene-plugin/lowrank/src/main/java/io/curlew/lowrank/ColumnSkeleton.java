package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/**
 * The interpolative decomposition of an operator that need not exist whole: A ~ A[:, S] Z, found
 * from a random sketch of A's columns alone. For a skeleton of rows pass the transpose: {@code
 * ColumnSkeleton.compute(FloatRows.of(scores).transposed(), ...)} finds the rows of a score matrix,
 * the queries, that all others are combinations of.
 *
 * <p>Pivots and Z both come from the sketch, so the error is somewhat larger than with {@link
 * InterpolativeDecomposition}'s Z: for r + r/5 + 10 rows of sketch typically by less than half.
 * Cost: one product of A^T with r + r/5 + 10 vectors, 2 n r^2, and four products with 8 vectors for
 * the error estimate.
 */
public final class ColumnSkeleton {

  private final int[] columns;
  private final DMatrixRMaj coefficients;
  private final double error;

  private ColumnSkeleton(int[] columns, DMatrixRMaj coefficients, double error) {
    this.columns = columns;
    this.coefficients = coefficients;
    this.error = error;
  }

  /**
   * Finds the skeleton.
   *
   * @param a an operator (m x n)
   * @param truncation a tolerance is on the columns of the sketch, as for a pivoted QR
   * @param seed of the sketch
   * @throws IllegalArgumentException if the rank is above min(m, n), or a product is not finite
   */
  public static ColumnSkeleton compute(
      LinearOperator a, Truncation truncation, Sketch sketch, long seed) {
    PivotedQr qr = new SketchedSelection(sketch, seed).factor(a, truncation);
    DMatrixRMaj z = qr.coefficients();
    int[] columns = qr.pivots();
    double error = SpectralError.estimate(a, new Interpolation(a, columns, z), seed);
    return new ColumnSkeleton(columns, z, error);
  }

  /** The chosen columns S, in the order of choice. */
  public int[] columns() {
    return columns.clone();
  }

  /** Z (r x n). */
  public DMatrixRMaj coefficients() {
    return coefficients.copy();
  }

  /** The estimate of |A - A[:, S] Z|_2 by {@link SpectralError}. */
  public double errorEstimate() {
    return error;
  }

  /** A[:, S] Z, of which only products with A are formed. */
  private record Interpolation(LinearOperator a, int[] chosen, DMatrixRMaj z)
      implements LinearOperator {

    @Override
    public int rows() {
      return a.rows();
    }

    @Override
    public int columns() {
      return a.columns();
    }

    @Override
    public DMatrixRMaj multiply(DMatrixRMaj x) {
      DMatrixRMaj zx = MatrixProduct.singleThreaded().multiply(z, x);
      DMatrixRMaj spread = new DMatrixRMaj(a.columns(), x.numCols);
      for (int i = 0; i < chosen.length; i++) {
        System.arraycopy(zx.data, i * x.numCols, spread.data, chosen[i] * x.numCols, x.numCols);
      }
      return a.multiply(spread);
    }

    @Override
    public DMatrixRMaj multiplyTransposed(DMatrixRMaj y) {
      return MatrixProduct.singleThreaded()
          .multiplyTransposedLeft(z, Matrices.rows(a.multiplyTransposed(y), chosen));
    }
  }
}
