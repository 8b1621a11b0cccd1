package io.curlew.demo.rivals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class GaussianProcessTest {

  private static final int POINTS = 12;
  private static final double TINY = 1e-12;

  /** Covariances of points on a line, one apart, by exp(-D / 2); the last is far away. */
  private static double[] covariances(int point) {
    double[] values = new double[POINTS];
    for (int p = 0; p < POINTS; p++) {
      double distance = at(p) - at(point);
      values[p] = Math.exp(-distance * distance / 2);
    }
    return values;
  }

  private static double at(int point) {
    return point == POINTS - 1 ? 1000 : point;
  }

  @Test
  void meansGoThroughWhatWasObservedAndNothingIsLeftUnknownThere() {
    GaussianProcess process = new GaussianProcess(POINTS, 4, TINY);
    int[] observed = {5, 0, 9, 3};
    double[] values = {1.5, -2, 0.25, 3};
    for (int point : observed) {
      process.observe(point, covariances(point));
    }
    double[] means = process.means(values);
    for (int i = 0; i < observed.length; i++) {
      assertEquals(values[i], means[observed[i]], 1e-8);
      assertEquals(0, process.deviation(observed[i]), 1e-5);
    }
    assertTrue(process.deviation(4) > 0.1 && process.deviation(4) < process.deviation(7));
    assertEquals(0, means[POINTS - 1], 1e-12);
    assertEquals(1, process.deviation(POINTS - 1), 1e-12);
  }

  @Test
  void agreesWithTheFormulasForTwoObservations() {
    double noise = 0.3;
    GaussianProcess process = new GaussianProcess(POINTS, 2, noise);
    process.observe(2, covariances(2));
    process.observe(3, covariances(3));
    double k = Math.exp(-0.5);
    double determinant = (1 + noise) * (1 + noise) - k * k;
    double a = ((1 + noise) * 2.0 - k * -1.0) / determinant; // K^-1 y
    double b = ((1 + noise) * -1.0 - k * 2.0) / determinant;
    double[] values = {2, -1};
    double to2 = Math.exp(-2);
    double to3 = Math.exp(-0.5);
    assertEquals(a * to2 + b * to3, process.means(values)[4], 1e-12);
    double explained = ((1 + noise) * (to2 * to2 + to3 * to3) - 2 * k * to2 * to3) / determinant;
    assertEquals(Math.sqrt(1 - explained), process.deviation(4), 1e-12);
    assertEquals(
        -(2 * a - b) / 2 - Math.log(determinant) / 2, process.logLikelihood(values), 1e-12);
  }

  @Test
  void whatWasObservedTwiceWithinTheNoiseDoesNoHarm() {
    GaussianProcess process = new GaussianProcess(2, 2, 1e-4);
    double[] same = {1, 1};
    process.observe(0, same);
    process.observe(1, same);
    double[] means = process.means(new double[] {1, 2});
    assertEquals(1.5, means[0], 1e-3);
    assertEquals(1.5, means[1], 1e-3);
  }

  @Test
  void noiseMustBePositive() {
    assertThrows(IllegalArgumentException.class, () -> new GaussianProcess(1, 1, 0));
  }

  @Test
  void scoresThatVarySmoothlyWithTheVectorArePredicted() {
    Random random = new Random(3);
    float[][] pool = new float[300][4];
    float[] exact = new float[pool.length];
    float[] query = {1, 0, 0, 0};
    for (int d = 0; d < pool.length; d++) {
      for (int i = 0; i < 4; i++) {
        pool[d][i] = (float) random.nextGaussian();
      }
      exact[d] = 20 + 3 * pool[d][0] - pool[d][1] * pool[d][1];
    }
    RelevanceProcess process = new RelevanceProcess(pool, query, 200);
    double before = Double.MAX_VALUE;
    for (int n : new int[] {20, 80, 200}) { // the last with the kernel that was chosen before
      int[] places = new int[n];
      float[] scores = new float[n];
      for (int i = 0; i < n; i++) {
        places[i] = i;
        scores[i] = exact[i];
      }
      process.fit(places, scores);
      double squares = 0;
      for (int d = 200; d < pool.length; d++) {
        double error = process.mean(d) - exact[d];
        squares += error * error / 100;
        assertTrue(process.deviation(d) > 0);
      }
      assertTrue(squares < before, n + ": " + squares);
      before = squares;
    }
    assertTrue(before < 1.1, "a tenth of the variance: " + before);
  }
}
