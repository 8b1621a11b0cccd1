package io.curlew.cur;

import io.curlew.cur.SearchResult.Stop;
import java.io.IOException;

/** The plain rival: exact scores for the first stage's best documents, as many as the budget. */
public final class RerankSearch implements SearchMethod {

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments scored = ScoredDocuments.withinBudget(space, request);
    boolean complete = scored.score(space.firstStage(scored.remainingCalls()));
    return scored.result(Estimates.NONE, complete ? Stop.BUDGET : Stop.TIMEOUT);
  }
}
