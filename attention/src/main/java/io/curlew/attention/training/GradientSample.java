package io.curlew.attention.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Gradients of single examples: their mean, their noise, and how well the step of a small batch
 * points along the gradient of the rest.
 */
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
   * The mean over coordinates of {@code s^2 / (g^2 + epsilon^2)}. The sample's own noise is taken
   * off the square of its mean, which would otherwise hide small gradients.
   *
   * @param epsilon above 0, or the mean has no bound
   */
  double noise(double epsilon) {
    double sum = 0;
    for (int i = 0; i < mean.length; i++) {
      double variance = deviation[i] * deviation[i];
      double square = Math.max(0, mean[i] * mean[i] - variance / size());
      sum += variance / (square + epsilon * epsilon);
    }
    return sum / mean.length;
  }

  /**
   * How far a step of unit learning rate lowers the loss to first order: the product of the step of
   * some batches with the gradient of the other examples, averaged over disjoint batches.
   *
   * @param batch at most half of the examples
   */
  double alignment(int batch, double epsilon, Random random) {
    int[] order = random.ints(0, size()).distinct().limit(size()).toArray();
    int batches = size() / batch;
    double sum = 0;
    for (int b = 0; b < batches; b++) {
      double[] part = new double[mean.length];
      for (int k = b * batch; k < (b + 1) * batch; k++) {
        float[] gradient = gradients[order[k]];
        for (int i = 0; i < part.length; i++) {
          part[i] += gradient[i] / batch;
        }
      }
      double[] step = LearningRateLaw.direction(part, epsilon);
      for (int i = 0; i < step.length; i++) {
        double rest = (size() * mean[i] - batch * part[i]) / (size() - batch);
        sum += step[i] * rest;
      }
    }
    return sum / batches;
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

  /**
   * Signal and noise ratio at epsilon 0: N and k of {@code alignment(B) = N erf(sqrt(B / 2) / k)},
   * which is how often the sign of a mean of B normal numbers is right. Least squares on relative
   * errors over batches of 1, 2, 4, ... examples; noise ratios are tried on a grid.
   *
   * @return N and the square of k; NaN if steps of two batch sizes at least do not lower the loss
   *     of other examples
   */
  double[] fitSigns(Random random) {
    List<double[]> measured = new ArrayList<>();
    for (int batch = 1; batch <= size() / 2; batch *= 2) {
      double aligned = alignment(batch, 0, random);
      if (aligned > 0) {
        measured.add(new double[] {batch, aligned});
      }
    }
    double[] best = {Double.NaN, Double.NaN};
    double least = Double.POSITIVE_INFINITY;
    for (double noise = 0.1; measured.size() > 1 && noise < 1e7; noise *= 1.05) {
      double sum = 0;
      double squares = 0;
      for (double[] point : measured) {
        double ratio = erf(Math.sqrt(point[0] / 2 / noise)) / point[1];
        sum += ratio;
        squares += ratio * ratio;
      }
      double signal = sum / squares;
      double error = measured.size() - signal * sum; // of (N erf / aligned - 1), squared, summed
      if (error < least) {
        least = error;
        best = new double[] {signal, noise};
      }
    }
    return best;
  }

  /** Abramowitz and Stegun, 7.1.26, for x at least 0; error at most 1.5e-7. */
  static double erf(double x) {
    double t = 1 / (1 + 0.3275911 * x);
    double polynomial =
        ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592)
            * t;
    return 1 - polynomial * Math.exp(-x * x);
  }
}
