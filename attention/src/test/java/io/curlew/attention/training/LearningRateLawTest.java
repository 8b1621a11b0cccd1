package io.curlew.attention.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.training.tracker.Tracker;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LearningRateLawTest {

  private static JsonObject reference() throws Exception {
    try (InputStream stream =
            Objects.requireNonNull(
                LearningRateLawTest.class.getResourceAsStream("/adam-reference.json"));
        InputStreamReader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    }
  }

  private static double[] data(JsonObject json, String name) {
    return json.getAsJsonObject(name).getAsJsonArray("data").asList().stream()
        .mapToDouble(JsonElement::getAsDouble)
        .toArray();
  }

  private static LearningRateLaw.Hessian hessian(double[] h) {
    return v -> {
      double sum = 0;
      for (int i = 0; i < v.length; i++) {
        for (int j = 0; j < v.length; j++) {
          sum += v[i] * h[i * v.length + j] * v[j];
        }
      }
      return sum;
    };
  }

  @Test
  void agreesWithTheReference() throws Exception {
    JsonObject json = reference();
    double[] g = data(json, "g");
    double[] h = data(json, "H");
    for (JsonElement element : json.getAsJsonArray("cases")) {
      JsonObject expected = element.getAsJsonObject();
      LearningRateLaw law =
          LearningRateLaw.of(
              g,
              data(json, "noiseStd"),
              expected.get("epsilon").getAsDouble(),
              hessian(h),
              expected.get("trH").getAsDouble());
      assertRelative(expected, "nuG", law.signal());
      assertRelative(expected, "nuHnu", law.curvature());
      assertRelative(expected, "kappa2", law.noise());
      assertRelative(expected, "eta", law.rate(expected.get("batch").getAsDouble()));
    }
  }

  /** Inputs of the reference have 9 digits. */
  private static void assertRelative(JsonObject expected, String name, double actual) {
    double value = expected.get(name).getAsDouble();
    assertEquals(value, actual, 1e-6 * Math.abs(value), name);
  }

  @Test
  void peaksWhereItSaysOrRisesToItsLimit() {
    LearningRateLaw surging = new LearningRateLaw(2, 30, 5, 100);
    double peak = surging.surgeBatch().orElseThrow();
    assertTrue(surging.rate(peak) > surging.rate(peak * 1.1));
    assertTrue(surging.rate(peak) > surging.rate(peak / 1.1));
    LearningRateLaw rising = new LearningRateLaw(2, 3, 5, 100);
    assertTrue(rising.surgeBatch().isEmpty());
    double before = 0;
    for (double batch = 0.1; batch < 1e7; batch *= 2) {
      assertTrue(rising.rate(batch) > before);
      before = rising.rate(batch);
    }
    assertEquals(2.0 / 3, before, 1e-4);
    assertEquals(surging.rate(64) / surging.rate(8), surging.factor(8, 64), 1e-12);
    Tracker rescaled = surging.rescaled(step -> step * 0.5f, 8, 64);
    assertEquals(2 * surging.factor(8, 64), rescaled.getNewValue(4), 1e-6);
    assertEquals(surging.rate(8), surging.tracker(8).getNewValue(3), 1e-6);
    assertThrows(IllegalArgumentException.class, () -> new LearningRateLaw(0, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> surging.rate(0));
    assertThrows(IllegalStateException.class, () -> new LearningRateLaw(1, -1, 0, 1).rate(8));
  }

  /**
   * The best rate of one step on a quadratic, {@code E[u.g] / E[u'Hu]}, by simulation. At epsilon 0
   * the law's attenuation is within 10 % of the error function's, so the rate is within 20 %; with
   * an epsilon its variance is at most pi/2 that of the step.
   */
  @Test
  void isCloseToTheBestStepOnQuadratics() {
    long seed = Long.getLong("test.seed", System.nanoTime());
    System.out.println("LearningRateLawTest: -Dtest.seed=" + seed);
    Random random = new Random(seed);
    int size = 30;
    double[] g = new double[size];
    double[] s = new double[size];
    double[] h = new double[size * size];
    double[] w = random.doubles(size, 0, 1).toArray();
    for (int i = 0; i < size; i++) {
      g[i] = (random.nextBoolean() ? 1 : -1) * (0.8 + 0.4 * random.nextDouble());
      s[i] = 6;
      for (int j = 0; j < size; j++) {
        h[i * size + j] = (i == j ? 1 : 0) + Math.signum(g[i]) * Math.signum(g[j]) * w[i] * w[j];
      }
    }
    double trace = 0;
    for (int i = 0; i < size; i++) {
      trace += h[i * size + i];
    }
    for (double epsilon : new double[] {0, 1}) {
      LearningRateLaw law = LearningRateLaw.of(g, s, epsilon, hessian(h), trace);
      for (int batch : new int[] {1, 16, 256}) {
        double down = 0;
        double up = 0;
        for (int draw = 0; draw < 4000; draw++) {
          double[] noisy = new double[size];
          Arrays.setAll(noisy, i -> g[i] + s[i] / Math.sqrt(batch) * random.nextGaussian());
          double[] u = LearningRateLaw.direction(noisy, epsilon);
          for (int i = 0; i < size; i++) {
            down += u[i] * g[i];
          }
          up += hessian(h).quadratic(u);
        }
        double ratio = law.rate(batch) / (down / up);
        double bound = epsilon == 0 ? 1.2 : Math.PI / 2;
        assertTrue(
            ratio < bound && ratio > 1 / bound,
            "epsilon " + epsilon + ", batch " + batch + ": law over best " + ratio);
      }
    }
  }

  @Test
  void estimatesFromSamplesFindTheConstants() {
    long seed = Long.getLong("test.seed", System.nanoTime());
    System.out.println("LearningRateLawTest: -Dtest.seed=" + seed);
    Random random = new Random(seed);
    int size = 20_000;
    float[][] gradients = new float[64][size];
    for (int i = 0; i < size; i++) {
      double g = random.nextBoolean() ? 0.5 : -0.5;
      for (float[] gradient : gradients) {
        gradient[i] = (float) (g + 2 * random.nextGaussian());
      }
    }
    GradientSample sample = new GradientSample(gradients);
    double[] fit = LearningRateLawEstimate.fitSigns(sample, random);
    assertEquals(0.5 * size, fit[0], 0.1 * 0.5 * size, "sum of |g|");
    assertEquals(16, fit[1], 0.2 * 16, "noise ratio s^2/g^2");
    assertEquals(0.8427008, LearningRateLawEstimate.erf(1), 1e-6);
    double noise = LearningRateLawEstimate.noise(sample, 1);
    assertEquals(4 / 1.25, noise, 0.05 * 3.2, "s^2/(g^2 + 1)");
    assertThrows(IllegalArgumentException.class, () -> new GradientSample(new float[3][5]));
  }
}
