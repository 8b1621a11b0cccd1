package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/**
 * CUR decomposition M ~ C U R from columns C = M[:, J] and rows R = M[I, :] of M itself.
 *
 * <p>U is never formed. It is as ill-conditioned as M, and multiplying by it loses as many digits:
 * beyond the numerical rank an explicit U leaves a relative error of 1e-2, the factored forms here
 * 1e-14 (Park, Nakatsukasa, Accuracy and stability of CUR decompositions with oversampling, 2024).
 * Columns are chosen first, then rows that fit them ({@link ColumnSelection#selectRows}).
 *
 * <p>Cost: that of the two selections, then 4 (m + n) r^2, plus m n r for {@link Core#OPTIMAL}, and
 * four products of M with 8 vectors for the error estimate. For columns alone {@link
 * InterpolativeDecomposition} is more accurate.
 */
public final class CurDecomposition {

  /** What stands between columns and rows. */
  public enum Core {
    /**
     * U = C+ M R+, which minimises the Frobenius error: its square is at most |(I - C C+) M|^2 + |M
     * (I - R+ R)|^2. Kept as orthonormal bases of C and of R with the small matrix Qc^T M Qr
     * between them. Reads all of M.
     */
    OPTIMAL,
    /**
     * U = W+ with the intersection W = M[I, J]: exact if W has the rank of M, and reads only the
     * chosen rows and columns. Applied as a truncated solve. Its error can exceed that of OPTIMAL
     * by the condition of the choice; more rows than columns make it robust.
     */
    INTERSECTION
  }

  private static final long PROBE_SEED = 1;

  private final int[] rows;
  private final int[] columns;
  private final DMatrixRMaj c;
  private final DMatrixRMaj r;
  private final TruncatedSvd intersection;
  private final ProductOperator factors;
  private final double error;

  private CurDecomposition(
      int[] rows,
      int[] columns,
      DMatrixRMaj c,
      DMatrixRMaj r,
      TruncatedSvd intersection,
      ProductOperator factors,
      double error) {
    this.rows = rows;
    this.columns = columns;
    this.c = c;
    this.r = r;
    this.intersection = intersection;
    this.factors = factors;
    this.error = error;
  }

  /**
   * Computes the decomposition with as many rows as columns.
   *
   * @param m any matrix (m x n) of finite numbers
   * @throws IllegalArgumentException if the rank is above min(m, n) or an entry is not finite
   */
  public static CurDecomposition compute(
      DMatrixRMaj m, Truncation truncation, ColumnSelection selection, Core core) {
    return compute(m, truncation, selection, core, 0);
  }

  /**
   * Computes the decomposition with more rows than columns. The extra rows are those that help the
   * worst-determined directions of C most (Park, Nakatsukasa 2024, section 4).
   *
   * @param extraRows at least 0, with the columns at most m
   */
  public static CurDecomposition compute(
      DMatrixRMaj m, Truncation truncation, ColumnSelection selection, Core core, int extraRows) {
    truncation.rankFor(m.numRows, m.numCols);
    Shapes.requireAtLeast("extra rows", 0, extraRows);
    Shapes.requireFinite(m);
    int[] columns = selection.select(m, truncation);
    DMatrixRMaj c = Matrices.columns(m, columns);
    int[] rows = selection.selectRows(m, columns);
    if (extraRows > 0) {
      Shapes.requireAtMost("rows with the extra ones", m.numRows, (long) rows.length + extraRows);
      rows = RowOversampling.extend(c, rows, extraRows);
    }
    DMatrixRMaj r = Matrices.rows(m, rows);
    TruncatedSvd w = truncated(Matrices.columns(r, columns));
    ProductOperator factors =
        core == Core.OPTIMAL ? optimal(m, c, r) : throughIntersection(c, r, w);
    double error =
        SpectralError.estimate(
            new MatrixOperator(m, MatrixProduct.singleThreaded()), factors, PROBE_SEED);
    return new CurDecomposition(rows, columns, c, r, w, factors, error);
  }

  /** The intersection, without what is rounding. */
  private static TruncatedSvd truncated(DMatrixRMaj w) {
    double rounding = Math.max(w.numRows, w.numCols) * Math.ulp(1.0);
    return TruncatedSvd.compute(w, Truncation.relative(rounding));
  }

  /** Qc and (Qc^T M Qr) Qr^T. */
  private static ProductOperator optimal(DMatrixRMaj m, DMatrixRMaj c, DMatrixRMaj r) {
    MatrixProduct product = MatrixProduct.singleThreaded();
    DMatrixRMaj qc = ThinQr.compute(c).q();
    DMatrixRMaj qr = ThinQr.compute(Matrices.transpose(r)).q();
    DMatrixRMaj core = product.multiply(product.multiplyTransposedLeft(qc, m), qr);
    return new ProductOperator(qc, product.multiplyTransposedRight(core, qr));
  }

  /** With W = P S Q^T: C Q S^-1 and P^T R. */
  private static ProductOperator throughIntersection(DMatrixRMaj c, DMatrixRMaj r, TruncatedSvd w) {
    MatrixProduct product = MatrixProduct.singleThreaded();
    double[] inverse = w.singularValues();
    for (int i = 0; i < inverse.length; i++) {
      inverse[i] = 1 / inverse[i];
    }
    return new ProductOperator(
        Matrices.scaleColumns(product.multiply(c, w.v()), inverse),
        product.multiplyTransposedLeft(w.u(), r));
  }

  /** The chosen rows I, in the order of choice. */
  public int[] rows() {
    return rows.clone();
  }

  /** The chosen columns J, in the order of choice. */
  public int[] columns() {
    return columns.clone();
  }

  /** C = M[:, J]. */
  public DMatrixRMaj columnFactor() {
    return c.copy();
  }

  /** R = M[I, :]. */
  public DMatrixRMaj rowFactor() {
    return r.copy();
  }

  /** C U R B for B (n x p): (m + n) r p multiplications. */
  public DMatrixRMaj multiply(DMatrixRMaj b) {
    return factors.multiply(b);
  }

  /** C U R (m x n): m n r multiplications. */
  public DMatrixRMaj reconstruct() {
    return MatrixProduct.singleThreaded().multiply(factors.left(), factors.right());
  }

  /**
   * The estimate of |M - C U R|_2 by {@link SpectralError}: measured on M, never above the true
   * error beyond rounding, rarely below half of it.
   */
  public double errorEstimate() {
    return error;
  }

  /** The condition number of the intersection M[I, J] without what is rounding. */
  public double conditionNumber() {
    return intersection.conditionNumber();
  }

  /** The effective rank of the intersection: {@link TruncatedSvd#effectiveRank}. */
  public double effectiveRank() {
    return intersection.effectiveRank();
  }
}
