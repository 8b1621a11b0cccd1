package io.curlew.cur;

import io.curlew.cur.SearchResult.Stop;
import java.io.IOException;
import java.util.Arrays;

/**
 * Exhaustive search: one call for every document, whatever the request's budget. The yardstick for
 * recall, not for production.
 */
public final class ExactSearch implements SearchMethod {

  private static final int BATCH = 1024;

  @Override
  public Opening opening(SearchRequest request) {
    return Opening.sample(Integer.MAX_VALUE, 0);
  }

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments scored = ScoredDocuments.exhaustive(space, request);
    int[] documents = space.sample(space.size(), 0);
    boolean complete = true;
    for (int from = 0; from < documents.length && complete; from += BATCH) {
      int to = Math.min(from + BATCH, documents.length);
      complete = scored.score(Arrays.copyOfRange(documents, from, to));
    }
    return scored.result(Estimates.NONE, complete ? Stop.BUDGET : Stop.TIMEOUT);
  }
}
