package io.curlew.cur.fit;

/**
 * Primal form: Cholesky R^T R + lambda I = L L^T over the anchors, updated by a rank of one when a
 * row arrives (Gill, Golub, Murray, Saunders 1974, method C1). The leverage of row j is h_j = |L^-1
 * r_j|^2 and its leave-one-out residual (y_j - u.r_j) / (1 - h_j).
 *
 * <p>Cost: 1.5 k^2 multiplications for a row, n k^2 / 2 for a solution.
 */
final class PrimalRidgeFactor implements RidgeFactor {

  private final ScoredRows rows;
  private final double[][] lowerColumns; // column j of L, entries j and below at their own index
  private int size;

  PrimalRidgeFactor(ScoredRows rows, double lambda) {
    this.rows = rows;
    this.lowerColumns = new double[rows.features()][rows.features()];
    for (int j = 0; j < rows.features(); j++) {
      lowerColumns[j][j] = Math.sqrt(lambda);
    }
  }

  @Override
  public void update() {
    for (; size < rows.size(); size++) {
      rankOneUpdate(rows.row(size));
    }
  }

  private void rankOneUpdate(double[] x) {
    int k = x.length;
    for (int j = 0; j < k; j++) {
      double[] column = lowerColumns[j];
      double pivot = Math.hypot(column[j], x[j]);
      double c = pivot / column[j];
      double s = x[j] / column[j];
      column[j] = pivot;
      for (int i = j + 1; i < k; i++) {
        double updated = (column[i] + s * x[i]) / c;
        x[i] = c * x[i] - s * updated;
        column[i] = updated;
      }
    }
  }

  @Override
  public Solution solve(double[] targets) {
    double[] u = rows.combination(targets);
    forwardSubstitute(u);
    backSubstitute(u);
    double squaredError = 0;
    double effectiveRank = 0;
    for (int j = 0; j < size; j++) {
      double[] row = rows.row(j);
      double predicted = dot(u, row);
      forwardSubstitute(row);
      double leverage = dot(row, row);
      double residual = (targets[j] - predicted) / (1 - leverage);
      squaredError += residual * residual;
      effectiveRank += leverage;
    }
    return new Solution(u, squaredError, effectiveRank);
  }

  private void forwardSubstitute(double[] b) {
    for (int j = 0; j < b.length; j++) {
      double[] column = lowerColumns[j];
      double x = b[j] / column[j];
      b[j] = x;
      for (int i = j + 1; i < b.length; i++) {
        b[i] -= x * column[i];
      }
    }
  }

  private void backSubstitute(double[] b) {
    for (int j = b.length - 1; j >= 0; j--) {
      double[] column = lowerColumns[j];
      double sum = b[j];
      for (int i = j + 1; i < b.length; i++) {
        sum -= column[i] * b[i];
      }
      b[j] = sum / column[j];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
