package io.curlew.cur.fit;

import java.util.Arrays;

/**
 * Dual form: Cholesky K + lambda I = L L^T of the Gram matrix of the rows, bordered by one row and
 * column when a row arrives, together with L^-1, whose squared columns sum to the diagonal of the
 * inverse. With a = (K + lambda I)^-1 y the leave-one-out residuals are a_j / (K + lambda I)^-1_jj.
 * The coefficients of a solution are a.
 *
 * <p>Cost: n^2 multiplications for the n-th row, n^2 for a solution. All loops add four arrays at
 * once, each times a number, over consecutive doubles, which the JIT compiler turns into SIMD.
 */
final class DualRidgeFactor implements RidgeFactor {

  private final Gram rows;
  private final double lambda;

  private int size;
  private double[][] lowerColumns; // column j of L from its diagonal on
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
    addInverseRows(inverse, l, n);
    for (int j = 0; j < n; j++) {
      inverse[j] /= -pivot;
    }
    inverse[n] = 1 / pivot;
    for (int j = 0; j <= n; j++) {
      inverseDiagonal[j] += inverse[j] * inverse[j];
    }
    for (int j = 0; j < n; j++) {
      lowerColumns[j][n - j] = l[j];
    }
    lowerColumns[n] = new double[rows.capacity() - n];
    lowerColumns[n][0] = pivot;
    inverseRows[n] = inverse;
    size++;
  }

  /** Overwrites the first n entries of b with L^-1 b, four at a time. */
  private void forwardSubstitute(double[] b, int n) {
    int j = 0;
    for (; j + 4 <= n; j += 4) {
      for (int c = j; c < j + 4; c++) {
        eliminate(b, c, j + 4);
      }
      double[] x0 = lowerColumns[j];
      double[] x1 = lowerColumns[j + 1];
      double[] x2 = lowerColumns[j + 2];
      double[] x3 = lowerColumns[j + 3];
      double b0 = b[j];
      double b1 = b[j + 1];
      double b2 = b[j + 2];
      double b3 = b[j + 3];
      for (int i = j + 4; i < n; i++) {
        b[i] -= (b0 * x0[i - j] + b1 * x1[i - j - 1]) + (b2 * x2[i - j - 2] + b3 * x3[i - j - 3]);
      }
    }
    for (; j < n; j++) {
      eliminate(b, j, n);
    }
  }

  /** Solves for entry j of b, and takes it out of those after it. */
  private void eliminate(double[] b, int j, int end) {
    double[] column = lowerColumns[j];
    b[j] /= column[0];
    for (int i = j + 1; i < end; i++) {
      b[i] -= b[j] * column[i - j];
    }
  }

  /** Adds the first n rows of L^-1, each times a weight, four at a time. */
  private void addInverseRows(double[] sums, double[] weights, int n) {
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      double[] x0 = inverseRows[i];
      double[] x1 = inverseRows[i + 1];
      double[] x2 = inverseRows[i + 2];
      double[] x3 = inverseRows[i + 3];
      double w0 = weights[i];
      double w1 = weights[i + 1];
      double w2 = weights[i + 2];
      double w3 = weights[i + 3];
      for (int c = 0; c <= i; c++) {
        sums[c] += (w0 * x0[c] + w1 * x1[c]) + (w2 * x2[c] + w3 * x3[c]);
      }
      for (int row = i + 1; row < i + 4; row++) {
        addInverseRow(sums, weights[row], row, i + 1);
      }
    }
    for (; i < n; i++) {
      addInverseRow(sums, weights[i], i, 0);
    }
  }

  private void addInverseRow(double[] sums, double weight, int i, int from) {
    double[] row = inverseRows[i];
    for (int c = from; c <= i; c++) {
      sums[c] += weight * row[c];
    }
  }

  @Override
  public Solution solve(double[] targets) {
    double[] z = Arrays.copyOf(targets, size);
    forwardSubstitute(z, size);
    double[] alpha = new double[size];
    addInverseRows(alpha, z, size);
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

  /** L^-1, row by row, with zeros. */
  float[] inverse() {
    float[] flat = new float[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        flat[i * size + j] = (float) inverseRows[i][j];
      }
    }
    return flat;
  }
}
