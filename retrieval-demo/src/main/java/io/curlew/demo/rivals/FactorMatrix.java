package io.curlew.demo.rivals;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/** Factors as the rows of a matrix. */
final class FactorMatrix {

  private FactorMatrix() {}

  /** Vectors with a 1 behind each: {@code [vectors][d + 1]}. */
  static DMatrixRMaj withOne(float[][] vectors) {
    float[][] rows = new float[vectors.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOf(vectors[i], vectors[i].length + 1);
      rows[i][vectors[i].length] = 1;
    }
    return of(rows);
  }

  static DMatrixRMaj of(float[][] rows) {
    DMatrixRMaj matrix = new DMatrixRMaj(rows.length, rows[0].length);
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < matrix.numCols; j++) {
        matrix.data[i * matrix.numCols + j] = rows[i][j];
      }
    }
    return matrix;
  }

  static float[][] rows(DMatrixRMaj matrix) {
    float[][] rows = new float[matrix.numRows][matrix.numCols];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < matrix.numCols; j++) {
        rows[i][j] = (float) matrix.data[i * matrix.numCols + j];
      }
    }
    return rows;
  }

  /** The product of a row of one matrix with a row of another. */
  static double product(DMatrixRMaj a, int row, DMatrixRMaj b, int other) {
    double sum = 0;
    int from = row * a.numCols;
    int with = other * b.numCols;
    for (int j = 0; j < a.numCols; j++) {
      sum += a.data[from + j] * b.data[with + j];
    }
    return sum;
  }

  /** Adds to a row a multiple of a row of another matrix. */
  static void add(DMatrixRMaj to, int row, double factor, DMatrixRMaj from, int other) {
    int at = row * to.numCols;
    int with = other * from.numCols;
    for (int j = 0; j < to.numCols; j++) {
      to.data[at + j] += factor * from.data[with + j];
    }
  }

  /**
   * The weights w of some rows r for which the vector {@code sum w_i r_i} is the ridge regression
   * of targets on them: (R R' + lambda I)^-1 y.
   */
  static double[] ridge(DMatrixRMaj factors, int[] rows, double[] targets, double lambda) {
    int n = rows.length;
    if (n == 0) {
      return new double[0];
    }
    DMatrixRMaj gram = new DMatrixRMaj(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double product = product(factors, rows[i], factors, rows[j]);
        gram.data[i * n + j] = product;
        gram.data[j * n + i] = product;
      }
      gram.data[i * n + i] += lambda;
    }
    DMatrixRMaj weights = new DMatrixRMaj(n, 1);
    solver(gram).solve(DMatrixRMaj.wrap(n, 1, targets), weights);
    return weights.data;
  }

  /** Of a symmetric, positive definite matrix, which may be changed. */
  static LinearSolverDense<DMatrixRMaj> solver(DMatrixRMaj matrix) {
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(matrix.numCols);
    if (!solver.setA(matrix)) {
      throw new IllegalStateException("a matrix must be positive definite, got one that is not");
    }
    return solver;
  }
}
