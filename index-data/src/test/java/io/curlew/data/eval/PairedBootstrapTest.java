package io.curlew.data.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {

  @Test
  void theIntervalHoldsTheRatioAndNarrowsWithQueries() {
    Random random = new Random(4);
    double width = Double.POSITIVE_INFINITY;
    for (int n : new int[] {20, 200, 2000}) {
      List<Double> others =
          DoubleStream.generate(() -> random.nextInt(11) / 10.0).limit(n).boxed().toList();
      List<Double> recalls = others.stream().map(recall -> 1 - 0.5 * (1 - recall)).toList();
      PairedBootstrap exact = PairedBootstrap.ofMisses(recalls, others, 1);
      assertEquals(0.5, exact.value(), 1e-9);
      assertEquals(0.5, exact.low(), 1e-9);
      List<Double> unpaired = new java.util.ArrayList<>(recalls);
      Collections.shuffle(unpaired, random);
      PairedBootstrap misses = PairedBootstrap.ofMisses(unpaired, others, 1);
      assertTrue(misses.low() <= misses.value() && misses.value() <= misses.high());
      assertTrue(misses.high() - misses.low() < width, misses.toString());
      width = misses.high() - misses.low();
    }
  }

  @Test
  void nothingMissedByBothIsADraw() {
    assertEquals(
        new PairedBootstrap(1, 1, 1),
        PairedBootstrap.ofMisses(List.of(1.0, 1.0), List.of(1.0, 1.0), 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> PairedBootstrap.ofMisses(List.of(1.0), List.of(1.0, 1.0), 1));
  }
}
