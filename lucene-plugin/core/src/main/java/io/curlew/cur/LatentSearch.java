package io.curlew.cur;

import io.curlew.cur.SearchResult.Stop;
import java.io.IOException;

/**
 * A ranking without any call of the model: the heads of the features' lists and of the learned
 * latent query's, by what was learned of them on the anchors' own scores; by reciprocal ranks where
 * nothing was learned. The budget of a request does not matter.
 */
public final class LatentSearch implements SearchMethod {

  @Override
  public Opening opening(SearchRequest request) {
    return Opening.listsAndLatent(Math.max(FirstStage.LIST, request.k()));
  }

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments none = ScoredDocuments.withinBudget(space, request);
    Estimates all =
        FirstStage.expected(space, Math.max(FirstStage.LIST, Math.min(request.k(), space.size())));
    none.firstStage(all.documents());
    if (all.documents().length < request.k()) {
      all = all.append(FirstStage.others(space, all.documents(), request.k()));
    }
    return none.result(all, Stop.BUDGET);
  }
}
