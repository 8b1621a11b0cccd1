package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link SearchMethod} promises. */
abstract class SearchMethodContract {

  static final int QUERIES = 12;

  private final Random random = Seeds.random();
  final SyntheticScores scores = SyntheticScores.draw(30, QUERIES, 500, 8, random);
  final AnchorSet anchors = scores.anchorSet();

  /** The method under test. */
  abstract SearchMethod method();

  /** The largest number of calls the method may make. */
  int limit(int budget) {
    return budget;
  }

  SearchResult search(int query, int k, int budget, AtomicInteger calls) throws IOException {
    return method()
        .search(
            new MatrixSpace(scores, scores.anchors() + query, scores.model(calls)),
            SearchRequest.of(SyntheticScores.queryText(scores.anchors() + query), k, budget));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {1, 2, 3, 5, 7, 20, 29, 30, 31, 61, 100, 499, 500, 501, 5000, Integer.MAX_VALUE})
  void theBudgetIsNeverExceeded(int budget) throws IOException {
    for (int query = 0; query < QUERIES; query++) {
      AtomicInteger calls = new AtomicInteger();
      SearchResult result = search(query, 10, budget, calls);
      assertEquals(calls.get(), result.calls(), "calls reported are calls made");
      assertTrue(calls.get() <= limit(budget), calls.get() + " calls at budget " + budget);
      assertEquals(Math.min(limit(budget), 500), calls.get(), "nothing promised is left unspent");
      assertTrue(result.complete());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 100, 600, Integer.MAX_VALUE})
  void hitsAreRankedByExactScoreWhereKnownTiesById(int k) throws IOException {
    SearchResult result = search(0, k, 50, new AtomicInteger());
    List<Hit> hits = result.hits();
    assertTrue(hits.size() <= k);
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < hits.size(); i++) {
      Hit hit = hits.get(i);
      assertTrue(ids.add(hit.id()), "no document twice");
      assertEquals(SyntheticScores.id(hit.document()), hit.id());
      if (hit.exact()) {
        assertEquals(scores.score(scores.anchors(), hit.document()), hit.score());
      }
      if (i > 0) {
        Hit before = hits.get(i - 1);
        assertTrue(
            before.score() > hit.score()
                || (before.score() == hit.score() && before.id().compareTo(hit.id()) < 0));
      }
    }
  }

  @Test
  void withABudgetForEverythingTheRankingIsExact() throws IOException {
    SearchResult result = search(1, 20, 500, new AtomicInteger());
    SearchResult exact =
        new ExactSearch()
            .search(
                new MatrixSpace(scores, scores.anchors() + 1, scores.model(new AtomicInteger())),
                SearchRequest.of(SyntheticScores.queryText(scores.anchors() + 1), 20, 1));
    assertEquals(withoutRounds(exact), withoutRounds(result));
  }

  private static List<Hit> withoutRounds(SearchResult result) {
    return result.hits().stream()
        .map(hit -> new Hit(hit.id(), hit.document(), hit.score(), hit.exact(), 0))
        .toList();
  }

  @Test
  void aListenerHearsOfEveryCallAndEveryFit() throws IOException {
    List<SearchResult.Round> fits = new ArrayList<>();
    List<Integer> heard = new ArrayList<>();
    Set<Integer> documents = new HashSet<>();
    SearchListener listener =
        new SearchListener() {
          @Override
          public void scored(int round, int[] batch, float @Nullable [] predicted, float[] exact) {
            assertEquals(heard.size(), round);
            heard.add(batch.length);
            assertEquals(batch.length, exact.length);
            assertEquals(fits.isEmpty(), predicted == null, "only a fit predicts");
            for (int i = 0; i < batch.length; i++) {
              assertTrue(documents.add(batch[i]), "no document twice");
              assertEquals(scores.score(scores.anchors() + 3, batch[i]), exact[i]);
              assertTrue(predicted == null || Float.isFinite(predicted[i]));
            }
          }

          @Override
          public void fitted(SearchResult.Round round) {
            assertEquals(documents.size(), round.calls());
            fits.add(round);
          }
        };
    SearchRequest request =
        SearchRequest.of(SyntheticScores.queryText(scores.anchors() + 3), 500, 60);
    SearchResult result =
        method()
            .search(
                new MatrixSpace(scores, scores.anchors() + 3, scores.model(new AtomicInteger())),
                request.withListener(listener));
    assertEquals(result.calls(), documents.size());
    assertEquals(result.rounds(), fits);
    for (Hit hit : result.hits()) {
      assertEquals(hit.exact(), documents.contains(hit.document()));
    }
    assertEquals(
        search(3, 500, 60, new AtomicInteger()).hits(), result.hits(), "listening changes nothing");
  }

  @Test
  void whatAListenerThrowsEndsTheSearch() {
    SearchListener gone =
        new SearchListener() {
          @Override
          public void scored(int round, int[] batch, float @Nullable [] predicted, float[] exact) {
            throw new IllegalStateException("client must be there, it is gone");
          }
        };
    AtomicInteger calls = new AtomicInteger();
    SearchRequest request = SearchRequest.of(SyntheticScores.queryText(scores.anchors()), 10, 60);
    assertThrows(
        IllegalStateException.class,
        () ->
            method()
                .search(
                    new MatrixSpace(scores, scores.anchors(), scores.model(calls)),
                    request.withListener(gone)));
    assertTrue(calls.get() <= limit(60), "one batch at most: " + calls);
  }

  @Test
  void theSameSearchGivesTheSameRanking() throws IOException {
    assertEquals(
        search(2, 100, 60, new AtomicInteger()).hits(),
        search(2, 100, 60, new AtomicInteger()).hits());
  }

  @Test
  void aScoreThatIsNotFiniteIsAnErrorThatNamesThePair() {
    InteractionModel broken =
        new InteractionModel() {
          @Override
          public String fingerprint() {
            return "broken";
          }

          @Override
          public float[][] score(List<String> queries, List<String> documents) {
            float[][] result = new float[queries.size()][documents.size()];
            result[0][documents.size() - 1] = Float.NaN;
            return result;
          }

          @Override
          public void close() {}
        };
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () ->
                method()
                    .search(
                        new MatrixSpace(scores, 0, broken), SearchRequest.of("a query", 10, 20)));
    assertTrue(String.valueOf(e.getMessage()).contains(SyntheticScores.queryText(0)), e.toString());
    assertTrue(String.valueOf(e.getMessage()).contains("document number"), e.toString());
  }

  @Test
  void badRequestsAreRefusedWithTheValue() {
    for (Runnable bad :
        List.<Runnable>of(
            () -> SearchRequest.of("q", 10, 0),
            () -> SearchRequest.of("q", 0, 10),
            () -> SearchRequest.of(" ", 10, 10),
            () -> SearchRequest.of("q", 10, 10).withTimeout(Duration.ZERO))) {
      assertThrows(IllegalArgumentException.class, bad::run);
    }
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> SearchRequest.of("q", 10, 0));
    assertEquals("budget must be at least 1, got: 0", e.getMessage());
  }
}
