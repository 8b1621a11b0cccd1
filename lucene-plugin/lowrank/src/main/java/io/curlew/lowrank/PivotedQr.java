package io.curlew.lowrank;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * Truncated QR factorisation with column pivoting: M ~ Q R, where Q (m x r) has orthonormal columns
 * and the pivot columns of R (r x n) form an upper triangle. Columns of R stand where those of M
 * do. The residual M - Q R is orthogonal to Q, and 0 in the pivot columns.
 *
 * <p>Each step takes the longest column of the residual. The norms are downdated with LAPACK's
 * guard, without which the wrong columns are taken on fast-decaying or nearly equal columns. Stops
 * by the rules of LAPACK's geqp3rk (see {@link Truncation}), or when the residual is exactly 0.
 *
 * <p>Cost: 2 m n r multiplications. Source: Businger, Golub (1965); Quintana-Orti, Sun, Bischof
 * (1998). Almost always reveals the rank; where a guarantee is needed, as for {@code max|Z|}, use
 * {@link ColumnSelection#strongRrqr}. Not for the singular values: those on R's diagonal are
 * estimates.
 */
public final class PivotedQr {

  private final int[] pivots;
  private final DMatrixRMaj r;
  private final double[] residualNorms;
  private final HouseholderQr work;

  PivotedQr(HouseholderQr work) {
    this.work = work;
    pivots = work.pivots();
    r = work.r();
    residualNorms = work.residualNorms();
  }

  /**
   * Factors a matrix.
   *
   * @throws IllegalArgumentException if the rank is above min(m, n) or an entry is not finite
   */
  public static PivotedQr compute(DMatrixRMaj m, Truncation truncation) {
    truncation.rankFor(m.numRows, m.numCols);
    Shapes.requireFinite(m);
    return new PivotedQr(HouseholderQr.compute(m, truncation, PivotRule.LONGEST));
  }

  /** Factors the given columns in their order; the other columns of R are Q^T M. */
  static PivotedQr ofColumns(DMatrixRMaj m, int[] columns) {
    if (columns.length == 0) {
      return new PivotedQr(
          HouseholderQr.compute(m, Truncation.relative(0), (step, norms, threshold) -> -1));
    }
    return new PivotedQr(
        HouseholderQr.compute(
            m,
            Truncation.rank(columns.length),
            // Also columns whose residual is exactly 0: the caller wants them all.
            (step, norms, threshold) -> columns[step]));
  }

  /** The pivot columns, in the order in which they were taken. */
  public int[] pivots() {
    return pivots.clone();
  }

  /** The number of pivots, r. */
  public int rank() {
    return pivots.length;
  }

  /** Q (m x r), formed on each call: 2 m r^2 multiplications. */
  public DMatrixRMaj q() {
    return work.q();
  }

  /** R (r x n), columns in their original places. */
  public DMatrixRMaj r() {
    return r.copy();
  }

  /** R's pivot columns: an upper triangle (r x r). */
  DMatrixRMaj triangle() {
    return Matrices.columns(r, pivots);
  }

  /**
   * Z (r x n) with M ~ M[:, pivots] Z, the identity in the pivot columns; r^2 n / 2
   * multiplications.
   */
  public DMatrixRMaj coefficients() {
    DMatrixRMaj z = r.copy();
    Triangles.solveUpper(triangle(), z);
    int n = z.numCols;
    for (int i = 0; i < pivots.length; i++) {
      for (int k = 0; k < pivots.length; k++) {
        z.data[k * n + pivots[i]] = i == k ? 1 : 0;
      }
    }
    return z;
  }

  /** The norms of the residual's columns, 0 in the pivot columns; half of the digits are right. */
  public double[] residualNorms() {
    return residualNorms.clone();
  }

  /** The Frobenius norm of the residual, from {@link #residualNorms}. */
  public double frobeniusError() {
    double max = Arrays.stream(residualNorms).max().orElse(0);
    if (max == 0) {
      return 0;
    }
    double sum = 0;
    for (double norm : residualNorms) {
      sum += (norm / max) * (norm / max);
    }
    return max * Math.sqrt(sum);
  }
}
