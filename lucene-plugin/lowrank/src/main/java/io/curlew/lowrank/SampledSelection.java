package io.curlew.lowrank;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;

/** Pivoted QR within a uniform sample of the columns. */
record SampledSelection(int sample, long seed) implements ColumnSelection {

  SampledSelection {
    Shapes.requireAtLeast("sample", 1, sample);
  }

  @Override
  public int[] select(DMatrixRMaj m, Truncation truncation) {
    int rank = truncation.rankFor(m.numRows, m.numCols);
    if (truncation.hasRank()) {
      Shapes.requireAtLeast("sample", rank, sample);
    }
    Shapes.requireFinite(m);
    int[] drawn =
        Arrays.copyOf(
            Orders.shuffled(m.numCols, new SplittableRandom(seed)), Math.min(sample, m.numCols));
    int[] pivots = PivotedQr.compute(Matrices.columns(m, drawn), truncation).pivots();
    return Arrays.stream(pivots).map(pivot -> drawn[pivot]).toArray();
  }
}
