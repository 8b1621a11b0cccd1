package io.curlew.lowrank;

import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;

/** Pivoted QR of a random sketch of the columns. */
record SketchedSelection(Sketch sketch, long seed) implements ColumnSelection {

  private static final int OVERSAMPLING = 10;
  private static final int FIRST_SIZE = 64;

  @Override
  public int[] select(DMatrixRMaj m, Truncation truncation) {
    truncation.rankFor(m.numRows, m.numCols);
    return factor(LinearOperator.of(m), truncation).pivots();
  }

  /** The factored sketch: its pivots, and coefficients for those who need no better ones. */
  PivotedQr factor(LinearOperator a, Truncation truncation) {
    int rank = truncation.rankFor(a.rows(), a.columns());
    int enough = rank + rank / 5 + OVERSAMPLING;
    int size = truncation.hasTolerance() ? Math.min(enough, FIRST_SIZE) : enough;
    for (; ; size = Math.min(enough, 2 * size)) {
      int rows = Math.min(size, a.rows());
      DMatrixRMaj sketched =
          rows == a.rows() ? whole(a) : sketch.apply(a, rows, new SplittableRandom(seed));
      Shapes.requireFinite(sketched);
      // Of a sketch that is to grow, no more than its rows less the oversampling can be believed.
      Truncation within =
          rows < Math.min(rank, a.columns())
              ? truncation.withRank(Math.min(rows, a.columns()))
              : truncation;
      PivotedQr qr = new PivotedQr(HouseholderQr.compute(sketched, within, PivotRule.LONGEST));
      if (size == enough || rows == a.rows() || qr.rank() + OVERSAMPLING <= rows) {
        return qr;
      }
    }
  }

  /** All rows, where a sketch would have as many. */
  private static DMatrixRMaj whole(LinearOperator a) {
    return a instanceof MatrixOperator matrix
        ? matrix.matrix()
        : Matrices.transpose(a.multiplyTransposed(Triangles.identity(a.rows())));
  }
}
