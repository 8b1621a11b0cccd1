package io.curlew.demo.train;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Finds the learning rate at which a step lowers a loss most, by trying rates a factor of 1.5 apart
 * until the best is inside. The minimum of the parabola through the three points around the best is
 * taken, which is exact for a quadratic loss.
 *
 * @param rate the best, over the mean of the repeats; 0 if a step goes up at once
 * @param low end of the interval that holds 95 % of resampled repeats
 * @param high end of that interval
 */
record StepSearch(double rate, double low, double high) {
  private static final double FACTOR = 1.5;
  private static final int MOST_RATES = 25;

  /** Below this power of the factor, what is beyond the slope grows with the square of the rate. */
  private static final int LEAST = -4;

  private static final int RESAMPLES = 2000;

  /** What a step changes: the loss after it less that before. */
  @FunctionalInterface
  interface Step {
    /**
     * The change by one step; where there are {@link #slopes}, what it is beyond them.
     *
     * @param repeat which batch and examples: the same ones for the same number
     */
    double change(double rate, int repeat);

    /**
     * By how much steps of one repeat's batches change the loss of another's examples to first
     * order, over the rate. All pairs have the same expectation; the diagonal, of batches and their
     * own examples, is not looked at. Empty if all is in {@link #change}.
     */
    default double[][] slopes() {
      return new double[0][];
    }
  }

  /**
   * Searches.
   *
   * @param around where to begin
   * @param repeats batches, at least 2
   */
  static StepSearch run(Step step, double around, int repeats, long seed) {
    int[] all = IntStream.range(0, repeats).toArray();
    double[][] slopes = step.slopes();
    TreeMap<Integer, double[]> tried = new TreeMap<>();
    for (int wanted = -1; wanted <= 1; wanted++) {
      tried.put(wanted, changes(step, around, wanted, repeats));
    }
    double slope = slope(slopes, all);
    while (tried.size() < MOST_RATES && !(slope > 0)) {
      int best = tried.firstKey() + best(means(tried, slope, around, all));
      if (best == tried.firstKey() && slopes.length > 0 && best <= LEAST) {
        break;
      } else if (best == tried.firstKey()) {
        tried.put(best - 1, changes(step, around, best - 1, repeats));
      } else if (best == tried.lastKey()) {
        tried.put(best + 1, changes(step, around, best + 1, repeats));
      } else {
        break;
      }
    }
    Random random = new Random(seed);
    double[] resampled = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      int[] drawn = random.ints(repeats, 0, repeats).toArray();
      resampled[r] = minimum(tried, slope(slopes, drawn), around, drawn);
    }
    Arrays.sort(resampled);
    return new StepSearch(
        around * minimum(tried, slope, around, all),
        around * resampled[RESAMPLES / 40],
        around * resampled[RESAMPLES - 1 - RESAMPLES / 40]);
  }

  private static double[] changes(Step step, double around, int exponent, int repeats) {
    double[] changes = new double[repeats];
    for (int repeat = 0; repeat < repeats; repeat++) {
      changes[repeat] = step.change(around * Math.pow(FACTOR, exponent), repeat);
    }
    return changes;
  }

  /** The mean slope over all pairs of batches and others' examples. */
  private static double slope(double[][] slopes, int[] repeats) {
    double sum = 0;
    int pairs = 0;
    for (int ofBatch = 0; ofBatch < repeats.length && slopes.length > 0; ofBatch++) {
      for (int ofExamples : repeats) {
        if (ofExamples != repeats[ofBatch]) {
          sum += slopes[repeats[ofBatch]][ofExamples];
          pairs++;
        }
      }
    }
    return pairs == 0 ? 0 : sum / pairs;
  }

  /** The mean change at each rate. */
  private static double[] means(
      TreeMap<Integer, double[]> tried, double slope, double around, int[] repeats) {
    double[] means = new double[tried.size()];
    int i = 0;
    for (Map.Entry<Integer, double[]> one : tried.entrySet()) {
      means[i++] =
          sum(one.getValue(), repeats) / repeats.length
              + around * Math.pow(FACTOR, one.getKey()) * slope;
    }
    return means;
  }

  private static double sum(double[] values, int[] repeats) {
    return Arrays.stream(repeats).mapToDouble(r -> values[r]).sum();
  }

  private static int best(double[] means) {
    int best = 0;
    for (int i = 1; i < means.length; i++) {
      best = means[i] < means[best] ? i : best;
    }
    return best;
  }

  /**
   * Times {@code around}. Beyond the rates that were tried, what is beyond the slope is taken to
   * grow with the square of the rate.
   */
  private static double minimum(
      TreeMap<Integer, double[]> tried, double slope, double around, int[] repeats) {
    double[] means = means(tried, slope, around, repeats);
    int best = best(means);
    double middle = Math.pow(FACTOR, tried.firstKey() + best);
    if (best == 0 || best == means.length - 1) {
      double first = slope * around * middle;
      double beyond = means[best] - first;
      return slope == 0 || !(beyond > 0) ? middle : Math.max(0, middle * -first / 2 / beyond);
    }
    double left = (means[best - 1] - means[best]) / (middle - middle / FACTOR);
    double right = (means[best + 1] - means[best]) / (middle * FACTOR - middle);
    // Slopes half way to both sides; in between they change evenly.
    double from = middle * (1 + 1 / FACTOR) / 2;
    double to = middle * (1 + FACTOR) / 2;
    return from + (to - from) * left / (left + right);
  }
}
