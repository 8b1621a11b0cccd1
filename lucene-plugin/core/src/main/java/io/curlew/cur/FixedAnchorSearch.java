package io.curlew.cur;

import io.curlew.cur.Candidates.Estimates;
import io.curlew.cur.SearchResult.Stop;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.fit.RidgeEstimator;
import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.util.List;

/**
 * Fixed anchor CUR (Yadav et al. 2022): half of the budget goes to anchor documents that do not
 * depend on the query, the other half to re-ranking the best by the estimate fitted on them. It
 * needs no first stage. The anchor documents are a seeded sample of the collection.
 */
public final class FixedAnchorSearch implements SearchMethod {

  private final AnchorSet anchors;
  private final long seed;

  /** A search in an index with these anchors; the seed chooses the anchor documents. */
  public FixedAnchorSearch(AnchorSet anchors, long seed) {
    this.anchors = anchors;
    this.seed = seed;
  }

  @Override
  public SearchResult search(Candidates candidates, InteractionModel model, SearchRequest request)
      throws IOException {
    ScoredDocuments scored = new ScoredDocuments(candidates, model, request, request.budget());
    if (!scored.score(candidates.sample(Math.max(1, request.budget() / 2), seed))) {
      return scored.result(Estimates.NONE, Stop.TIMEOUT);
    }
    if (scored.size() == 0) {
      return scored.result(Estimates.NONE, Stop.BUDGET);
    }
    RidgeEstimator.Fit fit = fit(candidates, scored);
    LatentQuery estimate = new LatentQuery(fit.floatWeights(), 0, 0);
    SearchResult.Round round =
        new SearchResult.Round(
            scored.size(),
            SearchResult.Form.LINEAR,
            fit.lambda(),
            fit.looError(),
            fit.effectiveRank(),
            Double.NaN);
    request.listener().fitted(round);
    boolean complete = scored.score(scored.bestUnseen(estimate, scored.remainingCalls()));
    Estimates others = scored.bestUnseen(estimate, request.k());
    return scored.result(others, List.of(round), complete ? Stop.BUDGET : Stop.TIMEOUT, estimate);
  }

  private RidgeEstimator.Fit fit(Candidates candidates, ScoredDocuments scored) throws IOException {
    RidgeEstimator estimator =
        RidgeEstimator.create(
            anchors.dimension(), scored.size(), anchors.statistics().meanSquaredNorm());
    for (float[] row : candidates.anchorRows(scored.documents())) {
      estimator.add(row);
    }
    double[] targets = new double[scored.size()];
    for (int j = 0; j < targets.length; j++) {
      targets[j] = scored.scores()[j];
    }
    return estimator.fit(targets);
  }
}
