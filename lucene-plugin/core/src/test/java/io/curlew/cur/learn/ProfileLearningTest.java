package io.curlew.cur.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.InMemorySpace;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Judgements by the model's score and a feature that the model does not know of. */
class ProfileLearningTest {

  private static final int ANCHORS = 40;
  private static final int DOCUMENTS = 300;
  private static final int RELEVANT = 5;

  private final Random random = Seeds.random();
  private final float[][] scores = new float[ANCHORS][DOCUMENTS];
  private final float[][][] features = new float[ANCHORS][3][DOCUMENTS];

  private AnchorSet draw(RowEncoding.Choice encoding) {
    return draw(encoding, score -> score);
  }

  private AnchorSet draw(RowEncoding.Choice encoding, DoubleUnaryOperator change) {
    float[][] rows = new float[DOCUMENTS][ANCHORS];
    for (int a = 0; a < ANCHORS; a++) {
      for (int d = 0; d < DOCUMENTS; d++) {
        scores[a][d] = (float) change.applyAsDouble(20 + random.nextGaussian());
        rows[d][a] = scores[a][d];
        features[a][0][d] = (float) (0.1 * random.nextGaussian());
        features[a][1][d] = (float) (10 * random.nextGaussian());
        features[a][2][d] = random.nextInt(3) == 0 ? Float.NaN : 1;
      }
    }
    List<String> queries = IntStream.range(0, ANCHORS).mapToObj(a -> "query " + a).toList();
    return AnchorSet.of(queries, "model", rows, encoding);
  }

  private AnchorQueries queries(AnchorSet anchors) {
    float[][] rows = new float[DOCUMENTS][];
    for (int d = 0; d < DOCUMENTS; d++) {
      float[] row = new float[ANCHORS];
      for (int a = 0; a < ANCHORS; a++) {
        row[a] = scores[a][d];
      }
      rows[d] = anchors.encoding().project(row);
    }
    List<String> ids = IntStream.range(0, DOCUMENTS).mapToObj(d -> "id" + (1000 + d)).toList();
    InMemorySpace.Documents documents = InMemorySpace.Documents.of(anchors, rows, ids);
    return new AnchorQueries() {
      @Override
      public SearchSpace space(int anchor) {
        return new InMemorySpace(
            documents,
            List.of("useful", "useless", "constant"),
            features[anchor],
            null,
            some -> {
              throw new AssertionError("no call");
            });
      }

      @Override
      public float @Nullable [] vector(int anchor) {
        return null;
      }
    };
  }

  /** The best by the score and so much of the useful feature, of the first queries. */
  private Map<Integer, Map<Integer, Integer>> judged(int count, double weight) {
    Map<Integer, Map<Integer, Integer>> judged = new TreeMap<>();
    for (int a = 0; a < count; a++) {
      int anchor = a;
      Map<Integer, Integer> grades = new HashMap<>();
      IntStream.range(0, DOCUMENTS)
          .boxed()
          .sorted(
              Comparator.comparingDouble(
                  d -> -(scores[anchor][d] + weight * features[anchor][0][d])))
          .limit(RELEVANT)
          .forEach(d -> grades.put(d, grades.size() < 2 ? 2 : 1));
      judged.put(a, grades);
    }
    return judged;
  }

  @Test
  void aFeatureThatRelevanceGoesByIsFoundAndUselessOnesAreNot() throws IOException {
    AnchorSet anchors = draw(RowEncoding.floats());
    double weight = 10; // as much as the score itself
    ProfileLearning.Outcome outcome =
        ProfileLearning.learn(anchors, queries(anchors), judged(ANCHORS, weight), List.of());
    assertEquals(ANCHORS, outcome.queries());
    assertEquals(weight, outcome.profile().weight("useful"), 0.35 * weight);
    assertTrue(10 * Math.abs(outcome.profile().weight("useless")) < 0.1, outcome.toString());
    assertEquals(0, outcome.profile().weight("constant"), 0.3);
    assertTrue(outcome.with() > outcome.without() + 0.2, outcome.toString());
    assertTrue(outcome.with() > 0.65 && outcome.with() <= 1, outcome.toString());
  }

  @Test
  void whereTheModelKnowsAllThereIsNoProfile() throws IOException {
    AnchorSet anchors = draw(RowEncoding.floats());
    ProfileLearning.Outcome outcome =
        ProfileLearning.learn(anchors, queries(anchors), judged(ANCHORS, 0), List.of());
    assertEquals(RankingProfile.NONE, outcome.profile());
    assertEquals(1, outcome.without(), 1e-9);
  }

  @Test
  void documentsOfEqualScoreShareNoRank() throws IOException {
    AnchorSet anchors = draw(RowEncoding.floats(), Math::rint);
    ProfileLearning.Outcome outcome =
        ProfileLearning.learn(anchors, queries(anchors), judged(ANCHORS, 0), List.of());
    assertEquals(1, outcome.without(), 1e-9); // ties by id, as the judged ones were chosen
  }

  @Test
  void fewJudgementsOrProjectedRowsTeachNothing() throws IOException {
    AnchorSet anchors = draw(RowEncoding.floats());
    for (int judged : new int[] {0, 1, 19}) {
      ProfileLearning.Outcome outcome =
          ProfileLearning.learn(anchors, queries(anchors), judged(judged, 10), List.of());
      assertEquals(
          new ProfileLearning.Outcome(RankingProfile.NONE, judged, Double.NaN, Double.NaN),
          outcome);
    }
    AnchorSet projected = draw(RowEncoding.projected(8, RowEncoding.floats()));
    ProfileLearning.Outcome outcome =
        ProfileLearning.learn(projected, queries(projected), judged(ANCHORS, 10), List.of());
    assertEquals(RankingProfile.NONE, outcome.profile());
  }
}
