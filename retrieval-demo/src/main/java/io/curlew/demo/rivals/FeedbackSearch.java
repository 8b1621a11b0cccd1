package io.curlew.demo.rivals;

import io.curlew.cur.FirstStage;
import io.curlew.cur.ScoredDocuments;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.lucene.Feature;
import io.curlew.lucene.TextEmbedder;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Relevance feedback as a vector index does it: the first documents of the dense list are scored,
 * all documents are searched anew by a {@link FeedbackFormula} of them, and the rest of the budget
 * re-ranks that list. E. Sukhodolskaya, "Relevance feedback in Qdrant", 2026, Qdrant 1.17.
 *
 * @param formula trained for the index
 * @param vectors of documents
 * @param embedder of queries, whose vectors are compared with them
 */
public record FeedbackSearch(FeedbackFormula formula, DenseVectors vectors, TextEmbedder embedder)
    implements SearchMethod {

  /** Documents that are scored for feedback, as published. */
  static final int FEEDBACK = 5;

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments scored = ScoredDocuments.withinBudget(space, request);
    int calls = scored.remainingCalls();
    int n = Math.max(calls, request.k());
    int[] first = FirstStage.of(space, Feature.DENSE, Math.min(FEEDBACK, calls)).documents();
    if (!scored.score(first)) {
      return ListRerank.end(scored, first, /* inTime= */ false);
    }
    float[] query = embedder.embed(List.of(request.query()))[0];
    float[] target = formula.target(query, vectors.of(first, query.length), scored.scores());
    int[] list = FirstLists.filled(space, vectors.nearest(target, n), n);
    int[] next = FirstLists.without(list, first);
    boolean inTime =
        next.length == 0
            || scored.remainingCalls() == 0
            || scored.score(Arrays.copyOf(next, Math.min(next.length, scored.remainingCalls())));
    return ListRerank.end(scored, list, inTime);
  }
}
