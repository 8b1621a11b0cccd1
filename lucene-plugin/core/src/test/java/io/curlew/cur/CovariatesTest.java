package io.curlew.cur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.fit.Prior;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is expected of documents where no training query has told what features are worth. */
class CovariatesTest {

  private static final int ANCHORS = 30;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 1, 400, 5, random);

  private Prior prior(float[] feature) throws IOException {
    InMemorySpace space =
        scores.space(ANCHORS, scores.model(new AtomicInteger()), List.of("feature"), feature);
    Covariates covariates = new Covariates(space);
    int[] some = IntStream.range(0, 25).toArray();
    AnchorRows rows = space.rows(some);
    float[][] of = covariates.of(rows);
    double[][] x = new double[of.length][some.length];
    double[] s = new double[some.length];
    for (int d = 0; d < some.length; d++) {
      for (int c = 0; c < of.length; c++) {
        x[c][d] = of[c][d];
      }
      s[d] = scores.score(ANCHORS, d);
    }
    return covariates.prior(x, s);
  }

  @Test
  void aFeatureThatSaysNothingTakesNothingOffTheScores() throws IOException {
    float[] constant = new float[scores.documents()];
    double mean = 0;
    for (float one : scores.anchorSet().statistics().mean()) {
      mean += one / ANCHORS;
    }
    Prior prior = prior(constant);
    assertEquals(mean, prior.intercept(), 1e-4 * Math.abs(mean));
    for (double weight : prior.weights()) {
      assertEquals(0, weight);
    }
  }

  @Test
  void aFeatureThatTellsTheScoresIsBelieved() throws IOException {
    float[] telling = new float[scores.documents()];
    for (int d = 0; d < telling.length; d++) {
      telling[d] = scores.score(ANCHORS, d) + (float) (0.01 * random.nextGaussian());
    }
    assertTrue(prior(telling).weights()[0] > 0.9, "a weight near 1");
  }
}
