package io.curlew.cur;

import io.curlew.cur.SearchResult.Stop;
import java.io.IOException;

/**
 * A ranking by the engine's features alone, without the model and without anchors: what a person
 * has for free, and what a model has to beat. By the weighted features of the request's profile if
 * it has one, else in the order of {@link FirstStage#hybrid}. The budget of a request does not
 * matter.
 */
public final class HybridSearch implements SearchMethod {

  @Override
  public Opening opening(SearchRequest request) {
    return Opening.lists(Math.max(FirstStage.LIST, request.k()));
  }

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments none = ScoredDocuments.withinBudget(space, request);
    int n = Math.max(FirstStage.LIST, Math.min(request.k(), space.size()));
    Estimates list = FirstStage.hybrid(space, n);
    none.firstStage(list.documents());
    return none.result(
        request.profile().isNone()
            ? list
            : new Estimates(list.documents(), new float[list.documents().length]),
        Stop.BUDGET);
  }
}
