package io.curlew.lowrank;

import io.curlew.simd.MatrixKernel;
import org.ejml.data.DMatrixRMaj;

/** Solves with triangular matrices, and Cholesky factors, row by row. */
final class Triangles {

  private Triangles() {}

  /** X := U^-1 X for an upper triangle U (r x r) and X (r x n): r^2 n / 2 multiplications. */
  static void solveUpper(DMatrixRMaj u, DMatrixRMaj x) {
    int r = u.numRows;
    int n = x.numCols;
    double[] coefficients = new double[r];
    for (int i = r - 1; i >= 0; i--) {
      for (int k = i + 1; k < r; k++) {
        coefficients[k] = -u.data[i * r + k];
      }
      MatrixKernel.BEST.combine(
          coefficients, i + 1, r - i - 1, x.data, (i + 1) * n, n, x.data, i * n, n);
      double pivot = u.data[i * r + i];
      for (int j = i * n; j < (i + 1) * n; j++) {
        x.data[j] /= pivot;
      }
    }
  }

  /** The inverse of an upper triangle. */
  static DMatrixRMaj inverseUpper(DMatrixRMaj u) {
    DMatrixRMaj inverse = identity(u.numRows);
    solveUpper(u, inverse);
    return inverse;
  }

  static DMatrixRMaj identity(int n) {
    DMatrixRMaj identity = new DMatrixRMaj(n, n);
    for (int i = 0; i < n; i++) {
      identity.data[i * n + i] = 1;
    }
    return identity;
  }

  /**
   * The upper Cholesky factor R of a symmetric matrix G = R^T R, in its place.
   *
   * @param smallest the smallest pivot allowed, relative to the diagonal entry that it comes from
   * @return whether all pivots were larger
   */
  static boolean choleskyUpper(DMatrixRMaj g, double smallest) {
    int n = g.numRows;
    for (int i = 0; i < n; i++) {
      double diagonal = g.data[i * n + i];
      // Rows above have been eliminated from row i already, see below.
      double original = diagonal;
      for (int k = 0; k < i; k++) {
        original += g.data[k * n + i] * g.data[k * n + i];
      }
      if (!(diagonal > smallest * original)) {
        return false;
      }
      double root = Math.sqrt(diagonal);
      for (int j = 0; j < n; j++) {
        g.data[i * n + j] = j < i ? 0 : g.data[i * n + j] / root;
      }
      for (int k = i + 1; k < n; k++) {
        MatrixKernel.BEST.axpy(-g.data[i * n + k], g.data, i * n + k, g.data, k * n + k, n - k);
      }
    }
    return true;
  }
}
