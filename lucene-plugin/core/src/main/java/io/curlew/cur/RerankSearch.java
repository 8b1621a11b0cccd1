package io.curlew.cur;

import io.curlew.cur.SearchResult.Stop;
import io.curlew.cur.model.InteractionModel;
import java.io.IOException;

/** The plain rival: exact scores for the first stage's best documents, as many as the budget. */
public final class RerankSearch implements SearchMethod {

  @Override
  public SearchResult search(Candidates candidates, InteractionModel model, SearchRequest request)
      throws IOException {
    ScoredDocuments scored = new ScoredDocuments(candidates, model, request, request.budget());
    boolean complete = scored.score(candidates.firstStage(request.budget()));
    return scored.result(Candidates.Estimates.NONE, complete ? Stop.BUDGET : Stop.TIMEOUT);
  }
}
