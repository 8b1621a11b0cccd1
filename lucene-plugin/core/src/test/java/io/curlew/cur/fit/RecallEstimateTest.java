package io.curlew.cur.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.RecallCalibration;
import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
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
    for (int k : new int[] {1, 10, 30}) {
      double[] known = new double[10 + random.nextInt(30)];
      for (int i = 0; i < known.length; i++) {
        known[i] = 2.5 - 3.0 * i / known.length + 0.1 * random.nextGaussian();
      }
      int unseen = 200;
      double[] means =
          random.doubles(unseen).map(x -> 0.5 * random.nextGaussian()).sorted().toArray();
      reverse(means);
      double[] deviations = random.doubles(unseen, 0.2, 0.6).toArray();
      Outlook outlook =
          new Outlook(means, deviations, unseen, 0, 0.4, silent(), new int[0], unseen + 1);
      double expected = RecallEstimate.of(known, k, outlook);
      double found = 0;
      int draws = 20_000;
      for (int draw = 0; draw < draws; draw++) {
        double[] scores = new double[unseen];
        for (int d = 0; d < unseen; d++) {
          scores[d] = means[d] + deviations[d] * random.nextGaussian();
        }
        found += recall(known, means, scores, k) / draws;
      }
      assertEquals(found, expected, 0.02, "at " + k);
    }
  }

  /** Of a ranking by exact scores where they are known, else by estimates. */
  private static double recall(double[] known, double[] means, double[] scores, int k) {
    double[] all = DoubleStream.concat(Arrays.stream(known), Arrays.stream(scores)).toArray();
    double[] ranking = DoubleStream.concat(Arrays.stream(known), Arrays.stream(means)).toArray();
    double[] sorted = all.clone();
    Arrays.sort(sorted);
    return IntStream.range(0, all.length)
            .boxed()
            .sorted(Comparator.comparingDouble(d -> -ranking[d]))
            .limit(k)
            .filter(d -> all[d] >= sorted[sorted.length - k])
            .count()
        / (double) k;
  }

  private static void reverse(double[] values) {
    for (int i = 0; i < values.length / 2; i++) {
      double value = values[i];
      values[i] = values[values.length - 1 - i];
      values[values.length - 1 - i] = value;
    }
  }

  /** A list whose documents were all scored, none of them better than thought. */
  private static Surprises silent() {
    int[] ranks = IntStream.rangeClosed(1, 1000).toArray();
    double[] scores = new double[ranks.length];
    Arrays.fill(scores, -100);
    return new Surprises(ranks, scores, new double[ranks.length], 1);
  }

  @Test
  void calibrationKeepsTheOrderAndStaysAProbability() {
    for (RecallCalibration calibration :
        List.of(RecallCalibration.NONE, RecallCalibration.IDENTITY)) {
      for (int k : new int[] {1, 10, 100}) {
        double last = 0;
        for (double p = 0; p <= 1; p += 0.01) {
          double calibrated = calibration.of(p, k, 200);
          assertTrue(calibrated >= last && calibrated <= 1, p + " at " + k);
          last = calibrated;
        }
      }
    }
  }
}
