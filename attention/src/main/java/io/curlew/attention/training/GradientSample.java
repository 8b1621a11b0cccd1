package io.curlew.attention.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Gradients of single examples: their mean, their noise, and the steps of batches of them. */
final class GradientSample {
  private final float[][] gradients;
  private final double[] mean;
  private final double[] deviation;
  private final double[] lengths;

  /** Of at least 4 examples, {@code [examples][numbers]}; not copied. */
  GradientSample(float[][] gradients) {
    if (gradients.length < 4) {
      throw new IllegalArgumentException(
          "examples must be at least 4 to tell gradient from noise, got: " + gradients.length);
    }
    this.gradients = gradients;
    int numbers = gradients[0].length;
    this.mean = new double[numbers];
    this.deviation = new double[numbers];
    this.lengths = new double[gradients.length];
    for (int k = 0; k < gradients.length; k++) {
      double sum = 0;
      for (int i = 0; i < numbers; i++) {
        double square = (double) gradients[k][i] * gradients[k][i];
        mean[i] += gradients[k][i];
        deviation[i] += square;
        sum += square;
      }
      lengths[k] = Math.sqrt(sum);
    }
    int n = gradients.length;
    for (int i = 0; i < numbers; i++) {
      mean[i] /= n;
      deviation[i] = Math.sqrt(Math.max(0, deviation[i] - n * mean[i] * mean[i]) / (n - 1));
    }
  }

  /** Of some examples of a loss. */
  static GradientSample of(Gradients loss, int from, int to) {
    float[][] gradients = new float[to - from][];
    for (int i = from; i < to; i++) {
      gradients[i - from] = loss.of(i);
    }
    return new GradientSample(gradients);
  }

  int size() {
    return gradients.length;
  }

  /** The gradient of one. */
  float[] of(int example) {
    return gradients[example];
  }

  double[] mean() {
    return mean;
  }

  /** The mean of some. */
  double[] mean(int from, int to) {
    double[] part = new double[mean.length];
    for (int k = from; k < to; k++) {
      for (int i = 0; i < part.length; i++) {
        part[i] += gradients[k][i] / (to - from);
      }
    }
    return part;
  }

  /** Of one example, by coordinate. */
  double[] deviation() {
    return deviation;
  }

  /**
   * What steps of batches do, over disjoint batches of consecutive examples.
   *
   * @param down E[u] g, with g from the examples outside of the batch of u
   * @param mean E[u]
   * @param drawn some of the steps
   */
  record Steps(double down, float[] mean, List<Draw> drawn) {}

  /**
   * One u that stands for others, drawn by its squared length, and what it is looked at with.
   *
   * @param weight which makes sums over the draws of what is quadratic in u means over all batches
   * @param examples outside of its batch
   * @param weights which make sums over those examples means over all outside of its batch
   */
  record Draw(float[] u, double weight, int[] examples, double[] weights) {}

  /**
   * Unbiased means over the steps of batches.
   *
   * @param batch at most half of the examples
   * @param draws how many steps are drawn; they may be the same
   * @param checked how many examples each of them is looked at with; fewer, if the sample is small.
   *     A few examples with large gradients have most of the curvature and of its noise, so that
   *     half of the probability of each is by the length of its gradient
   */
  Steps steps(AdamStep rule, int batch, int draws, int checked, RandomGenerator random) {
    int batches = size() / batch;
    double down = 0;
    float[] meanStep = new float[mean.length];
    double[] upTo = new double[batches];
    for (int b = 0; b < batches; b++) {
      double[] part = mean(b * batch, (b + 1) * batch);
      double[] u = rule.direction(part, batch);
      double square = 0;
      for (int i = 0; i < u.length; i++) {
        double rest = (size() * mean[i] - batch * part[i]) / (size() - batch);
        down += u[i] * rest / batches;
        meanStep[i] += (float) (u[i] / batches);
        square += u[i] * u[i];
      }
      upTo[b] = (b == 0 ? 0 : upTo[b - 1]) + square;
    }
    double all = upTo[batches - 1];
    List<Draw> drawn = new ArrayList<>();
    double start = random.nextDouble();
    for (int d = 0; d < draws && all > 0; d++) {
      int b = 0;
      while (b < batches - 1 && upTo[b] <= (start + d) / draws * all) {
        b++;
      }
      drawn.add(draw(rule, batch, b, checked, all / batches / draws, random));
    }
    return new Steps(down, meanStep, drawn);
  }

  private Draw draw(
      AdamStep rule,
      int batch,
      int number,
      int checked,
      double meanSquare,
      RandomGenerator random) {
    double[] u = rule.direction(mean(number * batch, (number + 1) * batch), batch);
    float[] kept = new float[u.length];
    double square = 0;
    for (int i = 0; i < u.length; i++) {
      kept[i] = (float) u[i];
      square += u[i] * u[i];
    }
    int[] outside =
        IntStream.range(0, size()).filter(example -> example / batch != number).toArray();
    WeightedDraws draws =
        WeightedDraws.of(
            Arrays.stream(outside).mapToDouble(example -> lengths[example]).toArray(),
            Math.min(checked, outside.length),
            random);
    return new Draw(
        kept,
        meanSquare / square,
        Arrays.stream(draws.numbers()).map(place -> outside[place]).toArray(),
        draws.weights());
  }
}
