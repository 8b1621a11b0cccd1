package io.curlew.lowrank;

import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/** Takes columns in an order given beforehand. */
record OrderedSelection(Function<DMatrixRMaj, int[]> order) implements ColumnSelection {

  static ColumnSelection uniform(long seed) {
    return new OrderedSelection(m -> Orders.shuffled(m.numCols, new SplittableRandom(seed)));
  }

  static ColumnSelection normWeighted(long seed) {
    return new OrderedSelection(
        m -> {
          double scale = Matrices.maxAbs(m);
          double[] weights = new double[m.numCols];
          for (int i = 0; scale > 0 && i < m.numRows; i++) {
            for (int j = 0; j < m.numCols; j++) {
              double x = m.data[i * m.numCols + j] / scale;
              weights[j] += x * x;
            }
          }
          return Orders.drawn(weights, new SplittableRandom(seed));
        });
  }

  @Override
  public int[] select(DMatrixRMaj m, Truncation truncation) {
    int rank = truncation.rankFor(m.numRows, m.numCols);
    Shapes.requireFinite(m);
    int[] all = order.apply(m);
    if (truncation.hasRank() && !truncation.hasTolerance()) {
      return IntStream.of(all).limit(rank).toArray();
    }
    HouseholderQr qr = HouseholderQr.compute(m, truncation, PivotRule.inOrder(all));
    return qr.pivots();
  }
}
