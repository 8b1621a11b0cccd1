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
    return new AdaptiveSearch(anchors);
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
                  new MatrixCandidates(scores, scores.anchors() + query),
                  scores.model(new AtomicInteger()),
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
      MatrixCandidates candidates =
          new MatrixCandidates(scores, number, d -> scores.score(number, d) + error[d]);
      search(candidates, number);
      assertTrue(candidates.narrowed().isEmpty() || candidates.narrowed().equals(List.of(10_000)));
      helped += candidates.narrowed().size();
      double[] noise = random.doubles(scores.documents()).toArray();
      MatrixCandidates unknowing = new MatrixCandidates(scores, number, d -> noise[d]);
      search(unknowing, number);
      blind += unknowing.narrowed().size();
    }
    assertTrue(helped > QUERIES / 2, "narrowed with a first stage that helps: " + helped);
    assertTrue(blind <= 1, "narrowed with one that knows nothing: " + blind); // by chance .001 each
  }

  private void search(MatrixCandidates candidates, int query) throws IOException {
    method()
        .search(
            candidates,
            scores.model(new AtomicInteger()),
            SearchRequest.of(SyntheticScores.queryText(query), 10, 200));
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
    SearchResult result =
        method().search(new MatrixCandidates(scores, scores.anchors()), slow, request);
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
