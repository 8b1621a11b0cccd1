package io.curlew.attention.training;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Measures the constants of {@link LearningRateLaw} for what is being trained, at its present
 * weights: gradient and noise from the gradients of single examples, curvature from differences of
 * gradients.
 *
 * <p>Estimates differ from the definitions where those cannot be had from a sample. The noise ratio
 * of epsilon 0 is a mean of {@code s^2/g^2}, which gradients near 0 dominate and no sample bounds:
 * there signal and noise are those that explain how well steps of batches of 1, 2, 4, ... point
 * along the gradient of the other examples. With an epsilon the signal is taken from steps of one
 * half of the examples and the gradient of the other.
 *
 * <p>P and D are those that give the curvature of steps of 2 examples and of all. The law has D as
 * the trace of the Hessian, for noise that is independent between coordinates; that of real
 * gradients lies along the steep directions, so that D is larger than the {@link #trace} by far.
 *
 * <p>Costs one gradient of each example, and two of all for each epsilon and each random vector.
 */
public final class LearningRateProbe {
  private static final int TRACE_VECTORS = 4;
  private static final int SMALL_BATCH = 2;
  private static final int SMALL_BATCHES = 3;

  private final LowRankTuning tuning;
  private final RankingGradient gradient;
  private final List<RankingExample> examples;
  private final GradientSample sample;
  private final double stride;
  private final long seed;

  /**
   * Takes the gradients of the examples.
   *
   * @param examples at least 8, all with as many documents
   * @param stride how far numbers are moved to measure curvature, about the learning rate; above 0
   * @param seed of the random vectors and of the batches
   */
  public LearningRateProbe(
      LowRankTuning tuning,
      RankingGradient gradient,
      List<RankingExample> examples,
      double stride,
      long seed) {
    if (!(stride > 0)) {
      throw new IllegalArgumentException("stride must be above 0, got: " + stride);
    }
    this.tuning = tuning;
    this.gradient = gradient;
    this.examples = List.copyOf(examples);
    this.stride = stride;
    this.seed = seed;
    float[][] gradients = new float[examples.size()][];
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] = flat(gradient.of(List.of(examples.get(i))).gradients());
    }
    this.sample = new GradientSample(gradients);
  }

  private static float[] flat(Map<String, float[]> arrays) {
    int size = arrays.values().stream().mapToInt(array -> array.length).sum();
    float[] flat = new float[size];
    int from = 0;
    for (float[] array : arrays.values()) {
      System.arraycopy(array, 0, flat, from, array.length);
      from += array.length;
    }
    return flat;
  }

  /** Root mean square of gradient and of one example's noise, over all numbers. */
  public double[] scales() {
    double g = 0;
    double s = 0;
    for (int i = 0; i < sample.mean().length; i++) {
      g += sample.mean()[i] * sample.mean()[i];
      s += sample.deviation()[i] * sample.deviation()[i];
    }
    return new double[] {Math.sqrt(g / sample.mean().length), Math.sqrt(s / sample.mean().length)};
  }

  /**
   * Estimates the law for one epsilon.
   *
   * @throws IllegalArgumentException if the examples are too few to tell gradient from noise: steps
   *     of one half of them do not go down by the gradient of the other
   */
  public LearningRateLaw law(double epsilon) {
    double signal;
    double noise;
    if (epsilon == 0) {
      double[] fit = sample.fitSigns(new Random(seed));
      signal = fit[0];
      noise = fit[1];
    } else {
      noise = sample.noise(epsilon);
      int half = sample.size() / 2;
      double attenuation = 1 / Math.sqrt(1 + Math.PI * noise / (2 * half));
      signal = sample.alignment(half, epsilon, new Random(seed)) / attenuation;
    }
    if (!(signal > 0)) {
      throw new IllegalArgumentException(
          "examples must be enough to tell the gradient from its noise at epsilon "
              + epsilon
              + ", got: "
              + sample.size());
    }
    // Curvature of a step of B examples is (P + D x) / (1 + x), measured at two B.
    double large = Math.PI * noise / (2 * sample.size());
    double small = Math.PI * noise / (2 * SMALL_BATCH);
    double ofLarge = (1 + large) * quadratic(LearningRateLaw.direction(sample.mean(), epsilon));
    double ofSmall = 0;
    for (int b = 0; b < SMALL_BATCHES; b++) {
      double[] mean = sample.mean(b * SMALL_BATCH, (b + 1) * SMALL_BATCH);
      ofSmall += (1 + small) / SMALL_BATCHES * quadratic(LearningRateLaw.direction(mean, epsilon));
    }
    // Where one comes out negative it is too small to be seen.
    double alongNoise = Math.max(0, (ofSmall - ofLarge) / (small - large));
    double alongSignal = Math.max(0, ofLarge - alongNoise * large);
    return new LearningRateLaw(signal, alongSignal, alongNoise, noise);
  }

  /** The trace of the Hessian by Hutchinson's estimate: what D is if noise is independent. */
  public double trace() {
    Random random = new Random(seed + 1);
    double sum = 0;
    for (int k = 0; k < TRACE_VECTORS; k++) {
      double[] signs = new double[sample.mean().length];
      for (int i = 0; i < signs.length; i++) {
        signs[i] = random.nextBoolean() ? 1 : -1;
      }
      sum += quadratic(signs) / TRACE_VECTORS;
    }
    return sum;
  }

  /**
   * {@code v' H v} by a central difference of gradients; no number moves by more than the stride.
   */
  private double quadratic(double[] v) {
    double largest = 0;
    for (double value : v) {
      largest = Math.max(largest, Math.abs(value));
    }
    double scale = stride / largest;
    Map<String, io.curlew.attention.bert.Tensor> before = tuning.values();
    move(v, scale);
    float[] above = flat(gradient.of(examples).gradients());
    move(v, -2 * scale);
    float[] below = flat(gradient.of(examples).gradients());
    tuning.set(before);
    double sum = 0;
    for (int i = 0; i < v.length; i++) {
      sum += v[i] * ((double) above[i] - below[i]);
    }
    return sum / (2 * scale);
  }

  private void move(double[] v, double scale) {
    int from = 0;
    for (NDArray array : tuning.trained().values()) {
      float[] change = new float[Math.toIntExact(array.getShape().size())];
      for (int i = 0; i < change.length; i++) {
        change[i] = (float) (-scale * v[from + i]);
      }
      LowRankTuning.subtract(array, change);
      from += change.length;
    }
  }
}
