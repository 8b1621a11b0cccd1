package io.curlew.cur.learn;

import io.curlew.cur.anchor.LatentMap;
import io.curlew.lowrank.MatrixProduct;
import io.curlew.lowrank.TruncatedSvd;
import io.curlew.lowrank.Truncation;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * The bilinear map from a query's dense vector e to the anchor space, fitted to what features leave
 * of the anchors' own scores S: the B that minimises sum (S - [e, 1] B r)^2 with a ridge on either
 * side, in closed form (E'E + l1)^-1 E' S R (R'R + l2)^-1.
 *
 * <p>Everything is computed from three small matrices, so that folds of held-out anchors, which are
 * then neither targets nor features, cost little more than the whole.
 */
final class LatentFit {

  /** Relative to the mean diagonal of R'R; it only keeps the solution finite. */
  private static final double ROW_RIDGE = 1e-6;

  private static final double[] QUERY_RIDGES = {0.03, 0.1, 0.3, 1};

  /** Every so many-th anchor is held out together. */
  static final int FOLDS = 5;

  /** Of the map that is kept: on WordNet 64 of 385 lose .003 of recall@100 without any call. */
  private static final int RANK = 64;

  private final MatrixProduct product = MatrixProduct.singleThreaded();
  private final DMatrixRMaj queries; // E, [anchors][vector + 1]
  private final DMatrixRMaj gram; // R'R, [anchors][anchors]
  private final DMatrixRMaj targets; // S R, [anchors][anchors]

  /**
   * A fit.
   *
   * @param vectors of the anchor queries
   * @param rows centred, {@code [documents][anchors]}
   * @param residuals what the features leave, {@code [anchors][documents]}
   */
  LatentFit(float[][] vectors, float[][] rows, float[][] residuals) {
    int size = vectors[0].length;
    queries = new DMatrixRMaj(vectors.length, size + 1);
    for (int a = 0; a < vectors.length; a++) {
      for (int i = 0; i < size; i++) {
        queries.set(a, i, vectors[a][i]);
      }
      queries.set(a, size, 1);
    }
    DMatrixRMaj r = matrix(rows);
    gram = product.multiplyTransposedLeft(r, r);
    targets = product.multiply(matrix(residuals), r);
  }

  private static DMatrixRMaj matrix(float[][] values) {
    DMatrixRMaj matrix = new DMatrixRMaj(values.length, values[0].length);
    int i = 0;
    for (float[] row : values) {
      for (float value : row) {
        matrix.data[i++] = value;
      }
    }
    return matrix;
  }

  /**
   * The weights of latent queries of all anchors, each by a fit that knew nothing of it: {@code
   * [anchors][anchors]}, with 0 for the anchors that were held out with it. The query ridge is the
   * one that leaves least of the scores held out; it is kept for {@link #map}.
   */
  HeldOut heldOut() {
    HeldOut best = null;
    for (double ridge : QUERY_RIDGES) {
      HeldOut candidate = heldOut(ridge);
      if (best == null || candidate.error < best.error) {
        best = candidate;
      }
    }
    if (best == null) {
      throw new AssertionError("there are ridges to choose from");
    }
    return best;
  }

  /**
   * Fits without the queries that they are for.
   *
   * @param error the squared error, less what does not depend on the ridge
   */
  record HeldOut(double ridge, double error, float[][] weights) {}

  private HeldOut heldOut(double ridge) {
    int k = queries.numRows;
    int folds = Math.min(FOLDS, k);
    float[][] weights = new float[k][k];
    double error = 0;
    for (int fold = 0; fold < folds; fold++) {
      int f = fold;
      int[] in = IntStream.range(0, k).filter(a -> a % folds != f || folds == 1).toArray();
      DMatrixRMaj b = fit(in, ridge);
      for (int a = fold; a < k; a += folds) {
        DMatrixRMaj u = product.multiply(rowOf(queries, a), b);
        double quadratic = 0;
        double linear = 0;
        for (int i = 0; i < in.length; i++) {
          weights[a][in[i]] = (float) u.data[i];
          linear += u.data[i] * targets.get(a, in[i]);
          for (int j = 0; j < in.length; j++) {
            quadratic += u.data[i] * u.data[j] * gram.get(in[i], in[j]);
          }
        }
        error += quadratic - 2 * linear;
      }
    }
    return new HeldOut(ridge, error, weights);
  }

  /** B of some anchors as targets and as features. */
  private DMatrixRMaj fit(int[] in, double ridge) {
    DMatrixRMaj e = new DMatrixRMaj(in.length, queries.numCols);
    DMatrixRMaj sr = new DMatrixRMaj(in.length, in.length);
    DMatrixRMaj rr = new DMatrixRMaj(in.length, in.length);
    for (int i = 0; i < in.length; i++) {
      for (int c = 0; c < e.numCols; c++) {
        e.set(i, c, queries.get(in[i], c));
      }
      for (int j = 0; j < in.length; j++) {
        sr.set(i, j, targets.get(in[i], in[j]));
        rr.set(i, j, gram.get(in[i], in[j]));
      }
    }
    DMatrixRMaj ee = product.multiplyTransposedLeft(e, e);
    addToDiagonal(ee, ridge * CommonOps_DDRM.trace(ee) / in.length);
    addToDiagonal(rr, ROW_RIDGE * CommonOps_DDRM.trace(rr) / in.length);
    DMatrixRMaj left = solve(ee, product.multiplyTransposedLeft(e, sr)); // [vector + 1][anchors]
    return CommonOps_DDRM.transpose(solve(rr, CommonOps_DDRM.transpose(left, null)), null);
  }

  private static void addToDiagonal(DMatrixRMaj matrix, double value) {
    for (int i = 0; i < matrix.numRows; i++) {
      matrix.add(i, i, Math.max(value, Double.MIN_NORMAL));
    }
  }

  private static DMatrixRMaj solve(DMatrixRMaj a, DMatrixRMaj b) {
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(a.numCols);
    DMatrixRMaj x = new DMatrixRMaj(a.numCols, b.numCols);
    if (!solver.setA(a.copy())) {
      throw new IllegalArgumentException("anchor rows and query vectors must be finite");
    }
    solver.solve(b, x);
    return x;
  }

  private static DMatrixRMaj rowOf(DMatrixRMaj matrix, int row) {
    return CommonOps_DDRM.extract(matrix, row, row + 1, 0, matrix.numCols);
  }

  /**
   * The map, fitted to all anchors and cut to the rank that is best in its predictions E B R'.
   *
   * @param ridge on the side of the queries
   */
  LatentMap map(double ridge) {
    int k = queries.numRows;
    DMatrixRMaj b = fit(IntStream.range(0, k).toArray(), ridge);
    // E B R' = (E B L) Q' with R'R = L L', so its leading directions are those of E B L
    DMatrixRMaj root = gram.copy();
    addToDiagonal(root, ROW_RIDGE * CommonOps_DDRM.trace(root) / k);
    var cholesky = DecompositionFactory_DDRM.chol(k, true);
    if (!cholesky.decompose(root)) {
      throw new IllegalArgumentException("anchor rows must be finite");
    }
    DMatrixRMaj l = cholesky.getT(null);
    DMatrixRMaj bl = product.multiply(b, l);
    int rank = Math.min(RANK, Math.min(k, queries.numCols));
    DMatrixRMaj v = TruncatedSvd.compute(product.multiply(queries, bl), Truncation.rank(rank)).v();
    DMatrixRMaj left = product.multiply(bl, v);
    // V' L^-1 : solve L' X = V
    DMatrixRMaj lt = CommonOps_DDRM.transpose(l, null);
    DMatrixRMaj x = new DMatrixRMaj(k, v.numCols);
    if (!CommonOps_DDRM.solve(lt, v, x)) {
      throw new IllegalArgumentException("anchor rows must be finite");
    }
    return new LatentMap(floats(left), floats(CommonOps_DDRM.transpose(x, null)));
  }

  private static float[][] floats(DMatrixRMaj matrix) {
    float[][] floats = new float[matrix.numRows][matrix.numCols];
    for (int i = 0; i < floats.length; i++) {
      for (int j = 0; j < floats[i].length; j++) {
        floats[i][j] = (float) matrix.get(i, j);
      }
    }
    return floats;
  }
}
