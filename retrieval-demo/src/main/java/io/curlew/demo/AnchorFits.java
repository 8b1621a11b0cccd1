package io.curlew.demo;

import io.curlew.cur.Candidates;
import io.curlew.cur.Candidates.Estimates;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.fit.RidgeEstimator;
import io.curlew.lowrank.PseudoInverse;
import java.io.IOException;
import java.util.BitSet;
import org.ejml.data.DMatrixRMaj;

/** Fits of a query onto anchor rows that published methods use. */
final class AnchorFits {

  /** Of the largest singular value: what single precision can tell from 0. */
  private static final double PSEUDO_INVERSE_TOLERANCE = 1e-6;

  private AnchorFits() {}

  /** Regularised least squares, lambda by its leave-one-out error. */
  static RoundSearch.Fit ridge(AnchorSet anchors) {
    return (candidates, query, documents, scores, scored, n) -> {
      RidgeEstimator estimator =
          RidgeEstimator.create(
              anchors.dimension(), documents.length, anchors.statistics().meanSquaredNorm());
      double[] targets = new double[scores.length];
      float[][] rows = candidates.anchorRows(documents);
      for (int j = 0; j < targets.length; j++) {
        estimator.add(rows[j]);
        targets[j] = scores[j];
      }
      return best(candidates, estimator.fit(targets).weights(), scored, n);
    };
  }

  /** The pseudo-inverse of the scored rows, without regularisation (Yadav et al. 2023). */
  static RoundSearch.Fit pseudoInverse() {
    return (candidates, query, documents, scores, scored, n) -> {
      float[][] rows = candidates.anchorRows(documents);
      DMatrixRMaj matrix = new DMatrixRMaj(rows.length, rows[0].length);
      DMatrixRMaj target = new DMatrixRMaj(rows.length, 1);
      for (int j = 0; j < rows.length; j++) {
        target.data[j] = scores[j];
        for (int a = 0; a < rows[j].length; a++) {
          matrix.data[j * matrix.numCols + a] = rows[j][a];
        }
      }
      double[] weights =
          PseudoInverse.compute(matrix, PSEUDO_INVERSE_TOLERANCE).multiply(target).data;
      return best(candidates, weights, scored, n);
    };
  }

  private static Estimates best(Candidates candidates, double[] weights, BitSet scored, int n)
      throws IOException {
    float[] floats = new float[weights.length];
    for (int a = 0; a < floats.length; a++) {
      floats[a] = (float) weights[a];
    }
    return candidates.best(new LatentQuery(floats, 0, 0), scored, n);
  }
}
