package io.curlew.demo.rivals;

import io.curlew.simd.DotProduct;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Ridge regressions of many documents' MaxSim with the same tokens on the tokens' {@link
 * TokenFeatures}: weights w and an intercept c for which w.features + c is nearly the MaxSim of a
 * token. One matrix does it for all documents: of h features and t tokens it costs h^2 t once, and
 * h t multiplications for a document. Not safe for use by several threads.
 */
final class DocumentWeights {

  /** Lambda, of the mean of the features' squares. */
  private static final double LAMBDA = 1e-3;

  private final DotProduct products = DotProduct.create();
  private final int size;
  private final float[] solution; // [features][tokens]
  private final float[] mean; // features

  DocumentWeights(TokenFeatures features, float[][] tokens) {
    this.size = features.size();
    this.mean = new float[size];
    float[][] rows = new float[tokens.length][];
    for (int t = 0; t < tokens.length; t++) {
      rows[t] = features.of(tokens[t]);
      for (int i = 0; i < size; i++) {
        mean[i] += rows[t][i] / tokens.length;
      }
    }
    DMatrixRMaj centred = new DMatrixRMaj(size, tokens.length);
    for (int t = 0; t < tokens.length; t++) {
      for (int i = 0; i < size; i++) {
        centred.data[i * tokens.length + t] = rows[t][i] - mean[i];
      }
    }
    DMatrixRMaj gram = new DMatrixRMaj(size, size);
    CommonOps_DDRM.multTransB(centred, centred, gram);
    double lambda = Math.max(LAMBDA * CommonOps_DDRM.trace(gram) / size, Double.MIN_NORMAL);
    for (int i = 0; i < size; i++) {
      gram.data[i * size + i] += lambda;
    }
    DMatrixRMaj solved = new DMatrixRMaj(size, tokens.length);
    FactorMatrix.solver(gram).solve(centred, solved);
    this.solution = new float[solved.data.length];
    for (int i = 0; i < solution.length; i++) {
      solution[i] = (float) solved.data[i];
    }
  }

  /**
   * A document's weights, and behind them the intercept.
   *
   * @param maxima its MaxSim with each token
   */
  float[] of(float[] maxima) {
    float[] weights = new float[size];
    products.ofRows(solution, size, maxima, weights);
    double intercept = 0;
    for (float value : maxima) {
      intercept += value / (double) maxima.length;
    }
    for (int i = 0; i < size; i++) {
      intercept -= (double) weights[i] * mean[i];
    }
    float[] with = Arrays.copyOf(weights, size + 1);
    with[size] = (float) intercept;
    return with;
  }
}
