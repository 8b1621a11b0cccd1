package io.curlew.lowrank;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * The strong rank-revealing QR of Gu and Eisenstat (1996), algorithm 4. From the pivots of a
 * pivoted QR, the chosen column i and the other column j with the largest
 *
 * <pre>rho_ij = sqrt(Z_ij^2 + (|R22[:, j]| |row_i(R11^-1)|)^2)</pre>
 *
 * change places as long as that is above the bound. Each change multiplies |det R11| by rho_ij, so
 * that it ends. The factorisation is computed anew after a change, as changes are rare.
 */
record StrongRrqrSelection(double bound) implements FactoringSelection {

  StrongRrqrSelection {
    if (!(bound >= 1 && bound < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("bound must be at least 1 and finite, got: " + bound);
    }
  }

  @Override
  public PivotedQr factor(DMatrixRMaj m, Truncation truncation) {
    int limit = truncation.rankFor(m.numRows, m.numCols);
    PivotedQr pivoted = PivotedQr.compute(m, truncation);
    if (pivoted.rank() == 0) {
      return pivoted;
    }
    int longest = pivoted.pivots()[0];
    double threshold = truncation.threshold(Math.abs(pivoted.r().get(0, longest)));
    PivotedQr strong = interchanged(m, pivoted);
    // Interchanges may lengthen a residual column beyond the tolerance: then it takes more columns.
    while (truncation.hasTolerance()
        && strong.rank() < limit
        && Arrays.stream(strong.residualNorms()).anyMatch(norm -> norm > threshold)) {
      strong = interchanged(m, PivotedQr.compute(m, Truncation.rank(strong.rank() + 1)));
    }
    return strong;
  }

  private PivotedQr interchanged(DMatrixRMaj m, PivotedQr pivoted) {
    PivotedQr qr = pivoted;
    // Beyond the numerical rank, rounding decides what is larger: then the count has to end it.
    int changes = 100 + 10 * qr.rank();
    for (int change = 0; change < changes; change++) {
      int[] pivots = qr.pivots();
      if (!interchange(qr, pivots)) {
        break;
      }
      qr = PivotedQr.ofColumns(m, pivots);
    }
    return qr;
  }

  /** Exchanges the worst pair; false if none is above the bound. */
  private boolean interchange(PivotedQr qr, int[] pivots) {
    if (pivots.length == 0) {
      return false;
    }
    DMatrixRMaj z = qr.coefficients();
    double[] outside = qr.residualNorms();
    double[] inverseRows = Matrices.squaredRowNorms(Triangles.inverseUpper(qr.triangle()));
    boolean[] chosen = new boolean[z.numCols];
    for (int pivot : pivots) {
      chosen[pivot] = true;
    }
    double largest = bound;
    int worst = -1;
    int replacement = -1;
    for (int i = 0; i < z.numRows; i++) {
      double inverseRow = Math.sqrt(inverseRows[i]);
      for (int j = 0; j < z.numCols; j++) {
        if (!chosen[j]) {
          double rho = Math.hypot(z.data[i * z.numCols + j], outside[j] * inverseRow);
          if (rho > largest) {
            largest = rho;
            worst = i;
            replacement = j;
          }
        }
      }
    }
    if (worst < 0) {
      return false;
    }
    pivots[worst] = replacement;
    return true;
  }
}
