package io.curlew.lowrank;

import io.curlew.simd.MatrixKernel;
import org.ejml.data.DMatrixRMaj;

/** Pieces and norms of row-major matrices. */
final class Matrices {

  private static final int BLOCK = 32; // a block's rows of both matrices fit in L1

  private Matrices() {}

  static DMatrixRMaj transpose(DMatrixRMaj m) {
    int rows = m.numRows;
    int columns = m.numCols;
    DMatrixRMaj t = new DMatrixRMaj(columns, rows);
    for (int i = 0; i < rows; i += BLOCK) {
      int toI = Math.min(rows, i + BLOCK);
      for (int j = 0; j < columns; j += BLOCK) {
        int toJ = Math.min(columns, j + BLOCK);
        for (int r = i; r < toI; r++) {
          int from = r * columns;
          for (int c = j; c < toJ; c++) {
            t.data[c * rows + r] = m.data[from + c];
          }
        }
      }
    }
    return t;
  }

  /** The given columns, in that order. */
  static DMatrixRMaj columns(DMatrixRMaj m, int[] columns) {
    DMatrixRMaj c = new DMatrixRMaj(m.numRows, columns.length);
    int at = 0;
    for (int i = 0; i < m.numRows; i++) {
      int row = i * m.numCols;
      for (int column : columns) {
        c.data[at++] = m.data[row + column];
      }
    }
    return c;
  }

  /** The given rows, in that order. */
  static DMatrixRMaj rows(DMatrixRMaj m, int[] rows) {
    DMatrixRMaj r = new DMatrixRMaj(rows.length, m.numCols);
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(m.data, rows[i] * m.numCols, r.data, i * m.numCols, m.numCols);
    }
    return r;
  }

  /** The first columns. */
  static DMatrixRMaj firstColumns(DMatrixRMaj m, int count) {
    DMatrixRMaj c = new DMatrixRMaj(m.numRows, count);
    for (int i = 0; i < m.numRows; i++) {
      System.arraycopy(m.data, i * m.numCols, c.data, i * count, count);
    }
    return c;
  }

  /** A - B, into a new matrix. */
  static DMatrixRMaj subtract(DMatrixRMaj a, DMatrixRMaj b) {
    DMatrixRMaj c = new DMatrixRMaj(a.numRows, a.numCols);
    for (int i = 0; i < c.data.length; i++) {
      c.data[i] = a.data[i] - b.data[i];
    }
    return c;
  }

  /** Multiplies row i by {@code factors[i]}, in place. */
  static DMatrixRMaj scaleRows(DMatrixRMaj m, double[] factors) {
    for (int i = 0; i < m.numRows; i++) {
      for (int j = i * m.numCols; j < (i + 1) * m.numCols; j++) {
        m.data[j] *= factors[i];
      }
    }
    return m;
  }

  /** Multiplies column j by {@code factors[j]}, in place. */
  static DMatrixRMaj scaleColumns(DMatrixRMaj m, double[] factors) {
    for (int i = 0; i < m.numRows; i++) {
      for (int j = 0; j < m.numCols; j++) {
        m.data[i * m.numCols + j] *= factors[j];
      }
    }
    return m;
  }

  /** The squared Euclidean norm of each column. */
  static double[] squaredColumnNorms(DMatrixRMaj m) {
    double[] squares = new double[m.numCols];
    for (int i = 0; i < m.numRows; i++) {
      MatrixKernel.BEST.addSquares(m.data, i * m.numCols, squares, 0, m.numCols);
    }
    return squares;
  }

  /** The squared Euclidean norm of each row. */
  static double[] squaredRowNorms(DMatrixRMaj m) {
    double[] squares = new double[m.numRows];
    for (int i = 0; i < m.numRows; i++) {
      int from = i * m.numCols;
      squares[i] = MatrixKernel.BEST.dot(m.data, from, m.data, from, m.numCols);
    }
    return squares;
  }

  static double frobeniusNorm(DMatrixRMaj m) {
    int n = m.getNumElements();
    return Math.sqrt(MatrixKernel.BEST.dot(m.data, 0, m.data, 0, n));
  }

  /** The largest magnitude. */
  static double maxAbs(DMatrixRMaj m) {
    double max0 = 0;
    double max1 = 0;
    double max2 = 0;
    double max3 = 0;
    int n = m.getNumElements();
    int i = 0;
    for (; i <= n - 4; i += 4) {
      max0 = Math.max(max0, Math.abs(m.data[i]));
      max1 = Math.max(max1, Math.abs(m.data[i + 1]));
      max2 = Math.max(max2, Math.abs(m.data[i + 2]));
      max3 = Math.max(max3, Math.abs(m.data[i + 3]));
    }
    for (; i < n; i++) {
      max0 = Math.max(max0, Math.abs(m.data[i]));
    }
    return Math.max(Math.max(max0, max1), Math.max(max2, max3));
  }

  /** The index of the largest value, the first of equals; -1 if there is none above -infinity. */
  static int argMax(double[] values) {
    int best = -1;
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < values.length; i++) {
      if (values[i] > max) {
        max = values[i];
        best = i;
      }
    }
    return best;
  }
}
