package io.curlew.cur.anchor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnchorSelectionTest {

  private final Random random = Seeds.random();

  /** Queries that come in pairs of near twins, so that half of them add next to nothing. */
  private float[][] twins(int pairs, int documents) {
    float[][] scores = new float[2 * pairs][documents];
    for (int q = 0; q < scores.length; q++) {
      for (int d = 0; d < documents; d++) {
        scores[q][d] =
            q < pairs
                ? (float) (0.5 + 0.1 * random.nextGaussian())
                : scores[q - pairs][d] + (float) (1e-4 * random.nextGaussian());
      }
    }
    return scores;
  }

  @ParameterizedTest
  @EnumSource
  void choosesAsManyDistinctCandidatesAsWanted(AnchorSelection selection) {
    long seed = random.nextLong();
    for (int documents : new int[] {1, 7, 100}) {
      float[][] scores = twins(10, documents);
      float[][] before = Arrays.stream(scores).map(float[]::clone).toArray(float[][]::new);
      for (int count : new int[] {1, 12, 20}) {
        int[] chosen = selection.select(scores, count, seed);
        assertEquals(count, chosen.length);
        assertEquals(count, IntStream.of(chosen).distinct().count());
        assertTrue(IntStream.of(chosen).allMatch(q -> q >= 0 && q < 20));
        assertArrayEquals(chosen, selection.select(scores, count, seed));
      }
      assertArrayEquals(before, scores);
    }
    assertEquals(5, selection.select(new float[9][30], 5, seed).length);
  }

  @ParameterizedTest
  @EnumSource(names = {"SKELETON", "KMEANS", "DEIM", "GREEDY", "ADAPTIVE"})
  void doesNotTakeTwins(AnchorSelection selection) {
    int pairs = 10;
    int[] chosen = selection.select(twins(pairs, 200), pairs, random.nextLong());
    long different = IntStream.of(chosen).map(q -> q % pairs).distinct().count();
    // k-means++ seeds may hit a pair twice before all pairs are covered.
    assertTrue(different >= (selection == AnchorSelection.KMEANS ? 8 : pairs), "" + different);
  }

  @Test
  void uniformNeedsNoScores() {
    int[] chosen = AnchorSelection.UNIFORM.select(new float[5][0], 3, 1);
    assertArrayEquals(new int[] {0, 1, 2}, chosen);
  }

  @Test
  void namesAndCountsHaveRules() {
    for (AnchorSelection selection : AnchorSelection.values()) {
      assertEquals(selection, AnchorSelection.named(selection.label()));
    }
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> AnchorSelection.named("popular"));
    assertEquals(
        "anchor selection must be one of [uniform, skeleton, kmeans, leverage, deim, greedy,"
            + " adaptive, norm], got: popular",
        e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> AnchorSelection.SKELETON.select(new float[3][4], 4, 1));
    assertEquals("count must be between 1 and the candidates, 3, got: 4", e.getMessage());
  }
}
