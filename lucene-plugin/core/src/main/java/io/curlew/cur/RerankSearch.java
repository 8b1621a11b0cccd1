package io.curlew.cur;

import io.curlew.cur.SearchResult.Stop;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The plain rival: exact scores for the first stage's best documents, as many as the budget. Where
 * more hits are wanted the rest of the list follows, with the lowest exact score.
 *
 * @param feature whose list it is, filled from the others; null for all in one list, see {@link
 *     FirstStage}
 */
public record RerankSearch(@Nullable String feature) implements SearchMethod {

  /** Re-ranks the list of all features. */
  public RerankSearch() {
    this(null);
  }

  @Override
  public Opening opening(SearchRequest request) {
    return Opening.lists(Math.max(request.budget(), request.k()));
  }

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments scored = ScoredDocuments.withinBudget(space, request);
    int calls = scored.remainingCalls();
    int n = Math.max(calls, request.k());
    Estimates best =
        feature == null ? FirstStage.hybrid(space, n) : FirstStage.of(space, feature, n);
    int[] list = best.documents();
    scored.firstStage(list);
    boolean complete = true;
    int from = 0;
    while (complete
        && from < list.length
        && scored.remainingCalls() > 0) { // again if some are gone
      int to = Math.min(from + scored.remainingCalls(), list.length);
      complete = scored.score(Arrays.copyOfRange(list, from, to));
      from = complete ? to : from;
    }
    int[] rest = Arrays.copyOfRange(list, from, list.length);
    float[] lowest = new float[rest.length];
    Arrays.fill(lowest, lowest(scored.scores()));
    return scored.result(new Estimates(rest, lowest), complete ? Stop.BUDGET : Stop.TIMEOUT);
  }

  private static float lowest(float[] scores) {
    float lowest = scores.length == 0 ? 0 : scores[0];
    for (float score : scores) {
      lowest = Math.min(lowest, score);
    }
    return lowest;
  }
}
