package io.curlew.attention.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.training.tracker.Tracker;
import io.curlew.attention.training.GradientSample.Steps;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LearningRateCurveTest {
  private static final int[] BATCHES = {2, 8, 32};
  private static final int GROUPS = 16;

  private long seed;

  @BeforeEach
  void seed() {
    seed = Long.getLong("test.seed", System.nanoTime());
    System.out.println("LearningRateCurveTest: -Dtest.seed=" + seed);
  }

  /**
   * A loss with gradient g, Hessian {@code 1 + w w'}, noise that is partly along w, and the
   * gradient {@code cubed v^3} more at a step of -v: of a quartic, if cubed is above 0.
   */
  private record Loss(double[] g, double s, double[] w, double shared, double cubed, long seed)
      implements Gradients {
    @Override
    public int examples() {
      return GROUPS * 64;
    }

    @Override
    public float[] of(int example) {
      SplittableRandom random = new SplittableRandom(seed + example);
      double along = shared * random.nextGaussian();
      float[] one = new float[g.length];
      for (int i = 0; i < one.length; i++) {
        one[i] = (float) (g[i] + s * random.nextGaussian() + along * w[i]);
      }
      return one;
    }

    @Override
    public float[] after(double[] step, int from, int to) {
      double[] mean = new double[g.length];
      for (int e = from; e < to; e++) {
        float[] one = of(e);
        for (int i = 0; i < mean.length; i++) {
          mean[i] += one[i] / (double) (to - from);
        }
      }
      double along = dot(w, step);
      float[] after = new float[g.length];
      for (int i = 0; i < after.length; i++) {
        double v = step[i];
        after[i] = (float) (mean[i] - v - along * w[i] - cubed * v * v * v);
      }
      return after;
    }

    /** E[u] g / E[u' H u] by simulation. */
    double best(AdamStep rule, int batch) {
      double down = 0;
      double curved = 0;
      for (int draw = 0; draw < 2000; draw++) {
        double[] mean = new double[g.length];
        for (int k = 0; k < batch; k++) {
          float[] one = of(-1 - draw * batch - k);
          for (int i = 0; i < mean.length; i++) {
            mean[i] += one[i] / (double) batch;
          }
        }
        double[] u = rule.direction(mean, batch);
        double along = dot(w, u);
        down += dot(u, g);
        curved += dot(u, u) + along * along;
      }
      return down / curved;
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private Loss loss(double shared, double cubed) {
    Random random = new Random(seed);
    double[] g = new double[200];
    double[] w = new double[200];
    for (int i = 0; i < g.length; i++) {
      g[i] = random.nextInt(5) == 0 ? random.nextGaussian() : 0.02 * random.nextGaussian();
      w[i] = 0.2 * random.nextGaussian();
    }
    return new Loss(g, 2, w, shared, cubed, seed);
  }

  private static List<LearningRateCurve> curves(Gradients loss, List<AdamStep> rules, long seed) {
    return new LearningRateProbe(loss, BATCHES, GROUPS, 1e-4, seed).curves(rules, () -> {});
  }

  /** MATH: at epsilon 0 {@code E[u_i] = erf(g_i sqrt(B / 2) / s_i)}, for normal noise. */
  @Test
  void signsGoDownByTheErrorFunction() {
    Loss loss = loss(0, 0);
    float[][] gradients = new float[2000][];
    Arrays.setAll(gradients, loss::of);
    GradientSample sample = new GradientSample(gradients);
    for (int batch : BATCHES) {
      double down = 0;
      for (double g : loss.g()) {
        down += Math.abs(g) * GradientSample.erf(Math.abs(g) * Math.sqrt(batch / 2.0) / 2);
      }
      Steps steps = sample.steps(AdamStep.fromRest(0), batch, new Random(seed));
      assertEquals(down, steps.down(), 0.15 * down, "down, batch " + batch);
      // Floats of a batch may add up to exactly 0, whose sign is 0: one in some ten million.
      assertEquals(200, steps.squaredLength(), 0.01);
      assertEquals(200, dot(steps.drawn(), steps.drawn()), 1);
    }
  }

  /** Spread gradients, and noise that lies along the steep direction. */
  @Test
  void findsTheBestStepOnQuadratics() {
    for (double shared : new double[] {0, 3}) {
      Loss loss = loss(shared, 0);
      List<AdamStep> rules =
          List.of(
              AdamStep.fromRest(0),
              AdamStep.fromRest(0.5),
              LearningRateProbe.settled(new Loss(loss.g, 2, loss.w, shared, 0, ~seed), List.of(0.1))
                  .get(0));
      List<LearningRateCurve> curves = curves(loss, rules, seed);
      for (int r = 0; r < rules.size(); r++) {
        for (int batch : BATCHES) {
          double ratio = curves.get(r).rate(batch) / loss.best(rules.get(r), batch);
          assertTrue(
              ratio < 1.6 && ratio > 1 / 1.6,
              "shared " + shared + ", rule " + r + ", batch " + batch + ": over best " + ratio);
          assertTrue(curves.get(r).low(batch) <= curves.get(r).rate(batch));
          assertTrue(curves.get(r).high(batch) >= curves.get(r).rate(batch));
        }
      }
    }
  }

  @Test
  void saysWhereNotToTrustIt() {
    LearningRateCurve plain = curves(loss(0, 0), List.of(AdamStep.fromRest(0)), seed).get(0);
    assertEquals(List.of(), plain.doubts(8));
    assertTrue(plain.doubts(100).get(0).contains("2 to 32"), plain.doubts(100).toString());
    LearningRateCurve bent = curves(loss(0, 1e5), List.of(AdamStep.fromRest(0)), seed).get(0);
    assertTrue(bent.doubts(8).toString().contains("not quadratic"), bent.doubts(8).toString());
    assertTrue(bent.high(8) > 2 * bent.rate(8), "the band reaches to the rate at the point");
  }

  /** By chance one may look like a gradient, in three of a hundred. */
  @Test
  void noiseAloneIsSaidToBeNoise() {
    int doubted = 0;
    for (int draw = 0; draw < 5; draw++) {
      Loss noise = new Loss(new double[50], 1, new double[50], 0, 0, seed + 5000 * draw);
      LearningRateCurve curve = curves(noise, List.of(AdamStep.fromRest(0)), seed).get(0);
      doubted += Arrays.stream(BATCHES).allMatch(b -> curve.doubts(b).isEmpty()) ? 0 : 1;
      for (int batch : BATCHES) {
        if (Double.isNaN(curve.rate(batch))) {
          assertEquals(0, curve.low(batch), 0);
          assertFalse(curve.doubts(batch).isEmpty());
          assertThrows(
              IllegalStateException.class, () -> curve.tracker(step -> batch).getNewValue(0));
        }
      }
    }
    assertTrue(doubted >= 3, "doubted: " + doubted);
  }

  @Test
  void withoutAnyGradientThereIsNoRate() {
    Loss flat = new Loss(new double[5], 0, new double[5], 0, 0, seed);
    LearningRateCurve curve = curves(flat, List.of(AdamStep.fromRest(0)), seed).get(0);
    for (int batch : BATCHES) {
      assertEquals(Double.NaN, curve.rate(batch), 0);
      assertFalse(curve.doubts(batch).isEmpty());
    }
  }

  @Test
  void followsTheBatchSize() {
    LearningRateCurve curve = curves(loss(0, 0), List.of(AdamStep.fromRest(0)), seed).get(0);
    Tracker tracker = curve.tracker(step -> step < 10 ? 2 : 32);
    assertEquals(curve.rate(2), tracker.getNewValue(3), 1e-6 * curve.rate(2));
    assertEquals(curve.rate(32), tracker.getNewValue(10), 1e-6 * curve.rate(32));
    Tracker rescaled = curve.rescaled(step -> 0.5f, 2, step -> 32);
    assertEquals(0.5 * curve.rate(32) / curve.rate(2), rescaled.getNewValue(1), 1e-6);
    double between = curve.rate(4);
    assertEquals(Math.sqrt(curve.rate(2) * curve.rate(8)), between, 1e-9 * between);
    assertThrows(IllegalArgumentException.class, () -> curve.rate(0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new LearningRateProbe(loss(0, 0), new int[] {2, 64}, GROUPS, 1e-4, seed));
    assertThrows(
        IllegalArgumentException.class,
        () -> new LearningRateProbe(loss(0, 0), new int[] {8, 2}, GROUPS, 1e-4, seed));
  }
}
