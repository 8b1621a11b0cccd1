package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.model.InteractionModel;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdaptiveSearchTest extends SearchMethodContract {

  @Override
  SearchMethod method() {
    return new AdaptiveSearch();
  }

  @Override
  int[] firstStage(SearchSpace space, int k, int budget) throws IOException {
    int first = (int) Math.round(Math.max(0.25 * budget, 0.5 * Math.min(budget, 50)));
    int listed = budget < 100 ? 200 : FirstStage.LIST;
    return FirstStage.expected(space, Math.max(first, Math.min(k, space.size())) + listed)
        .documents();
  }

  @Test
  void itFindsMoreOfTheExactTopThanReranking() throws IOException {
    double adaptive = 0;
    double reranked = 0;
    for (int query = 0; query < QUERIES; query++) {
      Set<String> exact = new HashSet<>(ids(search(query, 50, 500, new AtomicInteger())));
      adaptive += overlap(exact, search(query, 50, 60, new AtomicInteger()));
      SearchResult rerank =
          new RerankSearch()
              .search(
                  scores.space(scores.anchors() + query, model()),
                  SearchRequest.of(SyntheticScores.queryText(scores.anchors() + query), 50, 60));
      reranked += overlap(exact, rerank);
    }
    assertTrue(adaptive > reranked, adaptive + " must be above " + reranked);
    assertTrue(adaptive / QUERIES > 0.9, "recall@50 of low-rank scores: " + adaptive / QUERIES);
  }

  @Test
  void itLooksAtAllDocumentsWhereManyCallsPayForItOrTheFirstStageKnowsNothing() throws IOException {
    Random random = Seeds.random();
    int helped = 0;
    int blind = 0;
    for (int query = 0; query < QUERIES; query++) {
      int number = scores.anchors() + query;
      float[] knowing = new float[scores.documents()];
      float[] unknowing = new float[scores.documents()];
      for (int d = 0; d < knowing.length; d++) {
        knowing[d] = scores.score(number, d) + random.nextFloat();
        unknowing[d] = random.nextFloat();
      }
      helped += scans(number, knowing, 99) == 0 && scans(number, knowing, 100) == 3 ? 1 : 0;
      blind += scans(number, unknowing, 99) == 3 && scans(number, unknowing, 100) == 3 ? 1 : 0;
    }
    assertTrue(helped > QUERIES / 2, "0 and 3 with a first stage that helps: " + helped);
    assertTrue(blind >= QUERIES - 1, "3 with one that knows nothing: " + blind); // .001 by chance
  }

  @Test
  void tenCallsGoToTheListBeforeRowsOfAnotherModelAreBelieved() throws IOException {
    int query = scores.anchors();
    SearchSpace own = scores.space(query, model());
    AnchorSet ofAnother = own.anchors().withQueryModel("another");
    SearchSpace another =
        watched(
            own,
            (method, arguments) ->
                method.getName().equals("anchors") ? ofAnother : method.invoke(own, arguments));
    int[] budgets = {5, 10, 14, 20, 40, 100};
    int[] ofOwn = {3, 5, 7, 10, 20, 25};
    int[] ofOther = {5, 10, 10, 10, 20, 25};
    for (int i = 0; i < budgets.length; i++) {
      assertEquals(ofOwn[i], firstBatch(own, query, budgets[i]), "budget " + budgets[i]);
      assertEquals(ofOther[i], firstBatch(another, query, budgets[i]), "budget " + budgets[i]);
    }
  }

  /** How many documents a search scores before it fits anything. */
  private int firstBatch(SearchSpace space, int query, int budget) throws IOException {
    List<Integer> batches = new ArrayList<>();
    SearchListener listener =
        new SearchListener() {
          @Override
          public void scored(
              int round, int[] documents, float @Nullable [] predicted, float[] exact) {
            batches.add(documents.length);
          }
        };
    method()
        .search(
            space,
            SearchRequest.of(SyntheticScores.queryText(query), 10, budget).withListener(listener));
    return batches.getFirst();
  }

  @Test
  void theLatentQuerysListIsLookedForWhereCallsPayForIt() throws IOException {
    int query = scores.anchors();
    float[] knowing = new float[scores.documents()];
    for (int d = 0; d < knowing.length; d++) {
      knowing[d] = scores.score(query, d);
    }
    SearchSpace plain = scores.space(query, model(), List.of("a"), knowing);
    LatentQuery latent = plain.anchors().latent(new float[plain.anchors().dimension()], 0);
    for (int size : new int[] {scores.documents(), 50_000, 50_001, 1_000_000}) {
      SearchSpace space =
          watched(
              plain,
              (method, arguments) ->
                  switch (method.getName()) {
                    case "latent" -> latent;
                    case "size" -> size;
                    default -> method.invoke(plain, arguments);
                  });
      assertEquals(size <= 50_000 ? 1 : 0, scans(space, query, 20), size + " documents");
      assertEquals(4, scans(space, query, 100), size + " documents, and three fits'");
    }
  }

  private int scans(int query, float[] firstStage, int budget) throws IOException {
    return scans(scores.space(query, model(), List.of("a"), firstStage), query, budget);
  }

  /** How often a search looks at all documents. */
  private int scans(SearchSpace space, int query, int budget) throws IOException {
    AtomicInteger scans = new AtomicInteger();
    SearchSpace listening =
        watched(
            space,
            (method, arguments) -> {
              if (method.getName().equals("top")) {
                scans.incrementAndGet();
              }
              return method.invoke(space, arguments);
            });
    method().search(listening, SearchRequest.of(SyntheticScores.queryText(query), 10, budget));
    return scans.get();
  }

  /** A call of a space, which may be answered otherwise. */
  private interface Call {
    @Nullable Object answer(Method method, Object[] arguments) throws Throwable;
  }

  private static SearchSpace watched(SearchSpace space, Call call) {
    return (SearchSpace)
        Proxy.newProxyInstance(
            space.getClass().getClassLoader(),
            new Class<?>[] {SearchSpace.class},
            (proxy, method, arguments) ->
                call.answer(method, arguments == null ? new Object[0] : arguments));
  }

  private InteractionModel model() {
    return scores.model(new AtomicInteger());
  }

  @Test
  void aTimeoutEndsTheSearchWithWhatIsKnown() throws IOException {
    InteractionModel slow =
        new InteractionModel() {
          @Override
          public String fingerprint() {
            return "slow";
          }

          @Override
          public float[][] score(List<String> queries, List<String> documents) {
            try {
              Thread.sleep(50);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return scores.model(new AtomicInteger()).score(queries, documents);
          }

          @Override
          public void close() {}
        };
    SearchRequest request =
        SearchRequest.of(SyntheticScores.queryText(scores.anchors()), 10, 100)
            .withTimeout(Duration.ofMillis(60));
    SearchResult result = method().search(scores.space(scores.anchors(), slow), request);
    assertFalse(result.complete());
    assertTrue(result.calls() < 100, "calls: " + result.calls());
    assertEquals(10, result.hits().size());
  }

  private static List<String> ids(SearchResult result) {
    return result.hits().stream().map(Hit::id).toList();
  }

  private static double overlap(Set<String> exact, SearchResult result) {
    return (double) ids(result).stream().filter(exact::contains).count() / exact.size();
  }
}
