package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.Seeds;
import java.util.Arrays;
import java.util.Random;
import org.apache.lucene.util.FixedBitSet;
import org.junit.jupiter.api.Test;

class HighestScoresTest {

  private final Random random = Seeds.random();

  @Test
  void holdsTheHighestAndNothingLowerThanWhatItLeavesOut() {
    for (int round = 0; round < 300; round++) {
      float[] scores = scores(random.nextInt(500), round % 3 > 0);
      int n = random.nextInt(1, 600);
      FixedBitSet highest = HighestScores.of(scores, n);
      float lowestIn = Float.POSITIVE_INFINITY;
      float highestOut = Float.NEGATIVE_INFINITY;
      int numbers = 0;
      for (int i = 0; i < scores.length; i++) {
        if (Float.isNaN(scores[i])) {
          assertTrue(!highest.get(i));
        } else {
          numbers++;
          lowestIn = highest.get(i) ? Math.min(lowestIn, scores[i]) : lowestIn;
          highestOut = highest.get(i) ? highestOut : Math.max(highestOut, scores[i]);
        }
      }
      assertTrue(highest.cardinality() >= Math.min(n, numbers));
      boolean both = highest.cardinality() > 0 && highest.cardinality() < numbers;
      assertTrue(!both || lowestIn > highestOut, "in order of the scores");
    }
  }

  @Test
  void isAboutAsManyAsAskedForInWhateverOrder() {
    float[] scores = scores(100_000, false);
    FixedBitSet highest = HighestScores.of(scores, 5000);
    assertEquals(5000, highest.cardinality(), 100);
    float[] turned = new float[scores.length];
    for (int i = 0; i < scores.length; i++) {
      turned[scores.length - 1 - i] = scores[i];
    }
    FixedBitSet again = HighestScores.of(turned, 5000);
    for (int i = 0; i < scores.length; i++) {
      assertEquals(highest.get(i), again.get(scores.length - 1 - i));
    }
  }

  @Test
  void equalScoresStayTogether() {
    float[] scores = new float[50];
    Arrays.fill(scores, 3);
    assertEquals(50, HighestScores.of(scores, 7).cardinality());
    scores[20] = Float.POSITIVE_INFINITY;
    assertTrue(HighestScores.of(scores, 1).get(20));
  }

  /** Gaussian; some are NaN, infinite or equal where asked for. */
  private float[] scores(int length, boolean special) {
    float[] values = {Float.NaN, -0f, 0f, Float.MAX_VALUE, -1e30f, Float.NEGATIVE_INFINITY};
    float[] scores = new float[length];
    for (int i = 0; i < length; i++) {
      boolean one = special && random.nextInt(4) == 0;
      scores[i] = one ? values[random.nextInt(6)] : (float) random.nextGaussian();
    }
    return scores;
  }
}
