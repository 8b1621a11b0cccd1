package io.curlew.cur;

import io.curlew.cur.Candidates.Estimates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** One search under way: the documents whose exact scores are known, in the order they came. */
final class ScoredDocuments {

  private static final Comparator<Hit> BEST_FIRST =
      Comparator.comparingDouble((Hit hit) -> -hit.score()).thenComparing(Hit::id);

  private final long start = System.nanoTime();
  private final Candidates candidates;
  private final SearchRequest request;
  private final CallBudget budget;
  private final BitSet seen = new BitSet();
  private int[] documents = new int[0];
  private float[] scores = new float[0];

  ScoredDocuments(
      Candidates candidates, InteractionModel model, SearchRequest request, int budget) {
    this.candidates = candidates;
    this.request = request;
    this.budget = new CallBudget(model, request.query(), budget);
  }

  /** Calls the model for documents not seen before. */
  void score(int[] batch) throws IOException {
    float[] exact = budget.score(candidates.texts(batch));
    int n = documents.length;
    documents = Arrays.copyOf(documents, n + batch.length);
    scores = Arrays.copyOf(scores, n + batch.length);
    System.arraycopy(batch, 0, documents, n, batch.length);
    System.arraycopy(exact, 0, scores, n, batch.length);
    for (int document : batch) {
      seen.set(document);
    }
  }

  /** The number of documents scored. */
  int size() {
    return documents.length;
  }

  int[] documents() {
    return documents;
  }

  float[] scores() {
    return scores;
  }

  /** The n best estimates among the documents not scored yet. */
  Estimates bestUnseen(LinearEstimate estimate, int n) throws IOException {
    return candidates.best(estimate, seen, n);
  }

  int remainingCalls() {
    return budget.remaining();
  }

  /** Whether so many more calls are expected to end before the request's timeout. */
  boolean timeAllows(int calls) {
    if (request.timeout() == null) {
      return true;
    }
    double nanosPerCall = (double) budget.modelNanos() / Math.max(1, budget.spent());
    return System.nanoTime() - start + calls * nanosPerCall <= request.timeout().toNanos();
  }

  /** Ends the search: one ranking of the scored documents and of the estimates of others. */
  SearchResult result(Estimates others, List<SearchResult.Round> rounds, boolean complete)
      throws IOException {
    List<Hit> hits = new ArrayList<>(documents.length + others.documents().length);
    addHits(hits, documents, scores, true);
    addHits(hits, others.documents(), others.scores(), false);
    hits.sort(BEST_FIRST);
    hits = List.copyOf(hits.subList(0, Math.min(request.k(), hits.size())));
    long nanos = System.nanoTime() - start;
    return new SearchResult(
        hits, budget.spent(), budget.modelNanos(), nanos, List.copyOf(rounds), complete);
  }

  private void addHits(List<Hit> hits, int[] documents, float[] scores, boolean exact)
      throws IOException {
    List<String> ids = candidates.ids(documents);
    for (int i = 0; i < documents.length; i++) {
      hits.add(new Hit(ids.get(i), documents[i], scores[i], exact));
    }
  }
}
