package io.curlew.data.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedTestTest {

  /** Of five equal differences, two of the 32 sign patterns are as large: p is 1/16. */
  @Test
  void agreesWithCounting() {
    PairedTest test = PairedTest.of(Collections.nCopies(5, 1.0), Collections.nCopies(5, 0.5), 3);
    assertEquals(0.5, test.difference());
    assertEquals(1.0 / 16, test.p(), 0.01);
    assertEquals(0.5, test.low());
    assertEquals(0.5, test.high());
  }

  @Test
  void agreesWithCountingAllSigns() {
    List<Double> values = List.of(0.3, 0.9, 0.4, 0.8, 0.7, 0.95, 0.1, 0.6);
    List<Double> others = List.of(0.1, 0.5, 0.6, 0.75, 0.3, 0.6, 0.2, 0.4);
    double sum = 0;
    for (int i = 0; i < 8; i++) {
      sum += values.get(i) - others.get(i);
    }
    int asLarge = 0;
    for (int signs = 0; signs < 256; signs++) {
      double permuted = 0;
      for (int i = 0; i < 8; i++) {
        double difference = values.get(i) - others.get(i);
        permuted += (signs >> i & 1) == 0 ? difference : -difference;
      }
      asLarge += Math.abs(permuted) > Math.abs(sum) - 1e-9 ? 1 : 0;
    }
    assertEquals(asLarge / 256.0, PairedTest.of(values, others, 5).p(), 0.015);
  }

  /** Without a difference, p is uniform: a tenth of the tests is below 0.1. */
  @Test
  void isRightAboutNothing() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int below = 0;
    for (int trial = 0; trial < 200; trial++) {
      List<Double> values = new ArrayList<>();
      List<Double> others = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        double query = random.nextGaussian();
        values.add(query + 0.3 * random.nextGaussian());
        others.add(query + 0.3 * random.nextGaussian());
      }
      below += PairedTest.of(values, others, trial).p() < 0.1 ? 1 : 0;
    }
    assertTrue(below > 4 && below < 42, below + " of 200, seed " + seed);
  }
}
