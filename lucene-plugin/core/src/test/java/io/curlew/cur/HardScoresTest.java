package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose scores are far from zero, all equal, few, or of heavy tails. */
class HardScoresTest {

  private static final int ANCHORS = 30;
  private static final int QUERIES = 10;
  private static final int DOCUMENTS = 500;
  private static final int K = 10;

  private final SyntheticScores plain =
      SyntheticScores.draw(ANCHORS, QUERIES, DOCUMENTS, 6, Seeds.random());

  /** What becomes of a score. */
  private interface Change {
    double of(double score);
  }

  /** The same documents, whose scores and anchor scores are changed. */
  private InMemorySpace space(int query, Change change, float[]... features) {
    float[][] rows = new float[DOCUMENTS][ANCHORS];
    for (int d = 0; d < DOCUMENTS; d++) {
      for (int a = 0; a < ANCHORS; a++) {
        rows[d][a] = (float) change.of(plain.score(a, d));
      }
    }
    List<String> queries = plain.anchorSet().queries();
    AnchorSet anchors = AnchorSet.of(queries, "changed", rows);
    List<String> ids = IntStream.range(0, DOCUMENTS).mapToObj(SyntheticScores::id).toList();
    return new InMemorySpace(
        InMemorySpace.Documents.of(anchors, rows, ids),
        IntStream.range(0, features.length).mapToObj(f -> "f" + f).toList(),
        features,
        null,
        some -> {
          float[] scores = new float[some.length];
          for (int i = 0; i < some.length; i++) {
            scores[i] = (float) change.of(plain.score(query, some[i]));
          }
          return scores;
        });
  }

  private float[] noisy(int query) {
    float[] noisy = new float[DOCUMENTS];
    for (int d = 0; d < DOCUMENTS; d++) {
      noisy[d] = plain.firstStage(query, d);
    }
    return noisy;
  }

  private double recall(SearchMethod method, int budget, Change change) throws IOException {
    double found = 0;
    for (int q = ANCHORS; q < ANCHORS + QUERIES; q++) {
      int query = q;
      Set<Integer> exact =
          IntStream.range(0, DOCUMENTS)
              .boxed()
              .sorted(Comparator.comparingDouble(d -> -plain.score(query, d)))
              .limit(K)
              .collect(Collectors.toSet());
      SearchResult result =
          method.search(space(query, change, noisy(query)), SearchRequest.of("a query", K, budget));
      assertEquals(K, result.hits().size());
      found += result.hits().stream().filter(hit -> exact.contains(hit.document())).count();
    }
    return found / K / QUERIES;
  }

  @ParameterizedTest
  @CsvSource({"0, 0.02", "300, 0.02", "1000, 0.02", "-5000, 0.05", "1e5, 0.05", "1e6, 0.2"})
  void anOffsetOfAllScoresTakesLittleAway(double offset, double loss) throws IOException {
    for (SearchMethod method : List.of(new AdaptiveSearch(), new FixedAnchorSearch(1))) {
      double without = recall(method, 60, score -> score);
      double with = recall(method, 60, score -> score + offset);
      assertTrue(with >= without - loss, method + ": " + with + ", without " + without);
    }
  }

  /** A million leaves a score four bits behind the point. */
  @ParameterizedTest
  @ValueSource(doubles = {300, 1000, 1e6})
  void noEstimateStandsFarAboveTheScoresThatThereAre(double offset) throws IOException {
    int query = ANCHORS + 1;
    for (SearchMethod method : List.of(new AdaptiveSearch(), new FixedAnchorSearch(1))) {
      SearchResult result =
          method.search(
              space(query, score -> score + offset, noisy(query)),
              SearchRequest.of("a query", DOCUMENTS, 60));
      for (Hit hit : result.hits()) {
        double exact = plain.score(query, hit.document()) + offset;
        assertEquals(exact, hit.score(), hit.exact() ? 0.07 : 6, method + ": " + hit);
      }
    }
  }

  @Test
  void equalScoresKeepTheOrderOfTheFirstStage() throws IOException {
    int query = ANCHORS;
    InMemorySpace space = space(query, score -> 7, noisy(query));
    int[] list = space.list(0, DOCUMENTS);
    for (int budget : new int[] {5, 50, 200}) {
      for (SearchMethod method : List.of(new AdaptiveSearch(), new RerankSearch())) {
        SearchResult result = method.search(space, SearchRequest.of("a query", K, budget));
        for (int i = 0; i < K; i++) {
          assertEquals(list[i], result.hits().get(i).document(), method + ", " + budget);
          assertEquals(7, result.hits().get(i).score(), 1e-5);
        }
      }
    }
  }

