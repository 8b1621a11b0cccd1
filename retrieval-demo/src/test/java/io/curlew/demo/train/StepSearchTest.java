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

  /** Each batch with each repeat's examples, whose share in the noise is in the interval too. */
  @Test
  void slopesOfAllPairsCount() {
    double[][] slopes = new double[REPEATS][REPEATS];
    for (int b = 0; b < REPEATS; b++) {
      for (int e = 0; e < REPEATS; e++) {
        slopes[b][e] = -(1 + byExamples[e]);
      }
    }
    StepSearch.Step step =
        new StepSearch.Step() {
          @Override
          public double change(double rate, int repeat) {
            return rate * rate / 2 * 100;
          }

          @Override
          public double[][] slopes() {
            return slopes;
          }
        };
    double expected = (1 + sum(byExamples) / REPEATS) / 100;
    StepSearch found = StepSearch.run(step, 0.01, REPEATS, seed);
    assertEquals(expected, found.rate(), 1e-9);
    assertTrue(found.high() / found.low() > 1.1, found.toString());
  }
}
