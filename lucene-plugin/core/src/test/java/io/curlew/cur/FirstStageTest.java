package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.FeatureStatistics;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.anchor.RecallCalibration;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FirstStageTest {

  private static final int DOCUMENTS = 80;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(10, 2, DOCUMENTS, 3, random);

  private float[] feature(double matching) {
    float[] values = new float[DOCUMENTS];
    for (int d = 0; d < DOCUMENTS; d++) {
      values[d] = random.nextDouble() < matching ? random.nextInt(1, 20) : Float.NaN;
    }
    return values;
  }

  private SearchSpace space(float[]... features) {
    return scores.space(
        10,
        scores.model(new AtomicInteger()),
        List.of("a", "b", "c").subList(0, features.length),
        features);
  }

  @Test
  void oneListIsAsItIsAndFilledAtRandom() throws IOException {
    for (double matching : new double[] {1, 0.5, 0}) {
      SearchSpace space = space(feature(matching));
      int[] list = space.list(0, DOCUMENTS);
      for (int n : new int[] {1, 20, DOCUMENTS, Integer.MAX_VALUE}) {
        int[] found = FirstStage.hybrid(space, n).documents();
        assertEquals(Math.min(n, DOCUMENTS), found.length);
        assertEquals(found.length, IntStream.of(found).distinct().count());
        int own = Math.min(found.length, list.length);
        assertArrayEquals(Arrays.copyOf(list, own), Arrays.copyOf(found, own));
        assertArrayEquals(found, FirstStage.hybrid(space, n).documents(), "the same again");
      }
    }
  }

  @Test
  void listsAreMergedByReciprocalRanksWhereNothingWasLearned() throws IOException {
    SearchSpace space = space(feature(0.8), feature(0.2), feature(0.5));
    double[] byRank = new double[DOCUMENTS];
    for (int f = 0; f < 3; f++) {
      int[] list = space.list(f, DOCUMENTS);
      for (int i = 0; i < list.length; i++) {
        byRank[list[i]] += 1.0 / (60 + i + 1);
      }
    }
    int[] expected = best(byRank);
    Estimates found = FirstStage.hybrid(space, DOCUMENTS);
    int merged = (int) Arrays.stream(byRank).filter(value -> value > 0).count();
    assertArrayEquals(Arrays.copyOf(expected, merged), Arrays.copyOf(found.documents(), merged));
    assertEquals(DOCUMENTS, found.documents().length);
    assertArrayEquals(
        Arrays.copyOf(expected, merged),
        Arrays.copyOf(FirstStage.expected(space, DOCUMENTS).documents(), merged));
  }

  private static int[] best(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer d) -> -(float) values[d])
                .thenComparing(SyntheticScores::id))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  @Test
  void listsAreMergedByWhatWasLearnedWhereSomethingWas() throws IOException {
    double[][] covariances = {
      {1, 0, 0, 0, 2}, {0, 1, 0, 0, -3}, {0, 0, 1, 0, 0.5}, {0, 0, 0, 1, 0}, {2, -3, 0.5, 0, 20},
    };
    AnchorSet plain = scores.anchorSet();
    AnchorSet anchors =
        plain.withLearned(
            new Learned(
                new FeatureStatistics(List.of("a", "b", "c"), covariances),
                null,
                RecallCalibration.NONE,
                RankingProfile.NONE));
    float[][] rows = IntStream.range(0, DOCUMENTS).mapToObj(scores::row).toArray(float[][]::new);
    List<String> ids = IntStream.range(0, DOCUMENTS).mapToObj(SyntheticScores::id).toList();
    float[][] features = {feature(1), feature(1), feature(0.5)};
    SearchSpace space =
        new InMemorySpace(
            InMemorySpace.Documents.of(anchors, rows, ids),
            List.of("a", "b", "c"),
            features,
            null,
            some -> new float[some.length]);
    int[] found = FirstStage.hybrid(space, DOCUMENTS).documents();
    double[] expected = new double[DOCUMENTS];
    for (int d = 0; d < DOCUMENTS; d++) {
      expected[d] = 2 * features[0][d] + (Float.isNaN(features[2][d]) ? 0 : 0.5 * features[2][d]);
    }
    for (int i = 1; i < DOCUMENTS; i++) { // a feature that ranks backwards is not believed
      assertTrue(expected[found[i - 1]] >= expected[found[i]] - 1e-3);
    }
  }
}
