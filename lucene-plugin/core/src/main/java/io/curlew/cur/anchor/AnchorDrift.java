package io.curlew.cur.anchor;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * How well scores against some anchors predict scores against others, which is what an estimate for
 * a new query rests on: measured on old documents and on new ones.
 *
 * <p>Ridge regression, fitted on one half of the old documents, of every second anchor's scores on
 * those of the anchors between. Cost: about {@code anchors^2 / 4 * documents} operations.
 *
 * @param oldExplained share of the variance explained on the other half of the old documents
 * @param newExplained share of the variance explained on the new documents
 */
public record AnchorDrift(double oldExplained, double newExplained) {

  private static final double RIDGE = 1e-2; // relative to the mean variance

  /**
   * Measures.
   *
   * @param oldRows anchor rows of at least 2 old documents, in random order
   * @param newRows anchor rows of at least 2 new documents
   */
  public static AnchorDrift measure(float[][] oldRows, float[][] newRows) {
    if (oldRows.length < 2 || newRows.length < 2) {
      throw new IllegalArgumentException(
          "documents must be at least 2 old and 2 new, got: "
              + oldRows.length
              + " and "
              + newRows.length);
    }
    if (oldRows[0].length < 2) {
      throw new IllegalArgumentException("anchors must be at least 2, got: " + oldRows[0].length);
    }
    int half = oldRows.length / 2;
    double[] mean = mean(oldRows, half);
    DMatrixRMaj x = columns(oldRows, 0, half, mean, 0);
    DMatrixRMaj y = columns(oldRows, 0, half, mean, 1);
    DMatrixRMaj gram = new DMatrixRMaj(x.numCols, x.numCols);
    CommonOps_DDRM.multTransA(x, x, gram);
    double ridge = Math.max(RIDGE * CommonOps_DDRM.trace(gram) / x.numCols, Double.MIN_NORMAL);
    for (int a = 0; a < gram.numCols; a++) {
      gram.add(a, a, ridge);
    }
    DMatrixRMaj products = new DMatrixRMaj(x.numCols, y.numCols);
    CommonOps_DDRM.multTransA(x, y, products);
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(gram.numCols);
    if (!solver.setA(gram)) {
      throw new IllegalArgumentException("anchor rows must be finite, they are not");
    }
    DMatrixRMaj weights = new DMatrixRMaj(x.numCols, y.numCols);
    solver.solve(products, weights);
    return new AnchorDrift(
        explained(oldRows, half, oldRows.length, mean, weights),
        explained(newRows, 0, newRows.length, mean, weights));
  }

  /** 1 - squared error / variance, of every second anchor, about the documents' own mean. */
  private static double explained(
      float[][] rows, int from, int to, double[] mean, DMatrixRMaj weights) {
    DMatrixRMaj predicted = new DMatrixRMaj(to - from, weights.numCols);
    CommonOps_DDRM.mult(columns(rows, from, to, mean, 0), weights, predicted);
    DMatrixRMaj actual = columns(rows, from, to, mean, 1);
    double error = 0;
    double variance = 0;
    for (int c = 0; c < actual.numCols; c++) {
      double average = 0;
      for (int d = 0; d < actual.numRows; d++) {
        average += actual.get(d, c) / actual.numRows;
      }
      for (int d = 0; d < actual.numRows; d++) {
        double value = actual.get(d, c);
        error += (value - predicted.get(d, c)) * (value - predicted.get(d, c));
        variance += (value - average) * (value - average);
      }
    }
    return variance > 0 ? 1 - error / variance : 1;
  }

  private static double[] mean(float[][] rows, int count) {
    double[] mean = new double[rows[0].length];
    for (int d = 0; d < count; d++) {
      for (int a = 0; a < mean.length; a++) {
        mean[a] += rows[d][a] / (double) count;
      }
    }
    return mean;
  }

  /** Every second column, from the first or second on, centred. */
  private static DMatrixRMaj columns(float[][] rows, int from, int to, double[] mean, int parity) {
    int count = (mean.length + 1 - parity) / 2;
    DMatrixRMaj matrix = new DMatrixRMaj(to - from, count);
    for (int d = from; d < to; d++) {
      for (int c = 0; c < count; c++) {
        int a = 2 * c + parity;
        matrix.set(d - from, c, rows[d][a] - mean[a]);
      }
    }
    return matrix;
  }
}
