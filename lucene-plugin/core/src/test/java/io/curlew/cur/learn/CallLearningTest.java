package io.curlew.cur.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.FirstStage;
import io.curlew.cur.InMemorySpace;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentMap;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.anchor.RecallCalibration;
import io.curlew.cur.fit.Prior;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A query model that is told by features, over anchors of another one. */
class CallLearningTest {

  private static final int DOCUMENTS = 1500;
  private static final int ANCHORS = 9;
  private static final int QUERIES = 40;
  private static final int CALLS = 60;

  private final Random random = Seeds.random();
  private final float[][] rows = matrix(DOCUMENTS, ANCHORS);
  private final AnchorSet anchors =
      AnchorSet.of(
          IntStream.range(0, ANCHORS).mapToObj(a -> "anchor " + a).toList(), "cheap", rows);
  private final List<String> ids = IntStream.range(0, DOCUMENTS).mapToObj(d -> "d" + d).toList();

  private float[][] matrix(int rows, int columns) {
    float[][] matrix = new float[rows][columns];
    for (float[] row : matrix) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return matrix;
  }

  /** Features "told" and "relevant", and the cheap model's latent query if there is a map. */
  private SearchSpace space(float[][] features, @Nullable LatentMap map, float[] vector) {
    return new InMemorySpace(
        InMemorySpace.Documents.of(anchors, rows, ids),
        List.of("told", "relevant"),
        features,
        map == null ? null : anchors.latent(map.weights(vector), 0),
        some -> {
          throw new AssertionError("learning must be given the scores");
        });
  }

  @Test
  void halfOfTheCallsAreForHeadsOfListsAndNoneTwice() throws IOException {
    SearchSpace space = space(matrix(2, DOCUMENTS), null, new float[0]);
    for (int n : new int[] {1, 7, CALLS, DOCUMENTS, 2 * DOCUMENTS}) {
      int[] drawn = CallLearning.draw(space, n, 1);
      assertEquals(Math.min(n, DOCUMENTS), Arrays.stream(drawn).distinct().count());
      assertEquals(drawn.length, Arrays.stream(drawn).distinct().count());
      int head = Math.min(drawn.length, (n + 1) / 2);
      int[] list = FirstStage.hybrid(space, Math.min(DOCUMENTS, Math.max(1000, n))).documents();
      assertArrayEquals(Arrays.copyOf(list, head), Arrays.copyOf(drawn, head));
      assertArrayEquals(drawn, CallLearning.draw(space, n, 1));
    }
  }

  /** Scores are 3 x told + .5 x latent; judged documents are those with the highest "relevant". */
  @Test
  void whatTellsOfTheModelIsTrustedAndWhatIsRelevantIsAdded() throws IOException {
    LatentMap map = new LatentMap(matrix(4, 2), matrix(2, ANCHORS));
    List<CallLearning.Scored> queries = new ArrayList<>();
    for (int q = 0; q < QUERIES; q++) {
      float[][] features = matrix(2, DOCUMENTS);
      SearchSpace space = space(features, map, matrix(1, 3)[0]);
      float[] latent =
          space.rows(IntStream.range(0, DOCUMENTS).toArray())
              .products(new float[][] {Objects.requireNonNull(space.latent()).weights()})[0];
      int[] documents = CallLearning.draw(space, CALLS, q);
      float[] scores = new float[documents.length];
      int best = documents[0];
      for (int i = 0; i < scores.length; i++) {
        int d = documents[i];
        scores[i] = 3 * features[0][d] + 0.5f * latent[d] + (float) (0.1 * random.nextGaussian());
        best = features[1][d] > features[1][best] ? d : best;
      }
      queries.add(new CallLearning.Scored(space, documents, scores, Map.of(best, 1)));
    }
    Learned learned = CallLearning.learn(map, queries);
    assertEquals(map, learned.latent());
    assertEquals(RecallCalibration.NONE, learned.calibration());
    double[] weights = Prior.learned(Objects.requireNonNull(learned.features())).weights();
    assertEquals(List.of("told", "relevant", LatentMap.FEATURE), learned.features().features());
    assertEquals(3, weights[0], 0.1);
    assertEquals(0, weights[1], 0.1);
    assertEquals(0.5, weights[2], 0.05);
    assertTrue(learned.profile().weight("relevant") > 3, learned.profile().toString());
  }

  @Test
  void withoutAMapAndJudgementsThereAreWeightsAlone() throws IOException {
    float[][] features = matrix(2, DOCUMENTS);
    SearchSpace space = space(features, null, new float[0]);
    int[] documents = CallLearning.draw(space, CALLS, 1);
    float[] scores = new float[documents.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = features[1][documents[i]];
    }
    Learned learned =
        CallLearning.learn(
            null, List.of(new CallLearning.Scored(space, documents, scores, Map.of())));
    assertNull(learned.latent());
    assertTrue(learned.profile().isNone());
    double[] weights = Prior.learned(Objects.requireNonNull(learned.features())).weights();
    assertEquals(1, weights[1], 0.05);
  }
}