  @Test
  void gradesAndHeavyTailsGiveFiniteHits() throws IOException {
    List<Change> changes =
        List.of(
            score -> score > 5 ? 1 : 0,
            Math::rint,
            score -> Math.pow(score, 9),
            score -> Math.exp(Math.min(5 * score, 80)),
            score -> 1e-20 * score,
            score -> 1e15 * score);
    Random random = Seeds.random();
    for (Change change : changes) {
      for (int round = 0; round < 4; round++) {
        int query = ANCHORS + random.nextInt(QUERIES);
        float[] partial = noisy(query);
        for (int d = 0; d < DOCUMENTS; d++) {
          partial[d] = random.nextInt(3) == 0 ? Float.NaN : partial[d];
        }
        for (SearchMethod method :
            List.of(
                new AdaptiveSearch(),
                new FixedAnchorSearch(1),
                new RerankSearch(),
                new LatentSearch())) {
          int budget = random.nextInt(1, 100);
          SearchResult result =
              method.search(
                  space(query, change, noisy(query), partial),
                  SearchRequest.of("a query", 50, budget));
          assertEquals(50, result.hits().size(), method + ", change " + changes.indexOf(change));
          for (Hit hit : result.hits()) {
            assertTrue(Float.isFinite(hit.score()), method + ": " + hit);
          }
        }
      }
    }
  }

  @Test
  void anchorRowsThatAreNotFiniteAreNamed() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> AnchorSet.of(List.of("a", "b"), "m", new float[][] {{1, 2}, {3, bad}}));
      assertEquals(
          "anchor rows must be finite, got: " + bad + " for anchor 1", refused.getMessage());
    }
  }

  @Test
  void theExpectedRecallIsAlwaysAProbability() throws IOException {
    List<Change> changes =
        List.of(
            score -> score > 7 ? 1 : 0,
            score -> Math.clamp(Math.rint(score - 3), 0, 3),
            score -> 7,
            score -> Math.pow(score, 9),
            score -> Math.exp(Math.min(5 * score, 80)),
            score -> 1e-20 * score,
            score -> 1e15 * score,
            score -> score);
    float[] constant = new float[DOCUMENTS];
    Arrays.fill(constant, 1);
    float[] nothing = new float[DOCUMENTS];
    Arrays.fill(nothing, Float.NaN);
    int query = ANCHORS + Seeds.random().nextInt(QUERIES);
    for (Change change : changes) {
      for (float[][] features :
          new float[][][] {{noisy(query)}, {constant}, {nothing}, {constant, noisy(query)}, {}}) {
        InMemorySpace space = space(query, change, features);
        for (int budget : new int[] {1, 2, 5, 10, 20, 50, 200, DOCUMENTS, 2 * DOCUMENTS}) {
          for (int k : new int[] {1, 10, 2 * DOCUMENTS}) {
            String how = budget + " calls, " + k + " hits, change " + changes.indexOf(change);
            assertProbability(
                new AdaptiveSearch().search(space, SearchRequest.of("a query", k, budget)), how);
          }
        }
      }
    }
  }

  private static void assertProbability(SearchResult result, String how) {
    double recall = result.expectedRecall();
    assertTrue(recall >= 0 && recall <= 1, how + ": " + recall);
  }

  @Test
  void ofOneDocumentAllIsFound() throws IOException {
    SyntheticScores one = SyntheticScores.draw(5, 1, 1, 2, Seeds.random());
    for (int budget : new int[] {1, 10}) {
      for (int k : new int[] {1, 10}) {
        SearchResult result =
            new AdaptiveSearch()
                .search(
                    one.space(5, one.model(new AtomicInteger())),
                    SearchRequest.of(SyntheticScores.queryText(5), k, budget));
        assertEquals(1, result.expectedRecall());
        assertEquals(1, result.hits().size());
      }
    }
  }

  /** Who asks for all documents gets them all. */
  @Test
  void whoAsksForMoreThanThereAreIsToldThatAllIsFound() throws IOException {
    int query = ANCHORS;
    InMemorySpace space = space(query, score -> score, noisy(query));
    for (int k : new int[] {DOCUMENTS, DOCUMENTS + 1, 100 * DOCUMENTS, Integer.MAX_VALUE}) {
      SearchResult result = new AdaptiveSearch().search(space, SearchRequest.of("a query", k, 100));
      assertEquals(DOCUMENTS, result.hits().size());
      assertEquals(1, result.expectedRecall(), 0.01, k + " hits");
    }
  }
}
