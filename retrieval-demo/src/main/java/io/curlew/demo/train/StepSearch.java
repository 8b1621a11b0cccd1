package io.curlew.demo.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Finds the learning rate at which a step lowers a loss most, by trying rates a factor of 1.5 apart
 * until the best is inside. The minimum of the parabola through the three points around the best is
 * taken, which is exact for a quadratic loss.
 *
 * @param rate the best, over the mean of the repeats
 * @param low end of the interval that holds two thirds of resampled repeats
 * @param high end of that interval
 */
record StepSearch(double rate, double low, double high) {
  private static final double FACTOR = 1.5;
  private static final int MOST_RATES = 25;
  private static final int RESAMPLES = 400;

  /** What a step changes. */
  @FunctionalInterface
  interface Step {
    /**
     * The loss after one step less that before.
     *
     * @param repeat which batch: the same one for the same number
     */
    double change(double rate, int repeat);
  }

  /**
   * Searches.
   *
   * @param around where to begin
   * @param repeats batches, at least 2
   */
  static StepSearch run(Step step, double around, int repeats, long seed) {
    TreeMap<Integer, double[]> tried = new TreeMap<>();
    int best = 0;
    for (int wanted = -1; wanted <= 1; wanted++) {
      tried.put(wanted, changes(step, around, wanted, repeats));
    }
    while (tried.size() < MOST_RATES) {
      best = argMin(tried);
      if (best == tried.firstKey()) {
        tried.put(best - 1, changes(step, around, best - 1, repeats));
      } else if (best == tried.lastKey()) {
        tried.put(best + 1, changes(step, around, best + 1, repeats));
      } else if (!tried.containsKey(best - 2)) {
        tried.put(best - 2, changes(step, around, best - 2, repeats)); // for the resampling
      } else if (!tried.containsKey(best + 2)) {
        tried.put(best + 2, changes(step, around, best + 2, repeats));
      } else {
        break;
      }
    }
    Random random = new Random(seed);
    double[] resampled = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      int[] drawn = random.ints(repeats, 0, repeats).toArray();
      resampled[r] = minimum(tried, drawn);
    }
    Arrays.sort(resampled);
    double found = minimum(tried, java.util.stream.IntStream.range(0, repeats).toArray());
    return new StepSearch(
        around * found,
        around * resampled[RESAMPLES / 6],
        around * resampled[RESAMPLES - 1 - RESAMPLES / 6]);
  }

  private static double[] changes(Step step, double around, int exponent, int repeats) {
    double[] changes = new double[repeats];
    for (int repeat = 0; repeat < repeats; repeat++) {
      changes[repeat] = step.change(around * Math.pow(FACTOR, exponent), repeat);
    }
    return changes;
  }

  private static int argMin(TreeMap<Integer, double[]> tried) {
    return tried.entrySet().stream()
        .min(java.util.Comparator.comparingDouble(entry -> Arrays.stream(entry.getValue()).sum()))
        .orElseThrow()
        .getKey();
  }

  /** Times {@code around}. */
  private static double minimum(TreeMap<Integer, double[]> tried, int[] repeats) {
    List<Integer> exponents = new ArrayList<>(tried.keySet());
    double[] means =
        tried.values().stream()
            .mapToDouble(changes -> Arrays.stream(repeats).mapToDouble(r -> changes[r]).sum())
            .toArray();
    int best = 0;
    for (int i = 1; i < means.length; i++) {
      best = means[i] < means[best] ? i : best;
    }
    double middle = Math.pow(FACTOR, exponents.get(best));
    if (best == 0 || best == means.length - 1) {
      return middle;
    }
    double left = (means[best - 1] - means[best]) / (middle - middle / FACTOR);
    double right = (means[best + 1] - means[best]) / (middle * FACTOR - middle);
    // Slopes half way to both sides; in between they change evenly.
    double from = middle * (1 + 1 / FACTOR) / 2;
    double to = middle * (1 + FACTOR) / 2;
    return from + (to - from) * left / (left + right);
  }
}
