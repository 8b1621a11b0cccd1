package io.curlew.demo.rivals;

import io.curlew.cur.Estimates;
import io.curlew.cur.ScoredDocuments;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.fit.RidgeEstimator;
import io.curlew.lowrank.PseudoInverse;
import java.io.IOException;
import org.ejml.data.DMatrixRMaj;

/** Fits of a query onto anchor rows that published methods use. */
public final class AnchorFits {

  /** Of the largest singular value: what single precision can tell from 0. */
  private static final double PSEUDO_INVERSE_TOLERANCE = 1e-6;

  private AnchorFits() {}

  /** Regularised least squares, lambda by its leave-one-out error. */
  public static RoundSearch.Fit ridge() {
    return (space, scored, n) -> {
      AnchorSet anchors = space.anchors();
      RidgeEstimator estimator =
          RidgeEstimator.create(
              anchors.dimension(), scored.size(), anchors.statistics().variance());
      double[] targets = new double[scored.size()];
      float[][] rows = space.rows(scored.documents()).values();
      for (int j = 0; j < targets.length; j++) {
        estimator.add(rows[j]);
        targets[j] = scored.scores()[j] - mean(scored.scores());
      }
      double intercept = mean(scored.scores());
      return best(anchors, scored, estimator.fit(targets).weights(), intercept, n);
    };
  }

  /** The pseudo-inverse of the scored rows, without regularisation (Yadav et al. 2023). */
  public static RoundSearch.Fit pseudoInverse() {
    return (space, scored, n) -> {
      float[][] rows = space.rows(scored.documents()).values();
      float[] mean = space.anchors().statistics().mean();
      DMatrixRMaj matrix = new DMatrixRMaj(rows.length, rows[0].length);
      DMatrixRMaj target = new DMatrixRMaj(rows.length, 1);
      for (int j = 0; j < rows.length; j++) {
        target.data[j] = scored.scores()[j];
        for (int a = 0; a < rows[j].length; a++) {
          matrix.data[j * matrix.numCols + a] = rows[j][a] + mean[a]; // as published, not centred
        }
      }
      double[] weights =
          PseudoInverse.compute(matrix, PSEUDO_INVERSE_TOLERANCE).multiply(target).data;
      double ofMean = 0;
      for (int a = 0; a < mean.length; a++) {
        ofMean += weights[a] * mean[a];
      }
      return best(space.anchors(), scored, weights, ofMean, n);
    };
  }

  private static double mean(float[] scores) {
    double sum = 0;
    for (float score : scores) {
      sum += score;
    }
    return sum / scores.length;
  }

  private static Estimates best(
      AnchorSet anchors, ScoredDocuments scored, double[] weights, double intercept, int n)
      throws IOException {
    float[] floats = new float[weights.length];
    for (int a = 0; a < floats.length; a++) {
      floats[a] = (float) weights[a];
    }
    return scored.bestUnseen(anchors.latent(floats, (float) intercept), n);
  }
}
