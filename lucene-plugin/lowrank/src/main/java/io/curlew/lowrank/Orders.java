package io.curlew.lowrank;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Orders of indices. */
final class Orders {

  private Orders() {}

  /** Largest value first; of equals the lower index. */
  static int[] falling(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -values[i]).thenComparing(i -> i))
        .mapToInt(i -> i)
        .toArray();
  }

  /** A random permutation. */
  static int[] shuffled(int n, SplittableRandom random) {
    int[] order = IntStream.range(0, n).toArray();
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  /**
   * Indices of positive weight in the order of drawing without replacement, each time with
   * probability proportional to the weight (Efraimidis, Spirakis 2006).
   */
  static int[] drawn(double[] weights, SplittableRandom random) {
    double[] keys = new double[weights.length];
    int positive = 0;
    for (int i = 0; i < weights.length; i++) {
      // -Exp(1) / weight: the smallest waiting time first.
      double time = -Math.log1p(-random.nextDouble());
      keys[i] = weights[i] > 0 ? -time / weights[i] : Double.NEGATIVE_INFINITY;
      positive += weights[i] > 0 ? 1 : 0;
    }
    return IntStream.of(falling(keys)).limit(positive).toArray();
  }
}
