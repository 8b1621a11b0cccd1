package io.curlew.lowrank;

import io.curlew.simd.MatrixKernel;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;

/**
 * A random matrix S with few rows, such that S A keeps the lengths and angles of A's columns about
 * as they are: S has as many columns as A has rows, and E|S x|^2 = |x|^2.
 *
 * <p>Sources: Halko, Martinsson, Tropp, Finding structure with randomness (2011), for the Gaussian
 * form; Martinsson, Tropp, Randomized numerical linear algebra (2020), section 9.2, for the sparse
 * one.
 */
public enum Sketch {

  /** Independent normal entries: the safest, s m n multiplications for s rows on A (m x n). */
  GAUSSIAN {
    @Override
    DMatrixRMaj matrix(int rows, int columns, SplittableRandom random) {
      DMatrixRMaj s = gaussianMatrix(rows, columns, random);
      double scale = 1 / Math.sqrt(rows);
      for (int i = 0; i < s.data.length; i++) {
        s.data[i] *= scale;
      }
      return s;
    }

    @Override
    DMatrixRMaj apply(DMatrixRMaj a, int rows, SplittableRandom random) {
      return MatrixProduct.singleThreaded().multiply(matrix(rows, a.numRows, random), a);
    }
  },

  /**
   * Eight random signs in each column of S, whatever its number of rows: 8 m n additions. For tall
   * matrices; its guarantee needs somewhat more rows than the Gaussian one's.
   */
  SPARSE_SIGN {
    @Override
    DMatrixRMaj matrix(int rows, int columns, SplittableRandom random) {
      DMatrixRMaj s = new DMatrixRMaj(rows, columns);
      Signs signs = new Signs(rows, columns, random);
      for (int i = 0; i < columns; i++) {
        for (int k = 0; k < signs.count; k++) {
          s.data[signs.row(i, k) * columns + i] = signs.value(i, k);
        }
      }
      return s;
    }

    @Override
    DMatrixRMaj apply(DMatrixRMaj a, int rows, SplittableRandom random) {
      int n = a.numCols;
      DMatrixRMaj sketch = new DMatrixRMaj(rows, n);
      Signs signs = new Signs(rows, a.numRows, random);
      for (int from = 0; from < n; from += STRIP) {
        int width = Math.min(STRIP, n - from);
        for (int i = 0; i < a.numRows; i++) {
          for (int k = 0; k < signs.count; k++) {
            MatrixKernel.BEST.axpy(
                signs.value(i, k),
                a.data,
                i * n + from,
                sketch.data,
                signs.row(i, k) * n + from,
                width);
          }
        }
      }
      return sketch;
    }
  };

  private static final int STRIP = 1024; // columns of the sketch that stay in L2
  private static final int CHUNK = 32;

  /** The matrix S itself. */
  abstract DMatrixRMaj matrix(int rows, int columns, SplittableRandom random);

  /** S A. */
  abstract DMatrixRMaj apply(DMatrixRMaj a, int rows, SplittableRandom random);

  /** S A for an operator, a few rows at a time, so that S does not exist whole either. */
  DMatrixRMaj apply(LinearOperator a, int rows, SplittableRandom random) {
    if (a instanceof MatrixOperator matrix && matrix.product().threads() == 1) {
      return apply(matrix.matrix(), rows, random);
    }
    DMatrixRMaj sketch = new DMatrixRMaj(rows, a.columns());
    for (int from = 0; from < rows; from += CHUNK) {
      int count = Math.min(CHUNK, rows - from);
      // Independent pieces: each is a sketch of its own, rescaled to be a part of the whole.
      DMatrixRMaj piece =
          Matrices.transpose(
              a.multiplyTransposed(Matrices.transpose(matrix(count, a.rows(), random))));
      double scale = Math.sqrt((double) count / rows);
      for (int i = 0; i < piece.data.length; i++) {
        sketch.data[from * a.columns() + i] = scale * piece.data[i];
      }
    }
    return sketch;
  }

  /** Independent standard normal entries. */
  static DMatrixRMaj gaussianMatrix(int rows, int columns, SplittableRandom random) {
    DMatrixRMaj g = new DMatrixRMaj(rows, columns);
    for (int i = 0; i < g.data.length; i++) {
      g.data[i] = random.nextGaussian();
    }
    return g;
  }

  /** Where the entries of a sparse sign matrix are. */
  private static final class Signs {
    private static final int PER_COLUMN = 8;

    private final int count;
    private final int[] codes; // row, with the sign in the lowest bit
    private final double magnitude;

    Signs(int rows, int columns, SplittableRandom random) {
      count = Math.min(PER_COLUMN, rows);
      codes = new int[Math.multiplyExact(columns, count)];
      magnitude = 1 / Math.sqrt(count);
      int[] all = new int[rows];
      for (int i = 0; i < rows; i++) {
        all[i] = i;
      }
      for (int i = 0; i < codes.length; i += count) {
        for (int k = 0; k < count; k++) {
          int other = random.nextInt(k, rows);
          int chosen = all[other];
          all[other] = all[k];
          all[k] = chosen;
          codes[i + k] = 2 * chosen + (random.nextBoolean() ? 1 : 0);
        }
      }
    }

    int row(int column, int k) {
      return codes[column * count + k] >> 1;
    }

    double value(int column, int k) {
      return (codes[column * count + k] & 1) == 0 ? magnitude : -magnitude;
    }
  }
}
