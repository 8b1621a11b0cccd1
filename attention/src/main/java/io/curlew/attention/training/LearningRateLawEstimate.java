package io.curlew.attention.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The constants of {@link LearningRateLaw} from examples.
 *
 * <p>Estimates differ from the definitions where those cannot be had from a sample. The noise ratio
 * of epsilon 0 is a mean of {@code s^2/g^2}, which gradients near 0 dominate and no sample bounds:
 * there signal and noise are those that explain how well steps of batches of 1, 2, 4, ... point
 * along the gradient of the other examples. With an epsilon the signal is taken from steps of one
 * half of the examples and the gradient of the other. P and D are those that give the curvature of
 * steps of 2 examples and of half of all.
 */
public final class LearningRateLawEstimate {
  private static final int MOST_EXAMPLES = 256;
  private static final int CHECKED = 32;
  private static final int SMALL_BATCH = 2;
  private static final int SMALL_BATCHES = 3;

  private final Gradients loss;
  private final GradientSample sample;
  private final double stride;
  private final long seed;

  private LearningRateLawEstimate(Gradients loss, GradientSample sample, double stride, long seed) {
    this.loss = loss;
    this.sample = sample;
    this.stride = stride;
    this.seed = seed;
  }

  /**
   * The laws of some epsilons, from at most {@value #MOST_EXAMPLES} examples. Costs a gradient of
   * each, and for each epsilon four times {@value #CHECKED}.
   *
   * @param loss of at least 4 examples
   * @param stride how far a number is moved to see the curvature, above 0
   * @param seed of the order of examples
   * @return by epsilon; none for one at which the examples do not tell gradient from noise: steps
   *     of one half of them do not go down by the gradient of the other
   * @throws IllegalArgumentException if there are fewer examples
   */
  public static Map<Double, LearningRateLaw> of(
      Gradients loss, List<Double> epsilons, double stride, long seed) {
    GradientSample sample = GradientSample.of(loss, 0, Math.min(MOST_EXAMPLES, loss.examples()));
    LearningRateLawEstimate estimate = new LearningRateLawEstimate(loss, sample, stride, seed);
    Map<Double, LearningRateLaw> laws = new HashMap<>();
    for (double epsilon : epsilons) {
      double[] fit = estimate.signalAndNoise(epsilon);
      if (fit[0] > 0) {
        laws.put(epsilon, estimate.law(epsilon, fit[0], fit[1]));
      }
    }
    return laws;
  }

  private double[] signalAndNoise(double epsilon) {
    if (epsilon == 0) {
      return fitSigns(sample, new Random(seed));
    }
    double noise = noise(sample, epsilon);
    int half = sample.size() / 2;
    double attenuation = 1 / Math.sqrt(1 + Math.PI * noise / (2 * half));
    double signal = alignment(sample, half, epsilon, new Random(seed)) / attenuation;
    return new double[] {signal, noise};
  }

  private LearningRateLaw law(double epsilon, double signal, double noise) {
    int half = sample.size() / 2;
    // Curvature of a step of B examples is (P + D x) / (1 + x), measured at two B.
    double large = Math.PI * noise / (2 * half);
    double small = Math.PI * noise / (2 * SMALL_BATCH);
    double ofLarge = (1 + large) * curvature(sample.mean(0, half), epsilon);
    double ofSmall = 0;
    for (int b = 0; b < SMALL_BATCHES; b++) {
      double[] mean = sample.mean(b * SMALL_BATCH, (b + 1) * SMALL_BATCH);
      ofSmall += (1 + small) / SMALL_BATCHES * curvature(mean, epsilon);
    }
    // Where one comes out negative it is too small to be seen.
    double alongNoise = Math.max(0, (ofSmall - ofLarge) / (small - large));
    double alongSignal = Math.max(0, ofLarge - alongNoise * large);
    return new LearningRateLaw(signal, alongSignal, alongNoise, noise);
  }

  /** {@code u' H u} of the direction u of a gradient, from the last examples. */
  private double curvature(double[] gradient, double epsilon) {
    double[] u = LearningRateLaw.direction(gradient, epsilon);
    double scale = stride / Arrays.stream(u).map(Math::abs).max().orElse(1);
    double[] step = Arrays.stream(u).map(value -> scale * value).toArray();
    int checked = Math.min(CHECKED, sample.size() / 2);
    double sum = 0;
    for (int example = sample.size() - checked; example < sample.size(); example++) {
      float[] before = sample.of(example);
      float[] after = loss.after(step, example);
      for (int i = 0; i < u.length; i++) {
        sum += u[i] * ((double) before[i] - after[i]) / checked;
      }
    }
    return sum / scale;
  }

  /**
   * The mean over coordinates of {@code s^2 / (g^2 + epsilon^2)}. The sample's own noise is taken
   * off the square of its mean, which would otherwise hide small gradients.
   *
   * @param epsilon above 0, or the mean has no bound
   */
  static double noise(GradientSample sample, double epsilon) {
    double[] mean = sample.mean();
    double[] deviation = sample.deviation();
    double sum = 0;
    for (int i = 0; i < mean.length; i++) {
      double variance = deviation[i] * deviation[i];
      double square = Math.max(0, mean[i] * mean[i] - variance / sample.size());
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
  private static double alignment(GradientSample sample, int batch, double epsilon, Random random) {
    double[] mean = sample.mean();
    int size = sample.size();
    int[] order = random.ints(0, size).distinct().limit(size).toArray();
    int batches = size / batch;
    double sum = 0;
    for (int b = 0; b < batches; b++) {
      double[] part = new double[mean.length];
      for (int k = b * batch; k < (b + 1) * batch; k++) {
        float[] gradient = sample.of(order[k]);
        for (int i = 0; i < part.length; i++) {
          part[i] += gradient[i] / batch;
        }
      }
      double[] step = LearningRateLaw.direction(part, epsilon);
      for (int i = 0; i < step.length; i++) {
        double rest = (size * mean[i] - batch * part[i]) / (size - batch);
        sum += step[i] * rest;
      }
    }
    return sum / batches;
  }

  /**
   * Signal and noise ratio at epsilon 0: N and k of {@code alignment(B) = N erf(sqrt(B / 2) / k)},
   * which is how often the sign of a mean of B normal numbers is right. Least squares on relative
   * errors over batches of 1, 2, 4, ... examples; noise ratios are tried on a grid.
   *
   * @return N and the square of k; NaN if steps of two batch sizes at least do not lower the loss
   *     of other examples
   */
  static double[] fitSigns(GradientSample sample, Random random) {
    List<double[]> measured = new ArrayList<>();
    for (int batch = 1; batch <= sample.size() / 2; batch *= 2) {
      double aligned = alignment(sample, batch, 0, random);
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
