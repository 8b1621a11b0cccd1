package io.curlew.cur.anchor;

import io.curlew.lowrank.TruncatedSvd;
import io.curlew.lowrank.Truncation;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * Fewer dimensions for each document than there are anchors: rows are stored as P r, where the rows
 * of P are the leading right singular vectors of the sample's rows, not centred. They are
 * orthonormal, so that weights u of anchors become weights P u of what is stored, and P^T leads
 * back as near as the dimensions allow. Immutable.
 */
final class AnchorProjection {

  private final float[][] basis; // [dimensions][anchors], orthonormal rows

  AnchorProjection(float[][] basis) {
    this.basis = basis;
  }

  /**
   * The projection that keeps the most of the squares of some anchor rows.
   *
   * @param rows {@code [documents][anchors]}
   * @param dimensions at least 1, at most the number of anchors and of documents
   */
  static AnchorProjection of(float[][] rows, int dimensions) {
    int most = Math.min(rows.length, rows[0].length);
    if (dimensions < 1 || dimensions > most) {
      throw new IllegalArgumentException(
          "dimensions must be between 1 and the smaller of anchors and sample, "
              + most
              + ", got: "
              + dimensions);
    }
    DMatrixRMaj matrix = new DMatrixRMaj(rows.length, rows[0].length);
    for (int d = 0; d < rows.length; d++) {
      for (int a = 0; a < rows[0].length; a++) {
        matrix.set(d, a, rows[d][a]);
      }
    }
    DMatrixRMaj v = TruncatedSvd.randomized(matrix, Truncation.rank(dimensions), 0).v();
    float[][] basis = new float[v.numCols][v.numRows];
    for (int i = 0; i < v.numCols; i++) {
      for (int a = 0; a < v.numRows; a++) {
        basis[i][a] = (float) v.get(a, i);
      }
    }
    return new AnchorProjection(basis);
  }

  /** The first of its dimensions. */
  AnchorProjection first(int dimensions) {
    return new AnchorProjection(Arrays.copyOf(basis, dimensions));
  }

  int dimensions() {
    return basis.length;
  }

  /** Not to be changed. */
  float[][] basis() {
    return basis;
  }

  /** P r. */
  float[] apply(float[] row) {
    float[] stored = new float[basis.length];
    for (int i = 0; i < stored.length; i++) {
      double sum = 0;
      for (int a = 0; a < row.length; a++) {
        sum += (double) basis[i][a] * row[a];
      }
      stored[i] = (float) sum;
    }
    return stored;
  }

  /** P r of some rows. */
  float[][] apply(float[][] rows) {
    return Arrays.stream(rows).map(this::apply).toArray(float[][]::new);
  }

  /** P^T z. */
  float[] back(float[] stored) {
    float[] row = new float[basis[0].length];
    for (int i = 0; i < stored.length; i++) {
      for (int a = 0; a < row.length; a++) {
        row[a] += stored[i] * basis[i][a];
      }
    }
    return row;
  }
}
