package io.curlew.cur;

import io.curlew.cur.SearchResult.Stop;
import java.io.IOException;

/**
 * A ranking without any call of the model: the heads of the features' lists and of the learned
 * latent query's, by what was learned of them on the anchors' own scores; by reciprocal ranks where
 * nothing was learned. The budget of a request does not matter.
 */
public final class LatentSearch implements SearchMethod {

  /** Best documents of each feature that are looked at. */
  private static final int LIST = 500;

  /**
   * What is expected of the heads of the features' and the latent query's lists before any call,
   * best first; reciprocal ranks where nothing was learned.
   *
   * @param n of each list
   */
  public static Estimates expected(SearchSpace space, int n) throws IOException {
    return FirstStage.all(space, n);
  }

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments none = ScoredDocuments.withinBudget(space, request);
    Estimates all = expected(space, Math.max(LIST, Math.min(request.k(), space.size())));
    none.firstStage(all.documents());
    if (all.documents().length < request.k()) {
      all = all.append(FirstStage.others(space, all.documents(), request.k()));
    }
    return none.result(all, Stop.BUDGET);
  }
}
