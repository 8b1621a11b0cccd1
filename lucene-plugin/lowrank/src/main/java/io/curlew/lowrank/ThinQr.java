package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/**
 * An orthonormal basis of the columns of a tall matrix C (m x r), and least squares with it.
 *
 * <p>Where C is far from singular, by Cholesky's factor of C^T C, twice (CholeskyQR2; Yamamoto,
 * Nakatsukasa, Yanagisawa, Fukaya 2015), which is made of matrix products; else by Householder
 * reflections with pivoting, cut where the columns are dependent to working precision, so that
 * solutions are basic ones: zero for the columns left out. About 4 m r^2 multiplications either
 * way.
 */
final class ThinQr {

  private static final double SMALLEST_PIVOT = 1e-10; // squared: condition numbers up to 1e5
  private static final double DEPENDENT = 4 * Math.ulp(1.0);

  private final DMatrixRMaj q;
  private final DMatrixRMaj triangle;
  private final int[] pivots; // the columns of C that the triangle's are
  private final int columns;

  private ThinQr(DMatrixRMaj q, DMatrixRMaj triangle, int[] pivots, int columns) {
    this.q = q;
    this.triangle = triangle;
    this.pivots = pivots;
    this.columns = columns;
  }

  static ThinQr compute(DMatrixRMaj c) {
    MatrixProduct product = MatrixProduct.singleThreaded();
    int r = c.numCols;
    if (r > 0 && r <= c.numRows) {
      DMatrixRMaj first = product.multiplyTransposedLeft(c, c);
      if (isNormal(first) && Triangles.choleskyUpper(first, SMALLEST_PIVOT)) {
        DMatrixRMaj q = product.multiply(c, Triangles.inverseUpper(first));
        DMatrixRMaj second = product.multiplyTransposedLeft(q, q);
        if (Triangles.choleskyUpper(second, 0.5)) {
          q = product.multiply(q, Triangles.inverseUpper(second));
          int[] all = new int[r];
          for (int i = 0; i < r; i++) {
            all[i] = i;
          }
          return new ThinQr(q, product.multiply(second, first), all, r);
        }
      }
    }
    HouseholderQr qr = HouseholderQr.compute(c, Truncation.relative(DEPENDENT), PivotRule.LONGEST);
    int[] pivots = qr.pivots();
    return new ThinQr(qr.q(), Matrices.columns(qr.r(), pivots), pivots, r);
  }

  /** Whether the diagonal of a Gram matrix has neither overflowed nor come near to underflow. */
  private static boolean isNormal(DMatrixRMaj gram) {
    for (int i = 0; i < gram.numRows; i++) {
      double d = gram.data[i * gram.numCols + i];
      if (!(d > 1e-200 && d < 1e200)) {
        return false;
      }
    }
    return true;
  }

  /**
   * An orthonormal basis (m x r) of a space that holds the columns of Y; where these are dependent
   * it holds other directions too.
   */
  static DMatrixRMaj basis(DMatrixRMaj y) {
    Shapes.requireFinite(y); // products with operators come here unchecked
    ThinQr qr = compute(y);
    return qr.q.numCols == y.numCols
        ? qr.q
        : HouseholderQr.compute(y, Truncation.relative(0), PivotRule.NATURAL).q();
  }

  /**
   * Columns that span the same space as those of Y and are orthonormal to a few digits: what a
   * power iteration needs in between. One round of Cholesky, at half the cost of {@link #basis}.
   */
  static DMatrixRMaj roughBasis(DMatrixRMaj y) {
    if (y.numCols > 0) {
      MatrixProduct product = MatrixProduct.singleThreaded();
      DMatrixRMaj gram = product.multiplyTransposedLeft(y, y);
      if (isNormal(gram) && Triangles.choleskyUpper(gram, SMALLEST_PIVOT)) {
        return product.multiply(y, Triangles.inverseUpper(gram));
      }
    }
    return basis(y);
  }

  /** The basis: only as many columns as are independent to working precision. */
  DMatrixRMaj q() {
    return q;
  }

  /** The least-squares solution of C Z = M (r x n): r m n multiplications. */
  DMatrixRMaj solve(DMatrixRMaj m) {
    return solveProjected(MatrixProduct.singleThreaded().multiplyTransposedLeft(q, m));
  }

  /** The same, given Q^T M. */
  DMatrixRMaj solveProjected(DMatrixRMaj projected) {
    DMatrixRMaj x = projected.copy();
    Triangles.solveUpper(triangle, x);
    if (pivots.length == columns && isIdentity()) {
      return x;
    }
    int n = x.numCols;
    DMatrixRMaj z = new DMatrixRMaj(columns, n);
    for (int i = 0; i < pivots.length; i++) {
      System.arraycopy(x.data, i * n, z.data, pivots[i] * n, n);
    }
    return z;
  }

  private boolean isIdentity() {
    for (int i = 0; i < pivots.length; i++) {
      if (pivots[i] != i) {
        return false;
      }
    }
    return true;
  }
}
