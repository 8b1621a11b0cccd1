package io.curlew.attention.training;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How steep the expected loss is along the steps of one batch size, by groups of examples. A step
 * goes down with slope {@code E[u] g} where it starts; at a learning rate t the slope has risen by
 * {@code E[u' (g - g(t u))]}, which is {@code t E[u' H u]} for a quadratic loss. The best rate is
 * where it has risen by as much as it went down.
 */
final class StepSlopes {
  /** A rate that is tried is at most so many times the largest of those before. */
  private static final double GROWTH = 8;

  /** Rates as close as this need not both be tried. */
  private static final double CLOSE = 1.2;

  private final double[][] downs;
  private final TreeMap<Double, double[]> rises = new TreeMap<>();

  /**
   * Slopes at the start.
   *
   * @param downs mean step of a group times the mean gradient of a group, in the diagonal of
   *     examples outside of each step's batch: all of them have the same expectation
   */
  StepSlopes(double[][] downs) {
    this.downs = downs;
  }

  /** Tells how far slopes have risen at a learning rate, by group. */
  void put(double rate, double[] risen) {
    rises.put(rate, risen);
  }

  /**
   * Where to look next; NaN when the best rate is known as closely as it need be, or there is none.
   */
  double next() {
    double best = rate(IntStream.range(0, downs.length).toArray());
    double next = rises.isEmpty() ? Double.NaN : Math.min(best, GROWTH * rises.lastKey());
    Double below = rises.floorKey(next);
    Double above = rises.ceilingKey(next);
    boolean near = below != null && next / below < CLOSE || above != null && above / next < CLOSE;
    return near ? Double.NaN : next;
  }

  /**
   * The best rate by some groups, between the rates that were tried by a power law and beyond them
   * with the curvature at the end; NaN if the steps do not go down, and infinite if the slope has
   * not risen at the largest rate.
   */
  double rate(int[] groups) {
    double down = 0;
    for (int ofSteps : groups) {
      down += sum(downs[ofSteps], groups) / groups.length;
    }
    if (!(down > 0) || rises.isEmpty()) {
      return Double.NaN;
    }
    double below = 0;
    double risenBelow = 0;
    for (Map.Entry<Double, double[]> tried : rises.entrySet()) {
      double risen = sum(tried.getValue(), groups);
      if (risen >= down) {
        double share = Math.log(down / risenBelow) / Math.log(risen / risenBelow);
        return risenBelow > 0
            ? below * Math.pow(tried.getKey() / below, share)
            : tried.getKey() * down / risen;
      }
      below = tried.getKey();
      risenBelow = risen;
    }
    return risenBelow > 0 ? below * down / risenBelow : Double.POSITIVE_INFINITY;
  }

  private static double sum(double[] values, int[] groups) {
    return Arrays.stream(groups).mapToDouble(g -> values[g]).sum();
  }
}
