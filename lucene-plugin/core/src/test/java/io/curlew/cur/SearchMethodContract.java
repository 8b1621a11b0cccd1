package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelUnavailableException;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link SearchMethod} promises. */
abstract class SearchMethodContract {

  static final int QUERIES = 12;

  private final Random random = Seeds.random();
  final SyntheticScores scores = SyntheticScores.draw(30, QUERIES, 500, 8, random);

  /** The method under test. */
  abstract SearchMethod method();

  /** The largest number of calls the method may make. */
  int limit(int budget) {
    return budget;
  }

  /** The order in which documents with the same score stand, as far as the method has one. */
  int[] firstStage(SearchSpace space, int k, int budget) throws IOException {
    return new int[0];
  }

  /** With the first stage of {@link SyntheticScores}, and one that matches few documents. */
  SearchSpace twoFeatures(int query, InteractionModel model) {
    float[] all = new float[scores.documents()];
    float[] few = new float[scores.documents()];
    for (int d = 0; d < all.length; d++) {
      all[d] = scores.firstStage(query, d);
      few[d] = d % 10 == 3 ? scores.score(query, d) : Float.NaN;
    }
    return scores.space(query, model, List.of(SyntheticScores.FEATURE, "few"), all, few);
  }

  SearchResult search(int query, int k, int budget, AtomicInteger calls) throws IOException {
    return method()
        .search(
            scores.space(scores.anchors() + query, scores.model(calls)),
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
  void hitsAreRankedByExactScoreWhereKnown(int k) throws IOException {
    for (SearchSpace space : spaces(0)) {
      List<Hit> hits = method().search(space, SearchRequest.of("a query", k, 50)).hits();
      assertRanked(
          hits,
          firstStage(space, k, 50),
          hit -> scores.score(scores.anchors(), hit.document()),
          hit -> 0);
    }
  }

  /** Features that match all documents, some and few, several of them, and none at all. */
  private List<SearchSpace> spaces(int query) {
    int number = scores.anchors() + query;
    InteractionModel model = scores.model(new AtomicInteger());
    float[] nothing = new float[scores.documents()];
    Arrays.fill(nothing, Float.NaN);
    float[] one = nothing.clone();
    one[7] = 0;
    return List.of(
        scores.space(number, model),
        twoFeatures(number, model),
        scores.space(number, model, List.of("nothing", "one"), nothing, one),
        scores.space(number, model, List.of()));
  }

  private static void assertRanked(
      List<Hit> hits, int[] firstStage, ToDoubleFunction<Hit> exact, ToDoubleFunction<Hit> bonus) {
    Map<Integer, Integer> places = new HashMap<>();
    for (int document : firstStage) {
      places.put(document, places.size());
    }
    Comparator<Hit> order =
        Comparator.comparingDouble((Hit hit) -> -hit.score())
            .thenComparing(hit -> places.getOrDefault(hit.document(), Integer.MAX_VALUE))
            .thenComparing(hit -> !hit.exact())
            .thenComparing(Hit::id);
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < hits.size(); i++) {
      Hit hit = hits.get(i);
      assertTrue(ids.add(hit.id()), "no document twice");
      assertEquals(SyntheticScores.id(hit.document()), hit.id());
      assertTrue(Float.isFinite(hit.modelScore()));
      assertEquals(hit.modelScore() + (float) bonus.applyAsDouble(hit), hit.score());
      assertEquals(hit.exact(), hit.round() != Hit.NOT_SCORED);
      if (hit.exact()) {
        assertEquals((float) exact.applyAsDouble(hit), hit.modelScore());
      }
      if (i > 0) {
        assertTrue(order.compare(hits.get(i - 1), hit) < 0, hits.get(i - 1) + " before " + hit);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 20, 200, 499, 500, 5000})
  void thereAreAsManyHitsAsAskedForOrDocuments(int budget) throws IOException {
    for (int k : new int[] {1, 3, 10, 100, 499, 500, 501, Integer.MAX_VALUE}) {
      for (SearchSpace space : spaces(4)) {
        SearchResult result = method().search(space, SearchRequest.of("a query", k, budget));
        int most = Math.min(k, scores.documents());
        String how = k + " hits, " + budget + " calls, features " + space.features();
        assertEquals(most, result.hits().size(), how);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.25, 0})
  void tiesAreRankedByFirstStageThenExactThenId(double levels) throws IOException {
    int query = scores.anchors() + 5;
    ToDoubleFunction<Integer> coarse = d -> (float) Math.rint(scores.score(query, d) * levels);
    InteractionModel model =
        new TestModel(
            (q, d) -> (float) coarse.applyAsDouble(Integer.parseInt(d.replaceAll("\\D", ""))));
    for (SearchSpace space : List.of(scores.space(query, model), twoFeatures(query, model))) {
      for (int k : new int[] {10, 200, 500}) {
        List<Hit> hits = method().search(space, SearchRequest.of("a query", k, 60)).hits();
        int[] first = firstStage(space, k, 60);
        assertRanked(hits, first, hit -> coarse.applyAsDouble(hit.document()), hit -> 0);
      }
    }
  }

  /** Fewer calls than rounds need, than hits are asked for, and than anchors there are. */
  @ParameterizedTest
  @ValueSource(ints = {5, 10, 20})
  void smallBudgetsAreSpentAndGiveFullRankings(int budget) throws IOException {
    for (int query = 0; query < 4; query++) {
      int number = scores.anchors() + query;
      for (SearchSpace space : spaces(query)) {
        for (int k : new int[] {1, 10, 100}) {
          String how = k + " hits, " + budget + " calls, features " + space.features();
          SearchResult result = method().search(space, SearchRequest.of("a query", k, budget));
          assertEquals(limit(budget), result.calls(), how);
          assertEquals(k, result.hits().size(), how);
          assertRanked(
              result.hits(),
              firstStage(space, k, budget),
              hit -> scores.score(number, hit.document()),
              hit -> 0);
          double recall = result.expectedRecall();
          assertTrue(Double.isNaN(recall) || (recall >= 0 && recall <= 1), how + ": " + recall);
        }
      }
    }
  }

  @Test
  void aProfileAddsWeightedFeaturesToExactScoresAndEstimates() throws IOException {
    int query = scores.anchors() + 6;
    RankingProfile profile =
        new RankingProfile(Map.of(SyntheticScores.FEATURE, 0.7, "few", -0.4, "unknown", 3.0));
    SearchSpace space = twoFeatures(query, scores.model(new AtomicInteger()));
    float[] bonus = new float[scores.documents()];
    for (int d = 0; d < bonus.length; d++) {
      bonus[d] += 0.7f * scores.firstStage(query, d);
      bonus[d] += d % 10 == 3 ? -0.4f * scores.score(query, d) : 0;
    }
    for (int budget : new int[] {1, 20, 60, 500}) {
      SearchRequest request = SearchRequest.of("a query", 500, budget).withProfile(profile);
      SearchResult result = method().search(space, request);
      assertRanked(
          result.hits(),
          firstStage(space, 500, budget),
          hit -> scores.score(query, hit.document()),
          hit -> bonus[hit.document()]);
      assertEquals(result.calls(), result.hits().stream().filter(Hit::exact).count());
    }
    if (limit(500) >= 500) {
      List<Integer> exact =
          IntStream.range(0, bonus.length)
              .boxed()
              .sorted(Comparator.comparingDouble(d -> -(scores.score(query, d) + bonus[d])))
              .limit(20)
              .toList();
      SearchRequest request = SearchRequest.of("a query", 20, 500).withProfile(profile);
      List<Hit> hits = method().search(space, request).hits();
      assertEquals(exact, hits.stream().map(Hit::document).toList());
    }
  }

  @Test
  void withABudgetForEverythingTheRankingIsExact() throws IOException {
    SearchResult result = search(1, 20, 500, new AtomicInteger());
    SearchResult exact =
        new ExactSearch()
            .search(
                scores.space(scores.anchors() + 1, scores.model(new AtomicInteger())),
                SearchRequest.of(SyntheticScores.queryText(scores.anchors() + 1), 20, 1));
    assertEquals(withoutRounds(exact), withoutRounds(result));
  }

  private static List<Hit> withoutRounds(SearchResult result) {
    return result.hits().stream()
        .map(hit -> new Hit(hit.id(), hit.document(), hit.score(), hit.score(), hit.exact(), 0))
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
                scores.space(scores.anchors() + 3, scores.model(new AtomicInteger())),
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
                    scores.space(scores.anchors(), scores.model(calls)),
                    request.withListener(gone)));
    assertTrue(calls.get() <= limit(60), "one batch at most: " + calls);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 25, 60})
  void aModelThatCannotBeAskedEndsTheSearchWithWhatIsKnown(int answered) throws IOException {
    AtomicInteger calls = new AtomicInteger();
    InteractionModel all = scores.model(new AtomicInteger());
    InteractionModel model =
        new TestModel(
            (query, document) -> {
              if (calls.incrementAndGet() > answered) {
                throw new ModelUnavailableException("the server must answer, it is gone");
              }
              return all.score(List.of(query), List.of(document))[0][0];
            });
    List<ModelUnavailableException> heard = new ArrayList<>();
    SearchListener listener =
        new SearchListener() {
          @Override
          public void unavailable(ModelUnavailableException why) {
            heard.add(why);
          }
        };
    SearchSpace space = scores.space(scores.anchors(), model);
    SearchRequest request = SearchRequest.of(SyntheticScores.queryText(scores.anchors()), 10, 200);
    SearchResult result = method().search(space, request.withListener(listener));
    boolean ended = limit(200) > answered;
    assertEquals(!ended, result.complete());
    assertEquals(ended, result.stop() == SearchResult.Stop.UNAVAILABLE);
    assertEquals(ended ? 1 : 0, heard.size());
    long exact = result.hits().stream().filter(Hit::exact).count();
    assertTrue(exact <= answered, exact + " exact hits of " + answered + " answers");
    if (ended) {
      calls.set(0);
      assertThrows(
          ModelUnavailableException.class,
          () -> method().search(space, request.withListener(SearchListener.FAILING)));
    }
  }

  @Test
  void theSameSearchGivesTheSameRanking() throws IOException {
    assertEquals(
        search(2, 100, 60, new AtomicInteger()).hits(),
        search(2, 100, 60, new AtomicInteger()).hits());
  }

  @Test
  void aScoreThatIsNotFiniteIsAnErrorThatNamesThePair() throws IOException {
    InteractionModel broken = new TestModel((query, document) -> Float.NaN);
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> method().search(scores.space(0, broken), SearchRequest.of("a query", 10, 20)));
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
