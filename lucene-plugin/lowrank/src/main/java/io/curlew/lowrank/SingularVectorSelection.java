package io.curlew.lowrank;

import io.curlew.simd.MatrixKernel;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/**
 * Chooses columns by the leading right singular vectors V (n x r), rows by the left ones.
 *
 * @param choice r rows of an orthonormal basis (n x r)
 */
record SingularVectorSelection(Function<DMatrixRMaj, int[]> choice) implements ColumnSelection {

  private static final int LARGEST_EXACT = 512;
  private static final long SKETCH_SEED = 1; // one and the same, so that DEIM is deterministic

  static ColumnSelection leverage(long seed) {
    return new SingularVectorSelection(
        v ->
            IntStream.of(Orders.drawn(Matrices.squaredRowNorms(v), new SplittableRandom(seed)))
                .limit(v.numCols)
                .toArray());
  }

  static ColumnSelection leverageTop() {
    return new SingularVectorSelection(
        v -> Arrays.copyOf(Orders.falling(Matrices.squaredRowNorms(v)), v.numCols));
  }

  static ColumnSelection deim() {
    return new SingularVectorSelection(SingularVectorSelection::interpolationPoints);
  }

  static ColumnSelection adaptiveRandomPivoting(long seed) {
    return new SingularVectorSelection(v -> adaptivePivots(v, new SplittableRandom(seed)));
  }

  @Override
  public int[] select(DMatrixRMaj m, Truncation truncation) {
    return choice.apply(leading(m, truncation).v());
  }

  @Override
  public int[] selectRows(DMatrixRMaj m, int[] columns) {
    if (columns.length == 0) {
      return new int[0];
    }
    return choice.apply(leading(m, Truncation.rank(columns.length)).u());
  }

  private static TruncatedSvd leading(DMatrixRMaj m, Truncation truncation) {
    return Math.min(m.numRows, m.numCols) <= LARGEST_EXACT
        ? TruncatedSvd.compute(m, truncation)
        : TruncatedSvd.randomized(m, truncation, SKETCH_SEED);
  }

  /**
   * DEIM. Eliminating each chosen row from the vectors that follow leaves in the next vector its
   * interpolation residual: Gaussian elimination with column-wise pivoting.
   */
  private static int[] interpolationPoints(DMatrixRMaj v) {
    int r = v.numCols;
    DMatrixRMaj residual = Matrices.transpose(v);
    int n = residual.numCols;
    int[] points = new int[r];
    for (int k = 0; k < r; k++) {
      int best = 0;
      for (int i = 1; i < n; i++) {
        if (Math.abs(residual.data[k * n + i]) > Math.abs(residual.data[k * n + best])) {
          best = i;
        }
      }
      points[k] = best;
      for (int later = k + 1; later < r; later++) {
        double factor = residual.data[later * n + best] / residual.data[k * n + best];
        MatrixKernel.BEST.axpy(-factor, residual.data, k * n, residual.data, later * n, n);
        residual.data[later * n + best] = 0;
      }
    }
    return points;
  }

  /** Draws a row by its squared norm, then projects all rows onto what is orthogonal to it. */
  private static int[] adaptivePivots(DMatrixRMaj v, SplittableRandom random) {
    int r = v.numCols;
    int n = v.numRows;
    double[] rows = Arrays.copyOf(v.data, n * r);
    double[] squares = Matrices.squaredRowNorms(v);
    int[] pivots = new int[r];
    double[] direction = new double[r];
    for (int k = 0; k < r; k++) {
      int pivot = Draws.byWeight(squares, random);
      pivots[k] = pivot;
      double norm = Math.sqrt(MatrixKernel.BEST.dot(rows, pivot * r, rows, pivot * r, r));
      for (int j = 0; j < r; j++) {
        direction[j] = rows[pivot * r + j] / norm;
      }
      for (int i = 0; i < n; i++) {
        double along = MatrixKernel.BEST.dot(rows, i * r, direction, 0, r);
        MatrixKernel.BEST.axpy(-along, direction, 0, rows, i * r, r);
        squares[i] = squares[i] < 0 ? -1 : MatrixKernel.BEST.dot(rows, i * r, rows, i * r, r);
      }
      squares[pivot] = -1; // taken
    }
    return pivots;
  }
}
