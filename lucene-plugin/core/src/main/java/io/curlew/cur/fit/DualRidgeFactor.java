package io.curlew.cur.fit;

import java.util.Arrays;

/**
 * Dual form: Cholesky K + lambda I = L L^T of the Gram matrix of the rows, bordered by one row and
 * column when a row arrives, together with L^-1, whose squared columns sum to the diagonal of the
 * inverse. With a = (K + lambda I)^-1 y the leave-one-out residuals are a_j / (K + lambda I)^-1_jj.
 * The coefficients of a solution are a.
 *
 * <p>Cost: n^2 multiplications for the n-th row, n^2 for a solution. All loops are of the form y +=
 * a x over consecutive doubles, which the JIT compiler turns into SIMD.
 */
final class DualRidgeFactor implements RidgeFactor {

  private final Gram rows;
  private final double lambda;

  private int size;
  private double[][] lowerColumns; // column j of L, entries j and below at their own index
  private double[][] inverseRows; // row i of L^-1, entries 0 to i
  private double[] inverseDiagonal; // of (K + lambda I)^-1

  DualRidgeFactor(Gram rows, double lambda) {
    this.rows = rows;
    this.lambda = lambda;
    this.lowerColumns = new double[rows.capacity()][];
    this.inverseRows = new double[rows.capacity()][];
    this.inverseDiagonal = new double[rows.capacity()];
  }

  @Override
  public void update() {
    while (size < rows.size()) {
      border();
    }
  }

  private void border() {
    int n = size;
    double[] gram = rows.gramRow(n);
    double[] l = Arrays.copyOf(gram, n);
    forwardSubstitute(l, n);
    double pivot = gram[n] + lambda;
    for (int i = 0; i < n; i++) {
      pivot -= l[i] * l[i];
    }
    // lambda is a lower bound of the exact pivot; rounding may only have eaten into it
    pivot = Math.sqrt(Math.max(pivot, lambda));
    double[] inverse = new double[n + 1];
    for (int i = 0; i < n; i++) {
      addScaled(inverse, -l[i] / pivot, inverseRows[i], i + 1);
    }
    inverse[n] = 1 / pivot;
    for (int j = 0; j <= n; j++) {
      inverseDiagonal[j] += inverse[j] * inverse[j];
    }
    for (int j = 0; j < n; j++) {
      lowerColumns[j][n] = l[j];
    }
    lowerColumns[n] = new double[rows.capacity()];
    lowerColumns[n][n] = pivot;
    inverseRows[n] = inverse;
    size++;
  }

  /** Overwrites the first n entries of b with L^-1 b. */
  private void forwardSubstitute(double[] b, int n) {
    for (int j = 0; j < n; j++) {
      double[] column = lowerColumns[j];
      double x = b[j] / column[j];
      b[j] = x;
      for (int i = j + 1; i < n; i++) {
        b[i] -= x * column[i];
      }
    }
  }

  @Override
  public Solution solve(double[] targets) {
    double[] z = Arrays.copyOf(targets, size);
    forwardSubstitute(z, size);
    double[] alpha = new double[size];
    for (int i = 0; i < size; i++) {
      addScaled(alpha, z[i], inverseRows[i], i + 1);
    }
    double squaredError = 0;
    double effectiveRank = 0;
    for (int j = 0; j < size; j++) {
      double residual = alpha[j] / inverseDiagonal[j];
      squaredError += residual * residual;
      effectiveRank += 1 - lambda * inverseDiagonal[j];
    }
    return new Solution(alpha, squaredError, effectiveRank);
  }

  /** The diagonal of (K + lambda I)^-1. */
  double inverseDiagonal(int j) {
    return inverseDiagonal[j];
  }

  /**
   * |L^-1 k|^2 = k^T (K + lambda I)^-1 k of several vectors at once.
   *
   * @param k {@code [rows][vectors]}
   */
  double[] squaredInverseNorms(double[][] k, int vectors) {
    double[] norms = new double[vectors];
    double[] product = new double[vectors];
    for (int i = 0; i < size; i++) {
      Arrays.fill(product, 0);
      for (int j = 0; j <= i; j++) {
        addScaled(product, inverseRows[i][j], k[j], vectors);
      }
      for (int v = 0; v < vectors; v++) {
        norms[v] += product[v] * product[v];
      }
    }
    return norms;
  }

  private static void addScaled(double[] y, double a, double[] x, int length) {
    for (int i = 0; i < length; i++) {
      y[i] += a * x[i];
    }
  }
}
