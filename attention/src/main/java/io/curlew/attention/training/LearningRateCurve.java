package io.curlew.attention.training;

import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The learning rate at which one step of Adam lowers the expected loss most, as a function of the
 * batch size, as measured on groups of examples. With u the direction of a batch's step and g the
 * mean gradient it is the t at which {@code E[u' g(t)]} is 0, where {@code g(t)} is the gradient a
 * step of t u away; for a quadratic loss with Hessian H that is {@code E[u] g / E[u' H u]}. Unlike
 * in {@link LearningRateLaw} no coordinate's noise is averaged with another's, no gradient is taken
 * to be normal and no loss to be quadratic: the expectations are means over batches, with gradients
 * of other examples than those of u.
 *
 * <p>The band is where 95 % of the rates lie if groups are drawn again. A rate is not to be trusted
 * where the band does not exclude that it is off by more than {@value #FACTOR}.
 */
public final class LearningRateCurve {
  private static final int RESAMPLES = 2000;
  private static final int FACTOR = 2;

  private final int[] batches;
  private final double[] rates;
  private final double[] low;
  private final double[] high;

  /**
   * A curve.
   *
   * @param batches sizes, ascending
   * @param slopes along the steps of each, of as many groups each
   */
  LearningRateCurve(int[] batches, List<StepSlopes> slopes, int groups, long seed) {
    this.batches = batches.clone();
    int[] all = IntStream.range(0, groups).toArray();
    this.rates = slopes.stream().mapToDouble(of -> known(of.rate(all))).toArray();
    this.low = new double[batches.length];
    this.high = new double[batches.length];
    Random random = new Random(seed);
    double[][] drawn = new double[batches.length][RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      int[] again = random.ints(groups, 0, groups).toArray();
      for (int b = 0; b < batches.length; b++) {
        double rate = slopes.get(b).rate(again);
        drawn[b][r] = Double.isNaN(rate) ? 0 : rate;
      }
    }
    for (int b = 0; b < batches.length; b++) {
      Arrays.sort(drawn[b]);
      boolean known = !Double.isNaN(rates[b]);
      low[b] = known ? Math.min(drawn[b][RESAMPLES / 40], rates[b]) : 0;
      high[b] = Math.max(drawn[b][RESAMPLES - 1 - RESAMPLES / 40], known ? rates[b] : 0);
    }
  }

  /** NaN where a step does not go down, or never up again. */
  private static double known(double rate) {
    return Double.isFinite(rate) ? rate : Double.NaN;
  }

  /**
   * The best learning rate; beyond the batches that were measured, by the slope at the end. NaN
   * where the examples do not show that a step goes down, so that there is none.
   */
  public double rate(double batch) {
    return at(rates, batch);
  }

  /** The lower end of the band, 0 if there is none. */
  public double low(double batch) {
    return at(low, batch);
  }

  /** The upper end of the band; infinite where the slope along the steps did not rise enough. */
  public double high(double batch) {
    return at(high, batch);
  }

  private double at(double[] values, double batch) {
    if (!(batch > 0)) {
      throw new IllegalArgumentException("batch must be above 0, got: " + batch);
    }
    if (batches.length == 1) {
      return values[0];
    }
    int right = 1;
    while (right < batches.length - 1 && batches[right] < batch) {
      right++;
    }
    double from = values[right - 1];
    double to = values[right];
    double share = Math.log(batch / batches[right - 1]);
    share /= Math.log((double) batches[right] / batches[right - 1]);
    if (share == 0 || from == to) {
      return from;
    }
    if (share == 1) {
      return to;
    }
    if (Double.isNaN(from + to)) {
      return Double.NaN;
    }
    if (!(from > 0 && to > 0) || Double.isInfinite(from + to)) {
      return Math.max(0, from + share * (to - from)); // an end of a band that there is none of
    }
    return from * Math.pow(to / from, share);
  }

  /** Why not to trust the rate for a batch size, in words; empty if there is no reason. */
  public List<String> doubts(double batch) {
    List<String> doubts = new ArrayList<>();
    if (batch < batches[0] || batch > batches[batches.length - 1]) {
      doubts.add(
          String.format(
              Locale.ROOT,
              "batches of %d to %d were measured, this is beyond",
              batches[0],
              batches[batches.length - 1]));
    }
    if (Double.isNaN(rate(batch))) {
      doubts.add(
          "a step does not go down, or however far it goes not up again: there is no gradient to be"
              + " told from its noise, or more examples are needed");
    } else if (low(batch) < rate(batch) / FACTOR || high(batch) > rate(batch) * FACTOR) {
      doubts.add(
          String.format(
              Locale.ROOT,
              "it may be anywhere from %.1e to %.1e, so off by more than a factor of %d: more"
                  + " groups are needed",
              low(batch),
              high(batch),
              FACTOR));
    }
    return doubts;
  }

  /**
   * A schedule for a batch size that changes.
   *
   * @param batchOfStep the examples in the batch of a step; one for which no rate is known is an
   *     {@link IllegalStateException} at that step
   */
  public Tracker tracker(IntUnaryOperator batchOfStep) {
    return step -> (float) required(batchOfStep.applyAsInt(step));
  }

  /** A schedule that was made for one batch size, scaled to another that may change. */
  public Tracker rescaled(Tracker schedule, double madeFor, IntUnaryOperator batchOfStep) {
    double made = required(madeFor);
    return step ->
        (float) (schedule.getNewValue(step) * required(batchOfStep.applyAsInt(step)) / made);
  }

  private double required(double batch) {
    double rate = rate(batch);
    if (Double.isNaN(rate)) {
      throw new IllegalStateException(
          "batches must be of a size whose steps go down, got: " + batch + ", where none is known");
    }
    return rate;
  }
}
