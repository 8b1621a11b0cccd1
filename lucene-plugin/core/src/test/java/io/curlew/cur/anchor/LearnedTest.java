package io.curlew.cur.anchor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LearnedTest {

  private final Random random = Seeds.random();

  @Test
  void statisticsOfSomeFeaturesAreTheRowsAndColumnsOfThose() {
    double[][] values = new double[5][5];
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j <= i; j++) {
        values[i][j] = i == j ? 1 : random.nextGaussian();
        values[j][i] = values[i][j];
      }
    }
    FeatureStatistics all = new FeatureStatistics(List.of("a", "b", "c"), values);
    FeatureStatistics some = Objects.requireNonNull(all.of(List.of("c", "unknown", "a")));
    int[] places = {2, -1, 0, 3, 4};
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        boolean known = places[i] >= 0 && places[j] >= 0;
        double expected = known ? values[places[i]][places[j]] : 0;
        assertEquals(expected, some.covariances()[i][j]);
      }
    }
    assertEquals(List.of("c", "unknown", "a"), some.features());
    assertArrayEquals(values, Objects.requireNonNull(all.of(List.of("a", "b", "c"))).covariances());
    assertNull(all.of(List.of("unknown")));
    assertNull(new FeatureStatistics(List.of("a"), new double[3][3]).of(List.of("a")));
    assertNull(all.of(List.of()));
    double[][] without = all.withoutMean().covariances();
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        assertEquals(i == 3 || j == 3 ? 0 : values[i][j], without[i][j]);
      }
    }
  }

  @Test
  void statisticsHaveRules() {
    List<String> names = List.of("a");
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> new FeatureStatistics(names, new double[2][3]));
    assertEquals("covariances must be of 3 values, got: 2", e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> new FeatureStatistics(names, new double[3][2]));
    double[][] infinite = new double[3][3];
    infinite[1][2] = Double.NaN;
    e = assertThrows(IllegalArgumentException.class, () -> new FeatureStatistics(names, infinite));
    assertEquals("covariances must be finite, got: NaN", e.getMessage());
  }

  @Test
  void aLatentMapIsTheProductOfItsMatricesWithTheVectorAndOne() {
    for (int round = 0; round < 50; round++) {
      int vector = random.nextInt(1, 20);
      int rank = random.nextInt(1, 10);
      int dimension = random.nextInt(1, 30);
      LatentMap map =
          new LatentMap(
              LearnedSamples.matrix(vector + 1, rank, random),
              LearnedSamples.matrix(rank, dimension, random));
      assertEquals(vector, map.vectorDimension());
      float[] e = LearnedSamples.matrix(1, vector, random)[0];
      float[] weights = map.weights(e);
      assertEquals(dimension, weights.length);
      for (int a = 0; a < dimension; a++) {
        double sum = 0;
        for (int r = 0; r < rank; r++) {
          for (int i = 0; i <= vector; i++) {
            sum += (double) (i < vector ? e[i] : 1) * map.left()[i][r] * map.right()[r][a];
          }
        }
        assertEquals(sum, weights[a], 1e-4);
      }
      for (int wrong : new int[] {0, vector - 1, vector + 1}) {
        if (wrong != vector) {
          Exception refused =
              assertThrows(IllegalArgumentException.class, () -> map.weights(new float[wrong]));
          assertEquals(
              "query vector must have " + vector + " values, got: " + wrong, refused.getMessage());
        }
      }
    }
    assertThrows(
        IllegalArgumentException.class, () -> new LatentMap(new float[3][2], new float[3][5]));
    assertThrows(
        IllegalArgumentException.class, () -> new LatentMap(new float[1][2], new float[2][5]));
  }

  @Test
  void aProfileKnowsWhatItAdds() {
    assertTrue(RankingProfile.NONE.isNone());
    assertTrue(new RankingProfile(Map.of("a", 0.0)).isNone());
    RankingProfile profile = new RankingProfile(Map.of("b", -0.5, "a", 2.0));
    assertFalse(profile.isNone());
    assertEquals(-0.5, profile.weight("b"));
    assertEquals(0, profile.weight("c"));
    assertEquals("score +2.000 a -0.5000 b", profile.toString());
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new RankingProfile(Map.of("a", Double.POSITIVE_INFINITY)));
    assertEquals("weight of feature a must be finite, got: Infinity", e.getMessage());
  }

  @Test
  void aCalibrationGivesAProbabilityAndTheIdentityWhatItGets() {
    for (int i = 0; i < 200; i++) {
      double p = random.nextDouble();
      int k = random.nextInt(1, 1000);
      int calls = random.nextInt(1, 1000);
      assertEquals(p, RecallCalibration.IDENTITY.of(p, k, calls), 1e-4);
      RecallCalibration some = LearnedSamples.draw(1, random).calibration();
      double of = some.of(random.nextBoolean() ? p : Math.rint(p), k, calls);
      assertTrue(of >= 0 && of <= 1, "" + of);
    }
  }

  /**
   * Without learning, expectations are taken with care, most where little is known; none is below
   * 1e-5.
   */
  @Test
  void withoutLearningLessIsFoundThanExpected() {
    for (int i = 0; i < 500; i++) {
      double p = random.nextDouble();
      int k = random.nextInt(1, 1000);
      int calls = (int) Math.pow(10, random.nextDouble(4.5));
      double of = RecallCalibration.NONE.of(p, k, calls);
      assertTrue(
          of <= Math.max(p, 1e-5) + 1e-12,
          of + " where " + p + " is expected of " + calls + " calls");
      int fewer = random.nextInt(1, 1000);
      int more = random.nextInt(fewer, 1000);
      assertTrue(
          RecallCalibration.NONE.of(p, k, fewer) <= RecallCalibration.NONE.of(p, k, more),
          fewer + " calls and " + more);
    }
    assertTrue(RecallCalibration.NONE.of(0.9, 10, 20) < 0.8);
  }

  @Test
  void aCalibrationHasAWeightForEveryInput() {
    int inputs = RecallCalibration.inputs(0.5, 10, 100).length;
    for (int wrong : new int[] {0, 1, inputs - 1, inputs + 1}) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> new RecallCalibration(Collections.nCopies(wrong, 1.0)));
      assertEquals("calibration must have " + inputs + " weights, got: " + wrong, e.getMessage());
    }
    for (double p : new double[] {0, 1}) {
      for (double input : RecallCalibration.inputs(p, Integer.MAX_VALUE, 1)) {
        assertTrue(Double.isFinite(input));
      }
    }
  }

  @Test
  void whatWasLearnedHasNoEffectOnTheFingerprintAndGoesWithTheQueryModel() {
    float[][] rows = LearnedSamples.matrix(9, 3, random);
    AnchorSet anchors = AnchorSet.of(List.of("a", "b", "c"), "model", rows);
    Learned learned = LearnedSamples.draw(3, random);
    AnchorSet with = anchors.withLearned(learned);
    assertEquals(anchors.fingerprint(), with.fingerprint());
    assertEquals(learned, with.learned());
    assertEquals(learned, with.withQueryModel("model").learned());
    assertEquals(Learned.NONE, with.withQueryModel("expensive").learned());
    RankingProfile other = new RankingProfile(Map.of("a", -1.0));
    assertEquals(other, learned.withProfile(other).profile());
    assertEquals(learned.latent(), learned.withProfile(other).latent());
  }
}
