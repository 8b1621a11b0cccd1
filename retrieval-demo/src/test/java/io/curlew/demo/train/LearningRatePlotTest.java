package io.curlew.demo.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRatePlotTest {
  private static LearningRatePlot.Point point(double batch, double rate, double low, double high) {
    return new LearningRatePlot.Point(batch, new StepSearch(rate, low, high));
  }

  /** With a band that has no upper end at the largest batch. */
  private static LearningRatePlot.Curve curve(
      String name, double[] batches, double[] rates, List<LearningRatePlot.Point> points) {
    double[] low = Arrays.stream(rates).map(rate -> rate / 2).toArray();
    double[] high = Arrays.stream(rates).map(rate -> rate * 2).toArray();
    high[high.length - 1] = Double.POSITIVE_INFINITY;
    return new LearningRatePlot.Curve(name, batches, rates, low, high, points);
  }

  /** As measured; errors are wider than the rate itself, and one begins at 0. */
  @Test
  void drawsUnevenErrorsOnLogarithmicAxes() throws Exception {
    double[] batches = {2, 8, 32};
    LearningRatePlot.Curve zero =
        curve(
            "epsilon 0.0",
            batches,
            new double[] {1.87e-3, 3.74e-3, 7.49e-3},
            List.of(
                point(2, 4.49e-4, 1.17e-4, 2.63e-3),
                point(8, 6.08e-3, 5.63e-3, 6.44e-3),
                point(32, 6.26e-3, 6.02e-3, 6.56e-3)));
    LearningRatePlot.Curve large =
        curve(
            "epsilon 0.003",
            batches,
            new double[] {3.61e-3, 1.14e-2, 4.22e-2},
            List.of(
                point(2, 4.41e-7, 4.41e-7, 1.25e-3),
                point(8, 1.67e-2, 0, 1.80e-2),
                point(32, 1.79e-2, 1.76e-2, 1.87e-2)));
    LearningRatePlot.Curve known =
        curve(
            "epsilon 0.0",
            new double[] {2, 32, 512},
            new double[] {6.70e-3, 2.67e-2, 1.03e-1},
            List.of(
                point(2, 2.35e-1, 2.31e-1, 2.39e-1),
                point(32, 3.13e-1, 3.13e-1, 3.14e-1),
                point(512, 2.30e-1, 2.29e-1, 2.31e-1)));
    LearningRatePlot.Curve knownLarge =
        curve(
            "epsilon 1.0",
            new double[] {2, 32, 512},
            new double[] {2.24e-1, 4.62e-1, 5.15e-1},
            List.of(
                point(2, 3.30e-1, 3.29e-1, 3.32e-1),
                point(32, 4.33e-1, 4.31e-1, 4.34e-1),
                point(512, 4.22e-1, 4.22e-1, 4.22e-1)));
    Path file = Path.of("target", "learning-rate.png");
    Files.deleteIfExists(file);
    LearningRatePlot.write(
        List.of(
            new LearningRatePlot.Panel(
                "quadratic with known constants, one step", List.of(known, knownLarge)),
            new LearningRatePlot.Panel("cross-encoder, one step", List.of(zero, large))),
        file);
    assertTrue(Files.size(file) > 10_000);
  }
}
