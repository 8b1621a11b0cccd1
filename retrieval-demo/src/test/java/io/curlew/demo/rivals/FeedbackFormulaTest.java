package io.curlew.demo.rivals;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FeedbackFormulaTest {

  private static final float[] QUERY = {1, 0, 0};
  private static final float[][] SCORED = {
    {0.5f, 1, 0}, {0.5f, -1, 0}, {0.5f, 0, 0}, {0.5f, 0, -1}, {0.5f, 0, 1}
  };

  private static float product(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void whatIsNearerToThePositiveRanksHigher() {
    float[] scores = {9, 1, 5, 3, 7};
    float[] likePositive = {0.5f, 0.8f, 0};
    float[] likeNegative = {0.5f, -0.8f, 0};
    assertEquals(product(QUERY, likePositive), product(QUERY, likeNegative));
    for (FeedbackFormula formula :
        new FeedbackFormula[] {FeedbackFormula.UNTRAINED, new FeedbackFormula(0.5, 0.1, 2)}) {
      float[] target = formula.target(QUERY, SCORED, scores);
      assertTrue(product(target, likePositive) > product(target, likeNegative));
    }
  }

  @Test
  void bestAndWorstArePairedInward() {
    float[] scores = {9, 1, 5, 3, 7}; // 0 with 1 by 8, 4 with 3 by 4
    float[] target = new FeedbackFormula(1, 0.5, 2).target(QUERY, SCORED, scores);
    assertArrayEquals(new float[] {1, 0.5f * 4 * 2, 0.5f * 2 * 2}, target, 1e-6f);
    assertArrayEquals(
        new float[] {1, 1, 1}, new FeedbackFormula(0, 0.5, 2).target(QUERY, SCORED, scores), 1e-6f);
    assertEquals(6, FeedbackFormula.meanConfidence(scores), 1e-9);
  }

  @Test
  void withoutDifferencesTheQueryStays() {
    float[] same = {4, 4, 4, 4, 4};
    assertArrayEquals(QUERY, FeedbackFormula.UNTRAINED.target(QUERY, SCORED, same));
    assertArrayEquals(
        QUERY, FeedbackFormula.UNTRAINED.target(QUERY, new float[][] {SCORED[0]}, new float[] {1}));
    assertArrayEquals(QUERY, FeedbackFormula.UNTRAINED.target(QUERY, new float[0][], new float[0]));
  }

  @Test
  void withoutTrainingNeitherOffsetNorUnitOfTheScoresMatters() {
    float[] scores = {9, 1, 5, 3, 7};
    float[] moved = {290, 210, 250, 230, 270};
    assertArrayEquals(
        FeedbackFormula.UNTRAINED.target(QUERY, SCORED, scores),
        FeedbackFormula.UNTRAINED.target(QUERY, SCORED, moved),
        1e-6f);
  }
}
