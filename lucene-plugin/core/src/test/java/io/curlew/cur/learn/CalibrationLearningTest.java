package io.curlew.cur.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.InMemorySpace;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.anchor.RecallCalibration;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Scores that anchors explain in part; queries are drawn as anchors are. */
class CalibrationLearningTest {

  private static final int ANCHORS = 100;
  private static final int OTHERS = 60;
  private static final int DOCUMENTS = 1500;
  private static final int RANK = 20;
  private static final int K = 10;

  private final Random random = Seeds.random();
  private final float[][] scores = new float[ANCHORS + OTHERS][DOCUMENTS];
  private final float[][] noisy = new float[ANCHORS + OTHERS][DOCUMENTS];

  private void draw() {
    double[][] left = gaussian(ANCHORS + OTHERS);
    double[][] right = gaussian(DOCUMENTS);
    for (int q = 0; q < scores.length; q++) {
      for (int d = 0; d < DOCUMENTS; d++) {
        double score = 0;
        for (int f = 0; f < RANK; f++) {
          score += left[q][f] * right[d][f] / Math.sqrt(RANK);
        }
        scores[q][d] = (float) (score + 0.3 * random.nextGaussian());
        noisy[q][d] = (float) (score + random.nextGaussian());
      }
    }
  }

  private double[][] gaussian(int rows) {
    return IntStream.range(0, rows)
        .mapToObj(i -> random.doubles(RANK).map(x -> random.nextGaussian()).toArray())
        .toArray(double[][]::new);
  }

  private float[][] rows(int anchors) {
    float[][] rows = new float[DOCUMENTS][anchors];
    for (int d = 0; d < DOCUMENTS; d++) {
      for (int a = 0; a < anchors; a++) {
        rows[d][a] = scores[a][d];
      }
    }
    return rows;
  }

  private InMemorySpace.Documents documents(AnchorSet anchors) {
    List<String> ids = IntStream.range(0, DOCUMENTS).mapToObj(d -> "id" + d).toList();
    return InMemorySpace.Documents.of(anchors, rows(anchors.size()), ids);
  }

  private SearchSpace space(InMemorySpace.Documents documents, int query) {
    return new InMemorySpace(
        documents,
        List.of("noisy"),
        new float[][] {noisy[query]},
        null,
        some -> {
          float[] exact = new float[some.length];
          for (int i = 0; i < some.length; i++) {
            exact[i] = scores[query][some[i]];
          }
          return exact;
        });
  }

  private AnchorSet learned(int count) throws IOException {
    List<String> names = IntStream.range(0, count).mapToObj(a -> "query " + a).toList();
    AnchorSet anchors = AnchorSet.of(names, "model", rows(count));
    InMemorySpace.Documents documents = documents(anchors);
    AnchorQueries queries =
        new AnchorQueries() {
          @Override
          public SearchSpace space(int anchor) {
            return CalibrationLearningTest.this.space(documents, anchor);
          }

          @Override
          public float @Nullable [] vector(int anchor) {
            return null;
          }
        };
    return anchors.withLearned(AnchorLearning.learn(anchors, queries, 1, () -> {}));
  }

  @Test
  void newQueriesFindWhatIsExpected() throws IOException {
    draw();
    AnchorSet anchors = learned(ANCHORS);
    assertNotEquals(RecallCalibration.NONE, anchors.learned().calibration());
    assertNotEquals(RecallCalibration.IDENTITY, anchors.learned().calibration());
    InMemorySpace.Documents documents = documents(anchors);
    for (int budget : new int[] {50, 200}) {
      double expected = 0;
      double found = 0;
      for (int q = ANCHORS; q < ANCHORS + OTHERS; q++) {
        SearchResult result =
            new AdaptiveSearch()
                .search(space(documents, q), SearchRequest.of("a query", K, budget));
        float[] of = scores[q];
        Set<Integer> exact =
            IntStream.range(0, DOCUMENTS)
                .boxed()
                .sorted(Comparator.comparingDouble(d -> -of[d]))
                .limit(K)
                .collect(Collectors.toSet());
        expected += result.expectedRecall() / OTHERS;
        found +=
            (double) result.hits().stream().filter(h -> exact.contains(h.document())).count()
                / (K * OTHERS);
      }
      System.out.printf(
          Locale.ROOT, "%d calls: expected %.3f, found %.3f%n", budget, expected, found);
      assertEquals(found, expected, 0.1, "at " + budget + " calls");
    }
  }

  @Test
  void fewAnchorsTeachNothing() throws IOException {
    draw();
    for (int count : new int[] {1, 5, 9}) {
      assertEquals(RecallCalibration.NONE, learned(count).learned().calibration());
    }
  }

  /** A judge that says the same of all. */
  @Test
  void equalScoresCanBeLearnedFrom() throws IOException {
    for (float[] row : scores) {
      Arrays.fill(row, 7);
    }
    Learned learned = learned(ANCHORS).learned();
    for (double weight : learned.calibration().weights()) {
      assertTrue(Double.isFinite(weight), learned.toString());
    }
  }
}
