package io.curlew.attention.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WeightedDrawsTest {
  private static final int ALL = 50;
  private static final int COUNT = 7;

  private Random random;

  @BeforeEach
  void seed() {
    long seed = Long.getLong("test.seed", System.nanoTime());
    System.out.println("WeightedDrawsTest: -Dtest.seed=" + seed);
    random = new Random(seed);
  }

  /** Starts that are even over [0, 1), so that the mean over them is the expectation. */
  private static final class Starts implements RandomGenerator {
    private int number;

    @Override
    public long nextLong() {
      throw new UnsupportedOperationException("only doubles are drawn");
    }

    @Override
    public double nextDouble() {
      return (number++ + 0.5) / 10_000;
    }
  }

  @Test
  void sumsAreMeansOverAllInExpectation() {
    double[] values = random.doubles(ALL).toArray();
    double[] sizes = Arrays.stream(values).map(v -> Math.exp(8 * v)).toArray();
    double sum = 0;
    Starts starts = new Starts();
    for (int start = 0; start < 10_000; start++) {
      WeightedDraws draws = WeightedDraws.of(sizes, COUNT, starts);
      for (int k = 0; k < COUNT; k++) {
        sum += draws.weights()[k] * values[draws.numbers()[k]] / 10_000;
        assertTrue(draws.weights()[k] <= 2.0 / COUNT + 1e-12);
        assertTrue(k == 0 || draws.numbers()[k] >= draws.numbers()[k - 1]);
      }
    }
    // Of 10,000 starts each of the 50 has its share to within 2, with weights of at most 2 / 7.
    assertEquals(Arrays.stream(values).average().orElseThrow(), sum, 0.004);
  }

  /** One in 50 is large: many an even draw of 20 has none of them. */
  @Test
  void largeOnesHaveLessNoise() {
    double[] sizes = new double[1000];
    Arrays.setAll(sizes, i -> random.nextDouble() + (random.nextInt(50) == 0 ? 100 : 0));
    double mean = Arrays.stream(sizes).average().orElseThrow();
    double squares = 0;
    for (int draw = 0; draw < 200; draw++) {
      WeightedDraws draws = WeightedDraws.of(sizes, 20, random);
      double sum = 0;
      for (int k = 0; k < 20; k++) {
        sum += draws.weights()[k] * sizes[draws.numbers()[k]];
      }
      squares += (sum / mean - 1) * (sum / mean - 1) / 200;
    }
    double even = 7 / Math.sqrt(20); // relative deviation of one even draw, of 20
    assertTrue(Math.sqrt(squares) < even / 4, Math.sqrt(squares) + " of an even draw's " + even);
  }

  @Test
  void withoutSizesDrawsAreEven() {
    WeightedDraws draws = WeightedDraws.of(new double[10], 5, new SplittableRandom(1));
    for (int k = 0; k < 5; k++) {
      assertEquals(k, draws.numbers()[k] / 2);
      assertEquals(1.0 / 5, draws.weights()[k], 1e-12);
    }
  }
}
