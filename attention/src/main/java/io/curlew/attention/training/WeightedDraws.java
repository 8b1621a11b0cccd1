package io.curlew.attention.training;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Some of a list, drawn with half of the probability even and half by a size: where a few large
 * ones have most of a mean, and of its noise. Whatever the sizes, none weighs more than twice as
 * much as in an even draw.
 *
 * @param numbers which, ascending; large ones may come several times
 * @param weights which make sums over those drawn means over all, in expectation
 */
public record WeightedDraws(int[] numbers, double[] weights) {

  /**
   * Draws.
   *
   * @param sizes of all, at least 0
   * @param count how many to draw
   */
  public static WeightedDraws of(double[] sizes, int count, RandomGenerator random) {
    double sum = Arrays.stream(sizes).sum();
    int[] numbers = new int[count];
    double[] weights = new double[count];
    double start = random.nextDouble();
    double upTo = 0;
    int next = 0;
    for (int i = 0; i < sizes.length; i++) {
      double even = 1.0 / sizes.length;
      double share = sum > 0 ? (even + sizes[i] / sum) / 2 : even;
      upTo += share;
      boolean last = i == sizes.length - 1;
      while (next < count && (last || (start + next) / count < upTo)) {
        numbers[next] = i;
        weights[next++] = even / share / count;
      }
    }
    return new WeightedDraws(numbers, weights);
  }
}
