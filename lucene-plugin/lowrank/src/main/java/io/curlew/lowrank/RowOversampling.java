package io.curlew.lowrank;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * More rows for a set that is to determine the columns of C. With Q a basis of C's columns, the
 * trailing right singular vectors of Q[I, :] are the directions that rows I determine worst;
 * pivoted QR on the other rows of Q times these picks as many new rows as there are directions
 * (Park, Nakatsukasa 2024).
 */
final class RowOversampling {

  private RowOversampling() {}

  /** The rows with {@code extra} more, at most as many as C has. */
  static int[] extend(DMatrixRMaj c, int[] rows, int extra) {
    MatrixProduct product = MatrixProduct.singleThreaded();
    DMatrixRMaj q = ThinQr.compute(c).q();
    int[] all = rows;
    while (all.length < rows.length + extra) {
      int missing = rows.length + extra - all.length;
      int[] others = complement(all, c.numRows);
      int directions = Math.min(missing, q.numCols);
      int[] chosen = new int[0];
      if (directions > 0) {
        DMatrixRMaj worst = worstDirections(Matrices.rows(q, all), directions);
        DMatrixRMaj along = product.multiplyTransposedRight(worst, Matrices.rows(q, others));
        chosen =
            PivotedQr.compute(along, Truncation.rank(Math.min(along.numRows, along.numCols)))
                .pivots();
      }
      if (chosen.length == 0) {
        chosen = new int[] {0}; // no row adds anything: the first will do
      }
      int from = all.length;
      all = Arrays.copyOf(all, from + chosen.length);
      for (int i = 0; i < chosen.length; i++) {
        all[from + i] = others[chosen[i]];
      }
    }
    return all;
  }

  /** The right singular vectors of the smallest singular values, as rows. */
  private static DMatrixRMaj worstDirections(DMatrixRMaj q, int count) {
    // Those that are not among the singular vectors at all come first: complete the basis.
    DMatrixRMaj leading = JacobiSvd.compute(q, 0).v();
    int r = q.numCols;
    DMatrixRMaj completed = new DMatrixRMaj(r, leading.numCols + r);
    for (int i = 0; i < r; i++) {
      System.arraycopy(
          leading.data,
          i * leading.numCols,
          completed.data,
          i * completed.numCols,
          leading.numCols);
      completed.data[i * completed.numCols + leading.numCols + i] = 1;
    }
    int[] order = new int[leading.numCols];
    Arrays.setAll(order, i -> i);
    PivotRule firstTheseThenLongest =
        (step, norms, threshold) -> step < order.length ? order[step] : Matrices.argMax(norms);
    DMatrixRMaj basis =
        HouseholderQr.compute(completed, Truncation.rank(r), firstTheseThenLongest).q();
    int[] last = new int[count];
    Arrays.setAll(last, i -> r - 1 - i);
    return Matrices.transpose(Matrices.columns(basis, last));
  }

  private static int[] complement(int[] taken, int n) {
    boolean[] isTaken = new boolean[n];
    for (int i : taken) {
      isTaken[i] = true;
    }
    int[] others = new int[n - taken.length];
    int at = 0;
    for (int i = 0; i < n; i++) {
      if (!isTaken[i]) {
        others[at++] = i;
      }
    }
    return others;
  }
}
