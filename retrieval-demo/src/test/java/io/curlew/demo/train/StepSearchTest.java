package io.curlew.demo.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StepSearchTest {
  private static final int REPEATS = 20;

  private long seed;
  private final double[] down = new double[REPEATS];
  private final double[] byExamples = new double[REPEATS];
  private final double[] curvature = new double[REPEATS];

  @BeforeEach
  void draw() {
    seed = Long.getLong("test.seed", System.nanoTime());
    System.out.println("StepSearchTest: -Dtest.seed=" + seed);
    Random random = new Random(seed);
    for (int r = 0; r < REPEATS; r++) {
      down[r] = 1 + 0.5 * random.nextGaussian();
      byExamples[r] = 0.5 * random.nextGaussian();
      curvature[r] = 100 * (0.5 + random.nextDouble());
    }
  }

  private static double sum(double[] values) {
    return Arrays.stream(values).sum();
  }

  /** Wherever it begins; the parabola through three points is the loss itself. */
  @Test
  void findsTheMinimumOfQuadratics() {
    StepSearch.Step step =
        (rate, repeat) -> -rate * down[repeat] + rate * rate / 2 * curvature[repeat];
    double expected = sum(down) / sum(curvature);
    for (double around : new double[] {expected / 50, expected, expected * 50}) {
      StepSearch found = StepSearch.run(step, around, REPEATS, seed);
      assertEquals(expected, found.rate(), 1e-9 * expected);
      assertTrue(found.low() <= expected && expected <= found.high());
    }
  }

  /**
   * Each batch with each other repeat's examples, whose share in the noise is in the interval too.
   */
  @Test
  void slopesOfAllPairsCount() {
    double[][] slopes = new double[REPEATS][REPEATS];
    for (int b = 0; b < REPEATS; b++) {
      for (int e = 0; e < REPEATS; e++) {
        slopes[b][e] = b == e ? Double.NaN : -(1 + byExamples[e]);
      }
    }
    StepSearch.Step step = beyond(slopes);
    double expected = (1 + sum(byExamples) / REPEATS) / 100;
    StepSearch found = StepSearch.run(step, 0.01, REPEATS, seed);
    assertEquals(expected, found.rate(), 1e-9);
    assertTrue(found.high() / found.low() > 1.1, found.toString());
  }

  /** The curvature is known, so that the noise of the slopes is all there is. */
  @Test
  void anIntervalGoesBeyondTheRatesThatWereTried() {
    double[][] slopes = new double[REPEATS][REPEATS];
    for (double[] ofBatch : slopes) {
      Arrays.setAll(ofBatch, e -> -(1 + 20 * byExamples[e] - 20 * sum(byExamples) / REPEATS));
    }
    StepSearch found = StepSearch.run(beyond(slopes), 0.01, REPEATS, seed);
    assertEquals(0.01, found.rate(), 1e-9);
    double deviation = 20 * 0.01 * deviation(byExamples) / Math.sqrt(REPEATS);
    assertEquals(Math.max(0, 0.01 - 1.96 * deviation), found.low(), 0.4 * deviation);
    assertEquals(0.01 + 1.96 * deviation, found.high(), 0.4 * deviation);
  }

  @Test
  void aStepThatGoesUpAtOnceHasNoRate() {
    double[][] slopes = new double[REPEATS][REPEATS];
    for (double[] ofBatch : slopes) {
      Arrays.fill(ofBatch, 1);
    }
    StepSearch found = StepSearch.run(beyond(slopes), 0.01, REPEATS, seed);
    assertEquals(new StepSearch(0, 0, 0), found);
  }

  private static double deviation(double[] values) {
    double mean = sum(values) / values.length;
    return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length);
  }

  /** Slopes, and a curvature of 100 for all. */
  private static StepSearch.Step beyond(double[][] slopes) {
    return new StepSearch.Step() {
      @Override
      public double change(double rate, int repeat) {
        return rate * rate / 2 * 100;
      }

      @Override
      public double[][] slopes() {
        return slopes;
      }
    };
  }
}
