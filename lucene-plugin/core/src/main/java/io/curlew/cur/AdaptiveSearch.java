package io.curlew.cur;

import io.curlew.cur.Candidates.Estimates;
import java.io.IOException;
import java.util.List;

/**
 * Budgeted adaptive search: the heart of the project.
 *
 * <p>A share of the budget goes to the best documents of the first stage. The rest is spent in
 * rounds: fit the query's latent vector to the exact scores known so far, on top of a prior in the
 * first-stage score; scan all documents for the best estimates not scored yet; score those. What
 * was scored in earlier rounds are the anchor documents of later ones, chosen for this query
 * (adaptive CUR; Yadav et al. 2023).
 */
public final class AdaptiveSearch implements SearchMethod {

  /** The share of the budget spent on the first stage's best documents. */
  public static final double FIRST_STAGE_SHARE = 0.4;

  /** The number of rounds in which the rest of the budget is spent. */
  public static final int ROUNDS = 6;

  private final AnchorSet anchors;

  /** A search in an index with these anchors. */
  public AdaptiveSearch(AnchorSet anchors) {
    this.anchors = anchors;
  }

  @Override
  public SearchResult search(Candidates candidates, InteractionModel model, SearchRequest request)
      throws IOException {
    int budget = Math.min(request.budget(), candidates.size());
    ScoredDocuments scored = new ScoredDocuments(candidates, model, request, budget);
    if (budget == 0) {
      return scored.result(Estimates.NONE, List.of(), true);
    }
    LatentQuery latent = new LatentQuery(anchors, candidates, budget, true);
    scored.score(firstBatch(candidates, budget));
    boolean complete = true;
    for (int round = 0; round < ROUNDS && scored.remainingCalls() > 0 && complete; round++) {
      int batch = Math.ceilDiv(scored.remainingCalls(), ROUNDS - round);
      complete = scored.timeAllows(batch);
      if (complete) {
        scored.score(scored.bestUnseen(latent.fit(scored), batch).documents());
      }
    }
    Estimates others = scored.bestUnseen(latent.fit(scored), request.k());
    return scored.result(others, latent.rounds(), complete);
  }

  private static int[] firstBatch(Candidates candidates, int budget) throws IOException {
    int size = (int) Math.max(1, Math.round(FIRST_STAGE_SHARE * budget));
    int[] batch = candidates.firstStage(size);
    return batch.length > 0 ? batch : candidates.sample(size, 0); // a query of stop words
  }
}
