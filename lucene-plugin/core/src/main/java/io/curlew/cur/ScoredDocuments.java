package io.curlew.cur;

import io.curlew.cur.SearchResult.Round;
import io.curlew.cur.anchor.LatentQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One search under way, the frame that every {@link SearchMethod} is written on: it spends the
 * budget, keeps the documents whose exact scores are known, in the order they came, and ends in one
 * ranking. Used by one thread.
 */
public final class ScoredDocuments {

  private final long start = System.nanoTime();
  private final SearchSpace space;
  private final SearchRequest request;
  private final CallBudget budget;
  private final Set<Integer> seen = new HashSet<>();
  private final List<Integer> batchEnds = new ArrayList<>();
  private final Map<Integer, Integer> places = new HashMap<>(); // in the first stage
  private int[] documents = new int[0];
  private float[] scores = new float[0];

  private ScoredDocuments(SearchSpace space, SearchRequest request, int limit) {
    this.space = space;
    this.request = request;
    this.budget = new CallBudget(limit, request.timeout());
  }

  /** A search that begins now and spends at most the request's budget. */
  public static ScoredDocuments withinBudget(SearchSpace space, SearchRequest request) {
    return new ScoredDocuments(space, request, Math.min(request.budget(), space.size()));
  }

  /** A search that begins now and may score every document, whatever the budget. */
  public static ScoredDocuments exhaustive(SearchSpace space, SearchRequest request) {
    return new ScoredDocuments(space, request, space.size());
  }

  /** Says in which order documents stand that turn out to have the same score. */
  public void firstStage(int[] list) {
    for (int i = 0; i < list.length; i++) {
      places.put(list[i], i);
    }
  }

  /** By score; ties by first stage, then exact ones before estimates, then by id. */
  private Comparator<Hit> bestFirst() {
    return Comparator.comparingDouble((Hit hit) -> -hit.score())
        .thenComparingInt(hit -> places.getOrDefault(hit.document(), Integer.MAX_VALUE))
        .thenComparing(hit -> !hit.exact())
        .thenComparing(Hit::id);
  }

  /**
   * Calls the model for documents not scored before, and leaves out what is gone; false if the time
   * was over before it ended, or the model could not be asked, of which the listener hears.
   *
   * @throws IllegalStateException if they are more than {@link #remainingCalls}
   */
  public boolean score(int[] batch) throws IOException {
    return score(batch, null);
  }

  /** The same for documents that an estimate chose. */
  public boolean score(Estimates chosen) throws IOException {
    return score(chosen.documents(), chosen.scores());
  }

  private boolean score(int[] batch, float @Nullable [] predicted) throws IOException {
    float[] exact = budget.score(space, batch);
    if (exact == null) {
      if (budget.unavailable() != null) {
        request.listener().unavailable(budget.unavailable());
      }
      return false;
    }
    int[] there = IntStream.range(0, batch.length).filter(i -> !Float.isNaN(exact[i])).toArray();
    int[] kept = Arrays.stream(there).map(i -> batch[i]).toArray();
    float[] known = FirstStage.pick(exact, there);
    float[] expected = predicted == null ? null : FirstStage.pick(predicted, there);
    add(kept, known);
    request.listener().scored(batchEnds.size() - 1, kept, expected, known);
    return true;
  }

  private void add(int[] batch, float[] exact) {
    int n = documents.length;
    documents = Arrays.copyOf(documents, n + batch.length);
    scores = Arrays.copyOf(scores, n + batch.length);
    System.arraycopy(batch, 0, documents, n, batch.length);
    System.arraycopy(exact, 0, scores, n, batch.length);
    for (int document : batch) {
      seen.add(document);
    }
    batchEnds.add(documents.length);
  }

  /** The number of documents scored. */
  public int size() {
    return documents.length;
  }

  /** The documents scored, in the order in which they were. Not to be changed. */
  public int[] documents() {
    return documents;
  }

  /** Their exact scores. Not to be changed. */
  public float[] scores() {
    return scores;
  }

  /** The n best estimates among the documents not scored yet. */
  public Estimates bestUnseen(LatentQuery latent, int n) throws IOException {
    return space.top(latent, seen::contains, n);
  }

  /** The calls that are left of the budget. */
  public int remainingCalls() {
    return budget.remaining();
  }

  /** Whether so many more calls are expected to end before the request's timeout. */
  public boolean timeAllows(int calls) {
    return budget.timeAllows(calls);
  }

  /** Ends a search that fitted nothing. */
  public SearchResult result(Estimates others, SearchResult.Stop stop) throws IOException {
    return result(others, List.of(), stop, null);
  }

  /**
   * Ends the search: one ranking of the scored documents and of the estimates of others, with what
   * the request's profile adds to either.
   *
   * @param rounds one for every fit
   * @param latent the linear form, last fitted, or null
   */
  public SearchResult result(
      Estimates others, List<Round> rounds, SearchResult.Stop stop, @Nullable LatentQuery latent)
      throws IOException {
    return result(
        others, rounds, stop, latent, some -> ProfileBonus.of(space, request.profile(), some));
  }

  /** What the request's profile adds to the scores of documents. */
  @FunctionalInterface
  interface Bonus {
    /** For documents, in their order. */
    float[] of(int[] documents) throws IOException;
  }

  /** The same where what the profile adds is known. */
  SearchResult result(
      Estimates others,
      List<Round> rounds,
      SearchResult.Stop stop,
      @Nullable LatentQuery latent,
      Bonus profile)
      throws IOException {
    List<Hit> hits = new ArrayList<>(documents.length + others.documents().length);
    List<String> ids = space.ids(documents);
    float[] bonus = profile.of(documents);
    float[] otherBonus = profile.of(others.documents());
    int batch = 0;
    for (int i = 0; i < documents.length; i++) {
      if (i == batchEnds.get(batch)) {
        batch++;
      }
      float score = scores[i] + bonus[i];
      hits.add(new Hit(ids.get(i), documents[i], score, scores[i], true, batch));
    }
    List<String> otherIds = space.ids(others.documents());
    for (int i = 0; i < otherIds.size(); i++) {
      float estimate = others.scores()[i];
      hits.add(
          new Hit(
              otherIds.get(i),
              others.documents()[i],
              estimate + otherBonus[i],
              estimate,
              false,
              Hit.NOT_SCORED));
    }
    hits.sort(bestFirst());
    hits = List.copyOf(hits.subList(0, Math.min(request.k(), hits.size())));
    long nanos = System.nanoTime() - start;
    SearchResult.Stop why = budget.unavailable() == null ? stop : SearchResult.Stop.UNAVAILABLE;
    return new SearchResult(
        hits, budget.spent(), budget.modelNanos(), nanos, List.copyOf(rounds), why, latent);
  }
}
