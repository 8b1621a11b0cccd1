package io.curlew.cur;

import io.curlew.lowrank.PseudoInverse;
import java.io.IOException;
import org.ejml.data.DMatrixRMaj;

/**
 * Adaptive anchor CUR as published (Yadav et al. 2023): random documents first, then in five rounds
 * the best by the pseudo-inverse of the scored rows.
 */
final class PublishedSearch implements SearchMethod {

  private static final int ROUNDS = 5;

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments scored = ScoredDocuments.withinBudget(space, request);
    long budget = scored.remainingCalls();
    for (int round = 0; round < ROUNDS && scored.remainingCalls() > 0; round++) {
      int share = (int) (budget * (round + 1) / ROUNDS) - scored.size();
      if (round == 0) {
        scored.score(space.sample(share, 42));
      } else {
        scored.score(best(space, scored, share));
      }
    }
    return scored.result(best(space, scored, request.k()), SearchResult.Stop.BUDGET);
  }

  private static Estimates best(SearchSpace space, ScoredDocuments scored, int n)
      throws IOException {
    float[][] rows = space.rows(scored.documents()).values();
    float[] mean = space.anchors().statistics().mean();
    DMatrixRMaj matrix = new DMatrixRMaj(rows.length, mean.length);
    DMatrixRMaj target = new DMatrixRMaj(rows.length, 1);
    for (int j = 0; j < rows.length; j++) {
      target.data[j] = scored.scores()[j];
      for (int a = 0; a < mean.length; a++) {
        matrix.set(j, a, rows[j][a] + mean[a]);
      }
    }
    double[] weights = PseudoInverse.compute(matrix, 1e-6).multiply(target).data;
    float[] floats = new float[weights.length];
    double intercept = 0;
    for (int a = 0; a < floats.length; a++) {
      floats[a] = (float) weights[a];
      intercept += weights[a] * mean[a];
    }
    return scored.bestUnseen(space.anchors().latent(floats, (float) intercept), n);
  }
}
