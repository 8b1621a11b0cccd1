package io.curlew.cur.fit;

import java.util.function.DoubleFunction;

/**
 * Chooses a regularisation by leave-one-out error, on a grid of half decades. From fit to fit of
 * the same query it moves little: so each search walks downhill from the last choice and tries two
 * or three values, not all. Targets of another query must {@link #restart}: the error can have two
 * valleys, and which is found would depend on the query before.
 */
final class LambdaGrid {

  private final int smallest;
  private final int largest;
  private final int first;
  private int halfDecades;

  /** A grid between two powers of ten, and where to start. */
  LambdaGrid(double smallest, double largest, double first) {
    this.smallest = halfDecades(smallest);
    this.largest = halfDecades(largest);
    this.first = halfDecades(first);
    restart();
  }

  /** The next search begins where the first one did. */
  void restart() {
    halfDecades = first;
  }

  private static int halfDecades(double lambda) {
    return (int) Math.round(2 * Math.log10(lambda));
  }

  /** The solution with the smallest leave-one-out error that is reached downhill. */
  RidgeFactor.Solution descend(DoubleFunction<RidgeFactor.Solution> solve) {
    RidgeFactor.Solution best = solve.apply(chosen());
    for (int step : new int[] {1, -1}) {
      int start = halfDecades;
      for (int next = start + step; next >= smallest && next <= largest; next += step) {
        RidgeFactor.Solution candidate = solve.apply(lambda(next));
        if (!(candidate.squaredLooError() < best.squaredLooError())) {
          break;
        }
        best = candidate;
        halfDecades = next;
      }
      if (halfDecades != start) {
        break;
      }
    }
    return best;
  }

  /** The value last chosen. */
  double chosen() {
    return lambda(halfDecades);
  }

  private static double lambda(int halfDecades) {
    return Math.pow(10, halfDecades / 2.0);
  }
}
