package io.curlew.cur.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class OutlookTest {

  private final Random random = Seeds.random();

  /** Something to look at, with all that it is made of. */
  private record Case(
      double[] means, double[] deviations, int unseen, double centre, double other) {

    Outlook with(Surprises surprises, int[] listRanks, int listEnd) {
      return new Outlook(means, deviations, unseen, centre, other, surprises, listRanks, listEnd);
    }

    /** Where no document can be a surprise. */
    Outlook silent() {
      return with(silence(), new int[0], 1);
    }
  }

  private Case draw() {
    int contenders = random.nextInt(4) == 0 ? 0 : random.nextInt(1, 300);
    int unseen = contenders + (random.nextInt(4) == 0 ? 0 : random.nextInt(20_000));
    double spread = Math.exp(3 * random.nextGaussian());
    double[] means =
        IntStream.range(0, contenders)
            .mapToDouble(i -> -spread * random.nextGaussian())
            .sorted()
            .map(x -> -x)
            .toArray();
    double[] deviations =
        IntStream.range(0, contenders).mapToDouble(i -> spread * random.nextDouble()).toArray();
    double lowest = contenders == 0 ? 0 : means[contenders - 1];
    double centre = lowest + spread * (random.nextGaussian() - 1);
    return new Case(means, deviations, unseen, centre, spread * random.nextDouble(0.01, 1));
  }

  /** A list that was scored to the end without a surprise, so long that hardly one is expected. */
  private static Surprises silence() {
    int[] ranks = IntStream.rangeClosed(1, 300).toArray();
    double[] scores = new double[ranks.length];
    Arrays.fill(scores, Double.NEGATIVE_INFINITY);
    return new Surprises(ranks, scores, new double[ranks.length], 0);
  }

  private static Surprises nothingScored() {
    return new Surprises(new int[0], new double[0], new double[0], 1);
  }

  @RepeatedTest(20)
  void fewerScoreAboveAHigherThresholdAndAllAboveTheLowest() {
    Case of = draw();
    Outlook outlook = of.silent();
    double last = outlook.above(Double.NEGATIVE_INFINITY);
    for (double t : random.doubles(100, -100, 100).sorted().toArray()) {
      double above = outlook.above(t);
      assertTrue(above >= 0 && above <= last + 1e-6 * (1 + last), above + " after " + last);
      last = above;
    }
    assertEquals(0, outlook.above(Double.POSITIVE_INFINITY), 0.1);
  }

  @RepeatedTest(20)
  void everyUnseenDocumentIsCountedAndSurprisesOnTop() {
    Case of = draw();
    int[] ranks = IntStream.rangeClosed(1, 500).filter(i -> random.nextBoolean()).toArray();
    int listed = Math.min(ranks.length, of.unseen);
    Outlook outlook = of.with(nothingScored(), Arrays.copyOf(ranks, listed), 501);
    double all = outlook.above(Double.NEGATIVE_INFINITY);
    double surprises = 0.05 * (1 + Math.log(501 + of.unseen)); // of a list of which none is known
    assertTrue(all >= of.unseen - 1e-6, all + " of " + of.unseen);
    assertTrue(all <= of.unseen + surprises, all + " of " + of.unseen);
  }

  @RepeatedTest(20)
  void asManyAsAskedForAreExpectedAboveTheThreshold() {
    Case of = draw();
    double[] known =
        IntStream.range(0, random.nextInt(300))
            .mapToDouble(i -> of.centre + 3 * of.other * random.nextGaussian())
            .toArray();
    Outlook outlook = of.silent();
    int total = known.length + of.unseen;
    for (int k : new int[] {1, 10, 100, random.nextInt(1, total + 2)}) {
      if (k < total) {
        double threshold = outlook.threshold(known, k);
        double step = 1e-6 * of.other;
        double before = known(known, threshold - step) + outlook.above(threshold - step);
        double after = known(known, threshold + step) + outlook.above(threshold + step);
        assertTrue(
            before >= k - 1e-3 * k && after <= k + 1e-3 * k, k + ": " + before + ", " + after);
      }
    }
  }

  private static long known(double[] scores, double threshold) {
    return Arrays.stream(scores).filter(score -> score > threshold).count();
  }

  /** Most of the collection may be below all that is known and all that is looked at. */
  @Test
  void theThresholdMayBeFarBelowAllThatIsKnown() {
    double[] means = IntStream.range(0, 10).mapToDouble(i -> 10 - 0.01 * i).toArray();
    double[] deviations = new double[10];
    Arrays.fill(deviations, 0.01);
    Case of = new Case(means, deviations, 1000, 0, 0.01);
    Outlook outlook = of.silent();
    double threshold = outlook.threshold(new double[] {11, 12}, 500);
    assertEquals(500, 2 + outlook.above(threshold - 1e-9), 40);
    assertTrue(threshold < 5, "threshold: " + threshold);
  }

  @Test
  void nothingToLookAtAndNoDeviationGiveNumbersAllTheSame() {
    double[] none = {};
    double[] equal = new double[50];
    Arrays.fill(equal, 7);
    double[] few = {7};
    for (double[] known : new double[][] {none, few, equal}) {
      for (double[] means : new double[][] {none, few, equal}) {
        for (int unseen : new int[] {means.length, means.length + 1, 1000}) {
          for (double deviation : new double[] {0, 1}) {
            double[] deviations = new double[means.length];
            Arrays.fill(deviations, deviation);
            for (double centre : new double[] {7, 0, 100}) {
              Case of = new Case(means, deviations, unseen, centre, deviation);
              for (int k : new int[] {1, 10, 500}) {
                for (Outlook outlook :
                    new Outlook[] {of.silent(), of.with(nothingScored(), new int[0], 51)}) {
                  double threshold = outlook.threshold(known, k);
                  assertTrue(Double.isFinite(threshold), of + ": " + threshold);
                  assertTrue(Double.isFinite(outlook.above(threshold)), of.toString());
                  double recall = RecallEstimate.of(known, k, outlook);
                  assertTrue(recall >= 0 && recall <= 1, of + ": " + recall);
                }
              }
            }
          }
        }
      }
    }
  }

  @Test
  void probabilitiesAreThoseOfNormalErrors() {
    Outlook outlook =
        new Outlook(
            new double[] {3, 1}, new double[] {2, 0}, 2, 0, 0.5, nothingScored(), new int[0], 1);
    assertEquals(2, outlook.contenders());
    assertEquals(0.5, outlook.probability(0, 3.0), 1e-6);
    assertEquals(RecallEstimate.upperTail(1), outlook.probability(0, 5.0), 1e-9);
    assertEquals(1, outlook.probability(1, 0.9));
    assertEquals(0, outlook.probability(1, 1.1));
    assertEquals(RecallEstimate.upperTail(2), outlook.probability(3.0, 4.0), 1e-9);
  }
}
