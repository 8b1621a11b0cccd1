package io.curlew.cur.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecallEstimateTest {

  private final Random random = Seeds.random();

  @Test
  void tailsAndSumsAreThoseOfTheTables() {
    assertEquals(0.5, RecallEstimate.upperTail(0), 1e-7);
    assertEquals(0.158655254, RecallEstimate.upperTail(1), 1e-7);
    assertEquals(0.022750132, RecallEstimate.upperTail(2), 1e-7);
    assertEquals(0.977249868, RecallEstimate.upperTail(-2), 1e-7);
    assertEquals(0, RecallEstimate.upperTail(9));
    assertEquals(Math.exp(-2), RecallEstimate.poissonAtMost(0, 2), 1e-12);
    assertEquals(Math.exp(-2) * 5, RecallEstimate.poissonAtMost(2, 2), 1e-12);
    assertEquals(1, RecallEstimate.poissonAtMost(3, 0));
    assertEquals(0, RecallEstimate.poissonAtMost(100, 1000));
  }

  /** Where scores are drawn as the estimate takes them to be, it is right on average. */
  @Test
  void theExpectedRecallIsTheMeanOfTheRecallFound() {
    int k = 10;
    float[] best = new float[k];
    for (int i = 0; i < k; i++) {
      best[i] = 3 - 0.2f * i;
    }
    int unseen = 200;
    double[] means = new double[unseen];
    double[] deviations = new double[unseen];
    for (int d = 0; d < unseen; d++) {
      means[d] = random.nextGaussian() * 0.5;
      deviations[d] = 0.2 + 0.4 * random.nextDouble();
    }
    double expected = RecallEstimate.of(best, k, means, deviations);
    double found = 0;
    int draws = 4000;
    for (int draw = 0; draw < draws; draw++) {
      double[] all = new double[k + unseen];
      for (int i = 0; i < k; i++) {
        all[i] = best[i];
      }
      for (int d = 0; d < unseen; d++) {
        all[k + d] = means[d] + deviations[d] * random.nextGaussian();
      }
      double[] sorted = all.clone();
      Arrays.sort(sorted);
      double threshold = sorted[sorted.length - k];
      for (int i = 0; i < k; i++) {
        found += all[i] >= threshold ? 1.0 / (k * draws) : 0;
      }
    }
    assertEquals(found, expected, 0.02);
  }

  @Test
  void calibrationKeepsTheOrderAndStaysAProbability() {
    for (int k : new int[] {1, 10, 100}) {
      double last = 0;
      for (double p = 0; p <= 1; p += 0.01) {
        double calibrated = RecallEstimate.calibrated(p, k, 200);
        assertTrue(calibrated >= last && calibrated <= 1, p + " at " + k);
        last = calibrated;
      }
    }
  }
}
