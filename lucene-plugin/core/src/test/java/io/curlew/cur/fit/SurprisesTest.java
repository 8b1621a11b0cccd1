package io.curlew.cur.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Estimates are 0, their deviation 1; surprises score about 10. */
class SurprisesTest {

  private static final int SCORED = 400;
  private static final double THRESHOLD = 5;

  private final Random random = Seeds.random();
  private final int[] ranks = IntStream.rangeClosed(1, SCORED).toArray();

  private Surprises planted(double rate) {
    double[] scores = new double[SCORED];
    for (int j = 0; j < SCORED; j++) {
      scores[j] = random.nextGaussian() + (random.nextDouble() < rate ? 10 : 0);
    }
    return new Surprises(ranks, scores, scores, 1);
  }

  @Test
  void beforeAnythingIsScoredTheRateFallsAsTheRank() {
    Surprises nothing = new Surprises(new int[0], new double[0], new double[0], 1);
    double[] rates = nothing.rates(new int[] {1, 2, 10, 1000}, random.nextGaussian());
    for (int i = 0; i < rates.length; i++) {
      assertEquals(0.05 / new int[] {1, 2, 10, 1000}[i], rates[i], 1e-12);
    }
    assertEquals(0, nothing.rates(new int[0], 0).length);
  }

  @RepeatedTest(10)
  void aListThatStaysSilentHoldsNone() {
    double[] rates = planted(0).rates(new int[] {1, 10, 100, 1000, 100_000}, THRESHOLD);
    for (double rate : rates) {
      assertTrue(rate >= 0 && rate < 0.01, "rate: " + rate);
    }
  }

  @RepeatedTest(10)
  void surprisesAreExpectedAsOftenAsTheyWereFound() {
    for (double rate : new double[] {0.1, 0.3, 0.8}) {
      Surprises planted = planted(rate);
      for (double found : planted.rates(new int[] {50, 100, 200, 400}, THRESHOLD)) {
        assertEquals(rate, found, 0.2); // five standard errors, about
      }
      assertTrue(planted.rates(new int[] {100}, 20)[0] < 0.01, "none is so good");
    }
  }

  @RepeatedTest(10)
  void theHeadOfAListSaysMoreOfTheHead() {
    double[] scores = new double[SCORED];
    for (int j = 0; j < SCORED; j++) {
      scores[j] = j < 20 ? 10 : 0;
    }
    double[] rates =
        new Surprises(ranks, scores, scores, 1).rates(new int[] {5, 20, 80, 300}, THRESHOLD);
    for (int i = 1; i < rates.length; i++) {
      assertTrue(rates[i] < rates[i - 1], rates[i] + " after " + rates[i - 1]);
    }
  }

  @RepeatedTest(10)
  void ratesFallBeyondWhatWasLookedAt() {
    int[] beyond = IntStream.range(0, 12).map(i -> SCORED << i).toArray();
    for (double rate : new double[] {0, 0.1, 0.5, 1}) {
      double[] rates = planted(rate).rates(beyond, THRESHOLD);
      for (int i = 1; i < rates.length; i++) {
        assertTrue(rates[i] < rates[i - 1], rates[i] + " after " + rates[i - 1]);
      }
      assertTrue(rates[11] < 0.1, "rate at rank " + beyond[11] + ": " + rates[11]);
    }
  }

  @Test
  void whatWasEstimatedOrIsNotInTheListIsNoSurprise() {
    double[] scores = new double[SCORED];
    double[] residuals = new double[SCORED];
    for (int j = 0; j < SCORED; j++) {
      scores[j] = 10;
      residuals[j] = 0.1 * random.nextGaussian();
    }
    assertTrue(new Surprises(ranks, scores, residuals, 1).rates(ranks, THRESHOLD)[9] <= 0.005);
    int[] unlisted = new int[SCORED];
    assertTrue(new Surprises(unlisted, scores, scores, 1).rates(ranks, THRESHOLD)[9] <= 0.005);
  }

  @Test
  void ratesAreProbabilitiesWithoutADeviationToo() {
    double[] scores = random.doubles(SCORED, 0, 2).map(Math::floor).toArray();
    for (double deviation : new double[] {0, Double.MIN_VALUE, 1, 1e30}) {
      for (double threshold : new double[] {-1e30, -1, 0, 0.5, 1, 1e30}) {
        for (double rate :
            new Surprises(ranks, scores, scores, deviation).rates(ranks, threshold)) {
          assertTrue(rate >= 0 && rate <= 1, "rate: " + rate);
        }
      }
    }
  }
}
