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
    public float[] after(double[] step, int example) {
      double along = dot(w, step);
      float[] after = of(example);
      for (int i = 0; i < after.length; i++) {
        double v = step[i];
        after[i] -= (float) (v + along * w[i] + cubed * v * v * v);
      }
      return after;
    }

    /** The t at which {@code E[u] g = t E[u' H u] + cubed t^3 E[sum of u^4]}, by simulation. */
    double best(AdamStep rule, int batch) {
      double down = 0;
      double curved = 0;
      double fourth = 0;
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
        fourth += cubed * Arrays.stream(u).map(v -> v * v * v * v).sum();
      }
      double low = 0;
      double high = down / curved;
      for (int halved = 0; halved < 50; halved++) {
        double t = (low + high) / 2;
        boolean far = t * curved + t * t * t * fourth > down;
        low = far ? low : t;
        high = far ? t : high;
      }
      return low;
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
        down += Math.abs(g) * LearningRateLawEstimate.erf(Math.abs(g) * Math.sqrt(batch / 2.0) / 2);
      }
      Steps steps = sample.steps(AdamStep.fromRest(0), batch, 3, 8, new Random(seed));
      assertEquals(down, steps.down(), 0.15 * down, "down, batch " + batch);
      assertEquals(3, steps.drawn().size());
      for (GradientSample.Draw draw : steps.drawn()) {
        assertEquals(200, squaredLength(draw), 1); // floats may add up to 0, whose sign is 0
        assertEquals(1.0 / 3, draw.weight(), 0.01);
      }
    }
  }

  /** Whatever is quadratic in u has the mean over all batches; gradients are looked at outside. */
  @Test
  void drawsStandForAllSteps() {
    Random random = new Random(seed);
    float[][] gradients = new float[64][3];
    for (float[] gradient : gradients) {
      float size = (float) Math.exp(2 * random.nextGaussian());
      for (int i = 0; i < 3; i++) {
        gradient[i] = size * (float) random.nextGaussian();
      }
    }
    GradientSample sample = new GradientSample(gradients);
    AdamStep plain = (gradient, batch) -> gradient;
    for (int batch : new int[] {1, 5, 32}) {
      int batches = 64 / batch;
      double expected = 0;
      double meanSquare = 0;
      for (int b = 0; b < batches; b++) {
        double[] mean = sample.mean(b * batch, (b + 1) * batch);
        expected += mean[0] * mean[0] / batches;
        meanSquare += dot(mean, mean) / batches;
      }
      double sum = 0;
      double looked = 0;
      int times = 4000;
      for (int t = 0; t < times; t++) {
        for (GradientSample.Draw draw : sample.steps(plain, batch, 4, 8, random).drawn()) {
          sum += draw.weight() * draw.u()[0] * draw.u()[0] / times;
          assertEquals(8, draw.examples().length);
          int number = number(sample, draw, batch);
          for (int k = 0; k < 8; k++) {
            int example = draw.examples()[k];
            assertTrue(example / batch != number, "looked at with its own examples");
            looked += draw.weights()[k] * gradients[example][1] / 4 / times;
          }
          looked -= outside(gradients, number * batch, (number + 1) * batch) / 4 / times;
        }
      }
      // A draw is from 0 to meanSquare, so that this is 5 standard deviations of 16,000 draws.
      assertEquals(expected, sum, 0.02 * meanSquare, "batch " + batch);
      // Weights are at most 2 / 8: so are these, with the root mean square as the standard
      // deviation.
      double square = Arrays.stream(gradients).mapToDouble(g -> g[1] * g[1]).sum() / 64;
      assertEquals(0, looked, 0.02 * Math.sqrt(square), "batch " + batch);
    }
  }

  /** Which batch has the step. */
  private static int number(GradientSample sample, GradientSample.Draw draw, int batch) {
    for (int number = 0; (number + 1) * batch <= sample.size(); number++) {
      if ((float) sample.mean(number * batch, (number + 1) * batch)[0] == draw.u()[0]) {
        return number;
      }
    }
    throw new AssertionError("no batch has the step");
  }

  /** The mean of a coordinate over all examples but some. */
  private static double outside(float[][] gradients, int from, int to) {
    double sum = 0;
    for (int k = 0; k < gradients.length; k++) {
      sum += k >= from && k < to ? 0 : gradients[k][1];
    }
    return sum / (gradients.length - to + from);
  }

  private static double squaredLength(GradientSample.Draw draw) {
    double sum = 0;
    for (float value : draw.u()) {
      sum += value * value;
    }
    return sum;
  }

  @Test
  void findsTheBestStepOfQuadratics() {
    findsTheBestStep(0);
  }

  /** By the curvature at the start the best rate would be several times as large. */
  @Test
  void findsTheBestStepWhereCurvatureGrowsAlongIt() {
    Loss bent = loss(0, 1e5);
    AdamStep signs = AdamStep.fromRest(0);
    assertTrue(loss(0, 0).best(signs, 8) > 2.5 * bent.best(signs, 8));
    findsTheBestStep(1e5);
  }

  /** Spread gradients, and noise that lies along the steep direction. */
  private void findsTheBestStep(double cubed) {
    for (double shared : new double[] {0, 3}) {
      Loss loss = loss(shared, cubed);
      List<AdamStep> rules =
          List.of(
              AdamStep.fromRest(0),
              AdamStep.fromRest(0.5),
              LearningRateProbe.settled(
                      new Loss(loss.g, 2, loss.w, shared, cubed, ~seed), List.of(0.1))
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

  /** Of 19 of 20 bands, or of nearly as many, as 16 groups are few to draw again from. */
  @Test
  void theBandHoldsTheBestRate() {
    int held = 0;
    for (int draw = 0; draw < 20; draw++) {
      Random random = new Random(seed + draw);
      double[] g = random.doubles(20, -1, 1).toArray();
      Loss loss = new Loss(g, 3, random.doubles(20, -1, 1).toArray(), 1, 0, seed + 5000 * draw);
      AdamStep rule = AdamStep.fromRest(0.1);
      LearningRateCurve curve = curves(loss, List.of(rule), seed).get(0);
      double best = loss.best(rule, 8);
      held += curve.low(8) <= best && best <= curve.high(8) ? 1 : 0;
    }
    assertTrue(held >= 13, "held: " + held); // fewer are one in a thousand, if 9 in 10 hold
  }

  @Test
  void saysWhereNotToTrustIt() {
    LearningRateCurve plain = curves(loss(0, 0), List.of(AdamStep.fromRest(0)), seed).get(0);
    assertEquals(List.of(), plain.doubts(8));
    assertTrue(plain.doubts(100).get(0).contains("2 to 32"), plain.doubts(100).toString());
  }

  /** By chance one may look like a gradient, in one of a thousand. */
  @Test
  void noiseAloneIsSaidToBeNoise() {
    int doubted = 0;
    for (int draw = 0; draw < 5; draw++) {
      Loss noise = new Loss(new double[50], 1, new double[50], 0, 0, seed + 5000 * draw);
      LearningRateCurve curve = curves(noise, List.of(AdamStep.fromRest(0)), seed).get(0);
      for (int batch : BATCHES) {
        doubted += curve.doubts(batch).isEmpty() ? 0 : 1;
        if (Double.isNaN(curve.rate(batch))) {
          assertEquals(0, curve.low(batch), 0);
          assertFalse(curve.doubts(batch).isEmpty());
          assertThrows(
              IllegalStateException.class, () -> curve.tracker(step -> batch).getNewValue(0));
        }
      }
    }
    assertTrue(doubted >= 13, "doubted of 15: " + doubted);
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
