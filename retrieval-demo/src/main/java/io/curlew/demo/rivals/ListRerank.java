package io.curlew.demo.rivals;

import io.curlew.cur.Estimates;
import io.curlew.cur.ScoredDocuments;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchResult.Stop;
import io.curlew.cur.SearchSpace;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Exact scores for the head of any list, as many as the budget; the rest of the list follows, with
 * the lowest exact score.
 *
 * @param list gives it, best first
 */
public record ListRerank(RoundSearch.Start list) implements SearchMethod {

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments scored = ScoredDocuments.withinBudget(space, request);
    int calls = scored.remainingCalls();
    int[] documents = list.documents(space, Math.max(calls, request.k()));
    boolean inTime = scored.score(Arrays.copyOf(documents, Math.min(calls, documents.length)));
    return end(scored, documents, inTime);
  }

  /** Ends a search whose documents that were not scored follow in the order of a list. */
  static SearchResult end(ScoredDocuments scored, int[] list, boolean inTime) throws IOException {
    int[] rest = FirstLists.without(list, scored.documents());
    float lowest = Float.MAX_VALUE;
    for (float score : scored.scores()) {
      lowest = Math.min(lowest, score);
    }
    float[] scores = new float[rest.length];
    Arrays.fill(scores, scored.size() == 0 ? 0 : lowest);
    scored.firstStage(
        IntStream.concat(Arrays.stream(scored.documents()), Arrays.stream(rest)).toArray());
    return scored.result(new Estimates(rest, scores), inTime ? Stop.BUDGET : Stop.TIMEOUT);
  }
}
