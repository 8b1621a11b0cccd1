package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.model.InteractionModel;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdaptiveSearchTest extends SearchMethodContract {

  @Override
  SearchMethod method() {
    return new AdaptiveSearch();
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
                  new MatrixSpace(
                      scores, scores.anchors() + query, scores.model(new AtomicInteger())),
                  SearchRequest.of(SyntheticScores.queryText(scores.anchors() + query), 50, 60));
      reranked += overlap(exact, rerank);
    }
    assertTrue(adaptive > reranked, adaptive + " must be above " + reranked);
    assertTrue(adaptive / QUERIES > 0.9, "recall@50 of low-rank scores: " + adaptive / QUERIES);
  }

  @Test
  void itNarrowsOnceWhereTheFirstStageHelpsAndNotWhereItKnowsNothing() throws IOException {
    Random random = Seeds.random();
    int helped = 0;
    int blind = 0;
    for (int query = 0; query < QUERIES; query++) {
      int number = scores.anchors() + query;
      double[] error = random.doubles(scores.documents()).toArray();
      MatrixSpace knowing =
          new MatrixSpace(scores, number, model(), d -> scores.score(number, d) + error[d]);
      search(knowing, number);
      assertTrue(knowing.narrowed().isEmpty() || knowing.narrowed().equals(List.of(10_000)));
      helped += knowing.narrowed().size();
      double[] noise = random.doubles(scores.documents()).toArray();
      MatrixSpace unknowing = new MatrixSpace(scores, number, model(), d -> noise[d]);
      search(unknowing, number);
      blind += unknowing.narrowed().size();
    }
    assertTrue(helped > QUERIES / 2, "narrowed with a first stage that helps: " + helped);
    assertTrue(blind <= 1, "narrowed with one that knows nothing: " + blind); // by chance .001 each
  }

  private void search(MatrixSpace space, int query) throws IOException {
    method().search(space, SearchRequest.of(SyntheticScores.queryText(query), 10, 200));
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
    SearchResult result = method().search(new MatrixSpace(scores, scores.anchors(), slow), request);
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
