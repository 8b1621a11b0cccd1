package io.curlew.demo.train;

import io.curlew.attention.training.AdamStep;
import io.curlew.attention.training.LowRankTuning;
import io.curlew.attention.training.RankingExample;
import io.curlew.attention.training.RankingGradient;
import io.curlew.attention.training.TuningGradients;
import io.curlew.attention.training.WeightedDraws;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Steps of a cross-encoder that are undone when their loss is known. Examples are shared out to the
 * repeats, whose batches are of their own share. As many steps as there are repeats are taken,
 * drawn by their squared length, and their loss is looked at on some examples of the share after
 * that of their batch, drawn by the length of their gradient: a few have most of the curvature.
 *
 * <p>That loss changes most by how the gradients of those few happen to lie along the step. So what
 * it changes by to first order is told apart, from all batches and all examples: the curvature is
 * seen with far fewer than the slope.
 */
final class StepTrials {
  private final LowRankTuning tuning;
  private final RankingGradient gradient;
  private final List<RankingExample> examples;
  private final int part;
  private final int looked;
  private final List<float[]> parts = new ArrayList<>();

  /** Some examples, their loss and its gradient where the tuning is. */
  private record Look(WeightedDraws draws, double before, double[] gradient) {}

  /**
   * Trials where a tuning is.
   *
   * @param examples whose gradients are held, by parts
   * @param part how many of them, which divides all batch sizes
   * @param looked how many of them the loss of steps is looked at on
   */
  StepTrials(
      LowRankTuning tuning,
      RankingGradient gradient,
      List<RankingExample> examples,
      int part,
      int looked) {
    this.tuning = tuning;
    this.gradient = gradient;
    this.examples = examples;
    this.part = part;
    this.looked = looked;
  }

  /**
   * Steps of a batch size.
   *
   * @param repeats at least 2, and at most as many as there are batches
   */
  StepSearch.Step steps(AdamStep rule, int batch, int repeats) {
    int batches = examples.size() / batch / repeats;
    int share = batches * batch;
    double[] squares = new double[batches * repeats];
    double[][] directions = new double[repeats][];
    for (int number = 0; number < squares.length; number++) {
      double[] direction = direction(rule, batch, number);
      squares[number] = dot(direction, direction);
      int repeat = number / batches;
      if (number % batches == 0) {
        directions[repeat] = new double[direction.length];
      }
      add(directions[repeat], direction, 1.0 / batches);
    }
    WeightedDraws taken = WeightedDraws.of(squares, repeats, new SplittableRandom(batch));
    double[][] slopes = new double[repeats][repeats];
    for (int ofShare = 0; ofShare < repeats; ofShare++) {
      double[] mean = mean(ofShare * share, (ofShare + 1) * share);
      for (int ofBatches = 0; ofBatches < repeats; ofBatches++) {
        slopes[ofBatches][ofShare] = -dot(directions[ofBatches], mean);
      }
    }
    return new StepSearch.Step() {
      private final Map<Integer, Look> looks = new HashMap<>();

      @Override
      public double change(double rate, int repeat) {
        int number = taken.numbers()[repeat];
        int next = (number / batches + 1) % repeats * share;
        Look look = looks.computeIfAbsent(repeat, r -> look(next, next + share, r, repeats));
        double[] direction = direction(rule, batch, number);
        double[] step = new double[direction.length];
        add(step, direction, rate);
        double after = TuningGradients.moved(tuning, step, () -> loss(look.draws, next));
        double change = after - look.before + dot(step, look.gradient);
        return taken.weights()[repeat] * repeats * change;
      }

      @Override
      public double[][] slopes() {
        return slopes;
      }
    };
  }

  private double[] direction(AdamStep rule, int batch, int number) {
    return rule.direction(mean(number * batch, (number + 1) * batch), batch);
  }

  /** What a repeat looks at of the examples from one to another, where the tuning is. */
  private Look look(int from, int to, int repeat, int repeats) {
    List<float[]> among = parts.subList(from / part, to / part);
    double[] lengths = among.stream().mapToDouble(StepTrials::length).toArray();
    WeightedDraws draws =
        WeightedDraws.of(
            lengths, Math.max(1, looked / repeats / part), new SplittableRandom(repeat));
    double[] gradient = new double[among.get(0).length];
    for (int k = 0; k < draws.numbers().length; k++) {
      add(gradient, among.get(draws.numbers()[k]), draws.weights()[k]);
    }
    return new Look(draws, loss(draws, from), gradient);
  }

  /** The mean gradient of some examples, whole parts. */
  private double[] mean(int from, int to) {
    while (parts.size() < examples.size() / part) {
      int first = parts.size() * part;
      parts.add(new TuningGradients(tuning, gradient, examples).mean(first, first + part));
    }
    double[] mean = new double[parts.get(0).length];
    for (float[] one : parts.subList(from / part, to / part)) {
      add(mean, one, (double) part / (to - from));
    }
    return mean;
  }

  private static void add(double[] sum, double[] values, double times) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += times * values[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] sum, float[] values, double times) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += times * values[i];
    }
  }

  private static double length(float[] gradient) {
    double sum = 0;
    for (float value : gradient) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  /** The training's loss, from scores without gradients, of parts from an example on. */
  private double loss(WeightedDraws draws, int from) {
    List<RankingExample> drawn = new ArrayList<>();
    for (int number : draws.numbers()) {
      drawn.addAll(examples.subList(from + number * part, from + (number + 1) * part));
    }
    double loss = 0;
    int next = 0;
    for (float[] scores : gradient.scores(drawn)) {
      double exponentials = 0;
      for (float score : scores) {
        exponentials += Math.exp(score - (double) scores[0]);
      }
      loss += draws.weights()[next++ / part] * Math.log(exponentials) / part;
    }
    return loss;
  }
}
