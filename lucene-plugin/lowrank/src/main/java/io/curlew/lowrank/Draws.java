package io.curlew.lowrank;

import java.util.SplittableRandom;

/** Random draws by weight. */
final class Draws {

  private Draws() {}

  /**
   * An index with probability proportional to its weight; weights of at most 0 are never drawn.
   *
   * @throws IllegalArgumentException if no weight is positive
   */
  static int byWeight(double[] weights, SplittableRandom random) {
    double sum = 0;
    int last = -1;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        sum += weights[i];
        last = i;
      }
    }
    if (last < 0) {
      throw new IllegalArgumentException("some weight must be positive, got none");
    }
    double at = random.nextDouble() * sum;
    for (int i = 0; i < last; i++) {
      if (weights[i] > 0) {
        at -= weights[i];
        if (at < 0) {
          return i;
        }
      }
    }
    return last;
  }
}
