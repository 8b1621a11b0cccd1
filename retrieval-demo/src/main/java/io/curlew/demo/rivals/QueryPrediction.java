package io.curlew.demo.rivals;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Predicts a query's factor from its dense vector: what the {@link ScoreLine} says and a ridge
 * regression, on training queries, of what their factors are beyond it. Lambda has the smallest
 * leave-one-out error; the line alone remains where no lambda is better than nothing. Cost: q^3 for
 * q training queries, and q d for a query.
 */
final class QueryPrediction {

  /** Of the mean squared norm of a query's vector. */
  private static final double[] LAMBDAS = {0.03, 0.1, 0.3, 1, 3, 10, 100};

  private final ScoreLine line;
  private final DMatrixRMaj map; // transposed, d + 1 x d + 1

  private QueryPrediction(ScoreLine line, DMatrixRMaj map) {
    this.line = line;
    this.map = map;
  }

  /**
   * Learns from training queries.
   *
   * @param vectors dense, {@code [queries][d]}
   * @param beyond their factors less those of the line, queries x d + 1
   */
  static QueryPrediction of(ScoreLine line, float[][] vectors, DMatrixRMaj beyond) {
    DMatrixRMaj dense = FactorMatrix.withOne(vectors);
    int n = dense.numRows;
    DMatrixRMaj gram = new DMatrixRMaj(n, n);
    CommonOps_DDRM.multTransB(dense, dense, gram);
    double scale = CommonOps_DDRM.trace(gram) / n;
    DMatrixRMaj best = new DMatrixRMaj(n, beyond.numCols);
    double least = CommonOps_DDRM.dot(asVector(beyond), asVector(beyond));
    for (double lambda : LAMBDAS) {
      DMatrixRMaj inverse = new DMatrixRMaj(n, n);
      DMatrixRMaj regularised = gram.copy();
      for (int i = 0; i < n; i++) {
        regularised.data[i * n + i] += lambda * scale;
      }
      FactorMatrix.solver(regularised).invert(inverse);
      DMatrixRMaj weights = new DMatrixRMaj(n, beyond.numCols);
      CommonOps_DDRM.mult(inverse, beyond, weights);
      double error = 0;
      for (int i = 0; i < n; i++) { // a residual left out is its weight over the inverse's diagonal
        double leverage = inverse.data[i * n + i];
        error += FactorMatrix.product(weights, i, weights, i) / (leverage * leverage);
      }
      if (error < least) {
        least = error;
        best = weights;
      }
    }
    DMatrixRMaj map = new DMatrixRMaj(dense.numCols, beyond.numCols);
    CommonOps_DDRM.multTransA(dense, best, map);
    return new QueryPrediction(line, map);
  }

  private static DMatrixRMaj asVector(DMatrixRMaj matrix) {
    return DMatrixRMaj.wrap(matrix.data.length, 1, matrix.data);
  }

  /** The factor of a query, d + 1 numbers in units of the line. */
  float[] of(float[] vector) {
    float[] factor = line.factor(vector);
    for (int i = 0; i <= vector.length; i++) {
      double value = i < vector.length ? vector[i] : 1;
      for (int j = 0; j < factor.length; j++) {
        factor[j] += (float) (value * map.data[i * map.numCols + j]);
      }
    }
    return factor;
  }
}
