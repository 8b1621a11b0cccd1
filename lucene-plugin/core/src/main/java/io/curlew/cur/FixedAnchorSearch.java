package io.curlew.cur;

import io.curlew.cur.SearchResult.Stop;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.fit.RidgeEstimator;
import java.io.IOException;
import java.util.List;

/**
 * Fixed anchor CUR (Yadav et al. 2022): half of the budget goes to anchor documents that do not
 * depend on the query, the other half to re-ranking the best by the estimate fitted on them. It
 * needs no first stage. The anchor documents are a seeded sample of the collection.
 *
 * @param seed chooses the anchor documents
 */
public record FixedAnchorSearch(long seed) implements SearchMethod {

  @Override
  public Opening opening(SearchRequest request) {
    return Opening.sample(anchorDocuments(request), seed);
  }

  private static int anchorDocuments(SearchRequest request) {
    return Math.max(1, request.budget() / 2);
  }

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments scored = ScoredDocuments.withinBudget(space, request);
    if (!scored.score(space.sample(anchorDocuments(request), seed))) {
      return scored.result(Estimates.NONE, Stop.TIMEOUT);
    }
    if (scored.size() == 0) {
      return scored.result(Estimates.NONE, Stop.BUDGET);
    }
    double mean = mean(scored.scores());
    RidgeEstimator.Fit fit = fit(space, scored, mean);
    LatentQuery latent = space.anchors().latent(fit.floatWeights(), (float) mean);
    SearchResult.Round round =
        new SearchResult.Round(
            scored.size(),
            SearchResult.Form.LINEAR,
            fit.lambda(),
            fit.looError(),
            fit.effectiveRank(),
            Double.NaN);
    request.listener().fitted(round);
    boolean complete = scored.score(scored.bestUnseen(latent, scored.remainingCalls()));
    Estimates others = scored.bestUnseen(latent, request.k());
    return scored.result(others, List.of(round), complete ? Stop.BUDGET : Stop.TIMEOUT, latent);
  }

  private static RidgeEstimator.Fit fit(SearchSpace space, ScoredDocuments scored, double mean)
      throws IOException {
    AnchorSet anchors = space.anchors();
    RidgeEstimator estimator =
        RidgeEstimator.create(anchors.dimension(), scored.size(), anchors.statistics().variance());
    for (float[] row : space.rows(scored.documents()).values()) {
      estimator.add(row);
    }
    double[] targets = new double[scored.size()];
    for (int j = 0; j < targets.length; j++) {
      targets[j] = scored.scores()[j] - mean;
    }
    return estimator.fit(targets);
  }

  private static double mean(float[] scores) {
    double sum = 0;
    for (float score : scores) {
      sum += score;
    }
    return sum / scores.length;
  }
}
