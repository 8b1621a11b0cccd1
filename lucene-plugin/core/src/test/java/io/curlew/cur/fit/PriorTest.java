package io.curlew.cur.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.FeatureStatistics;
import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PriorTest {

  /** The ridge is 1e-3 of the variances, and covariates are not quite uncorrelated. */
  private static final double TOLERANCE = 0.01;

  private final Random random = Seeds.random();

  private double[][] covariates(int count, int documents) {
    double[][] x = new double[count][documents];
    for (double[] values : x) {
      double scale = Math.pow(10, random.nextInt(-3, 4));
      double offset = random.nextGaussian() * scale;
      Arrays.setAll(values, d -> offset + scale * random.nextGaussian());
    }
    return x;
  }

  private static double[] scores(double[][] x, double intercept, double[] weights) {
    return IntStream.range(0, x[0].length)
        .mapToDouble(
            d ->
                intercept
                    + IntStream.range(0, x.length).mapToDouble(i -> weights[i] * x[i][d]).sum())
        .toArray();
  }

  @Test
  void withoutNoiseTheWeightsAreFoundWhateverTheOffset() {
    for (double offset : new double[] {0, -7, 1e6}) {
      double[][] x = covariates(4, 500);
      double[] weights = new double[4];
      double part = 0;
      for (int i = 0; i < 4; i++) { // each moves the score as much
        weights[i] = (1 + random.nextDouble()) / deviation(x[i]) * (i == 3 ? -1 : 1);
        part += Math.abs(weights[i]) * deviation(x[i]);
      }
      double[] s = scores(x, offset, weights);
      Prior prior = Prior.fit(x, s, null);
      for (int i = 0; i < 4; i++) {
        assertEquals(weights[i], prior.weights()[i], TOLERANCE * Math.abs(weights[i]));
      }
      float[][] floats = new float[4][500];
      for (int i = 0; i < 4; i++) {
        for (int d = 0; d < 500; d++) {
          floats[i][d] = (float) x[i][d];
        }
      }
      for (int d = 0; d < 500; d++) {
        assertEquals(s[d], prior.predict(floats, d), TOLERANCE * 5 * part);
      }
      assertTrue(prior.usesFeatures() && prior.trustsFeatures());
    }
  }

  private static double deviation(double[] x) {
    double mean = Arrays.stream(x).average().orElse(0);
    return Math.sqrt(Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElse(0));
  }

  @Test
  void aFeatureThatRanksBackwardsGetsNothingAndTheMeanMay() {
    for (int round = 0; round < 100; round++) {
      int count = random.nextInt(1, 6);
      double[][] x = covariates(count, random.nextInt(2, 40));
      double[] s = scores(x, 1, random.doubles(count, -2, 1).toArray());
      double[] weights = Prior.fit(x, s, null).weights();
      for (int i = 0; i < count - 1; i++) {
        assertTrue(weights[i] >= 0, Arrays.toString(weights));
      }
    }
    double[][] x = covariates(2, 200);
    double[] s = scores(x, 0, new double[] {-1 / deviation(x[0]), -1 / deviation(x[1])});
    Prior prior = Prior.fit(x, s, null);
    assertEquals(0, prior.weights()[0]);
    assertTrue(prior.weights()[1] < 0);
    assertFalse(prior.usesFeatures() || prior.trustsFeatures());
  }

  /** Two features, the mean anchor score and the score, which is of weights 2, 3 and -1. */
  private FeatureStatistics planted() {
    double[][] x = covariates(3, 1000);
    double[] weights = {2 / deviation(x[0]), 3 / deviation(x[1]), -1 / deviation(x[2])};
    double[][] all = Arrays.copyOf(x, 4);
    all[3] = scores(x, 0, weights);
    double[][] covariances = new double[4][4];
    for (int i = 0; i < 4; i++) {
      double meanI = Arrays.stream(all[i]).average().orElse(0);
      for (int j = 0; j < 4; j++) {
        double meanJ = Arrays.stream(all[j]).average().orElse(0);
        for (int d = 0; d < 1000; d++) {
          covariances[i][j] += (all[i][d] - meanI) * (all[j][d] - meanJ) / 1000;
        }
      }
    }
    return new FeatureStatistics(List.of("a", "b"), covariances);
  }

  private static double[] standardised(Prior prior, FeatureStatistics of) {
    double[] weights = prior.weights().clone();
    Arrays.setAll(weights, i -> weights[i] * Math.sqrt(of.covariances()[i][i]));
    return weights;
  }

  @Test
  void beforeAnyScoreTheWeightsAreThoseLearned() {
    FeatureStatistics learned = planted();
    double[] weights = standardised(Prior.learned(learned), learned);
    assertEquals(2, weights[0], 3 * TOLERANCE);
    assertEquals(3, weights[1], 3 * TOLERANCE);
    assertEquals(-1, weights[2], 3 * TOLERANCE);
    double[] withoutMean = Prior.learned(learned.withoutMean()).weights();
    assertEquals(0, withoutMean[2]);
    assertTrue(withoutMean[0] > 0 && withoutMean[1] > 0);
  }

  @Test
  void aFeatureOfWhichNothingWasLearnedWaitsForScores() {
    FeatureStatistics learned = Objects.requireNonNull(planted().of(List.of("a", "unknown", "b")));
    assertEquals(0, Prior.learned(learned).weights()[1]);
    double[][] x = covariates(4, 1000);
    for (int i : new int[] {0, 2, 3}) { // in the units of what was learned
      double scale = Math.sqrt(learned.covariances()[i][i]) / deviation(x[i]);
      for (int d = 0; d < 1000; d++) {
        x[i][d] *= scale;
      }
    }
    double[] s = scores(x, 4, new double[] {0, 5 / deviation(x[1]), 0, 0});
    Prior prior = Prior.fit(x, s, learned);
    assertEquals(5, prior.weights()[1] * deviation(x[1]), 0.5);
    double[] known = standardised(prior, learned);
    assertTrue(known[0] > 0 && known[0] < 0.5, "scores outweigh what was learned: " + known[0]);
  }

  @Test
  void constantsTwinsAndAllEqualScoresGiveFiniteWeights() {
    double[] values = {0, -1, 1, 1, 1, 1e-30, 1e6, -1e6, 3e38, 1e-38};
    for (int round = 0; round < 2000; round++) {
      int count = random.nextInt(1, 5);
      double[][] x = new double[count][random.nextInt(1, 8)];
      for (int i = 0; i < count; i++) {
        boolean constant = random.nextInt(3) == 0;
        double same = values[random.nextInt(values.length)];
        Arrays.setAll(x[i], d -> constant ? same : values[random.nextInt(values.length)]);
        if (i > 0 && random.nextInt(4) == 0) {
          x[i] = x[i - 1].clone();
        }
      }
      double[] s = new double[x[0].length];
      boolean equal = random.nextInt(3) == 0;
      Arrays.setAll(s, d -> equal ? 5 : values[random.nextInt(values.length)]);
      Prior prior = Prior.fit(x, s, null);
      assertTrue(Double.isFinite(prior.intercept()), prior.toString());
      assertTrue(Arrays.stream(prior.weights()).allMatch(Double::isFinite), prior.toString());
      assertFalse(Double.isNaN(prior.certainty()), prior.toString());
      if (equal) {
        assertEquals(5, prior.intercept(), 1e-9);
        assertFalse(prior.trustsFeatures());
      }
    }
  }

  @Test
  void nothingIsExpectedOfNothing() {
    Prior prior = Prior.fit(new double[2][0], new double[0], null);
    assertEquals(0, prior.intercept());
    assertFalse(prior.usesFeatures());
    assertFalse(Prior.none(3).usesFeatures() || Prior.none(3).trustsFeatures());
  }
}
