package io.curlew.cur;

import io.curlew.cur.Candidates.Estimates;
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
    scored.score(candidates.sample(Math.max(1, request.budget() / 2), seed));
    if (scored.size() == 0) {
      return scored.result(Estimates.NONE, List.of(), true);
    }
    LatentQuery latent = new LatentQuery(anchors, candidates, scored.size(), false);
    LinearEstimate estimate = latent.fit(scored);
    scored.score(scored.bestUnseen(estimate, scored.remainingCalls()).documents());
    Estimates others = scored.bestUnseen(estimate, request.k());
    return scored.result(others, latent.rounds(), true);
  }
}
