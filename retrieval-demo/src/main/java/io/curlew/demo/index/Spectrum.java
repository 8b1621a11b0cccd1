package io.curlew.demo.index;

import io.curlew.lowrank.TruncatedSvd;
import io.curlew.lowrank.Truncation;
import io.curlew.lucene.CurSearcher;
import java.io.IOException;
import org.ejml.data.DMatrixRMaj;

/** The singular values of the anchor rows of a sample of documents: how low their rank is. */
public final class Spectrum {

  private static final int SAMPLE = 1000;

  private Spectrum() {}

  /** The values, largest first, as shares of the largest. */
  public static double[] of(CurlewIndex index, long seed) throws IOException {
    CurSearcher searcher = index.searcher();
    return of(searcher.rows(searcher.sample(SAMPLE, seed)));
  }

  /** The same for rows. */
  public static double[] of(float[][] rows) {
    DMatrixRMaj matrix = new DMatrixRMaj(rows.length, rows[0].length);
    for (int d = 0; d < rows.length; d++) {
      for (int a = 0; a < rows[d].length; a++) {
        matrix.data[d * matrix.numCols + a] = rows[d][a];
      }
    }
    int rank = Math.min(matrix.numRows, matrix.numCols);
    double[] values = TruncatedSvd.compute(matrix, Truncation.rank(rank)).singularValues().clone();
    double largest = Math.max(Double.MIN_NORMAL, values[0]);
    for (int i = 0; i < values.length; i++) {
      values[i] /= largest;
    }
    return values;
  }
}
