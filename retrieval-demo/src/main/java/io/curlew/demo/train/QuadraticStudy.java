package io.curlew.demo.train;

import io.curlew.attention.training.AdamStep;
import io.curlew.attention.training.Gradients;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * A quadratic loss with gradient noise: where a prediction can only be wrong by what it
 * approximates and by what it has seen.
 */
final class QuadraticStudy implements Gradients {
  private static final int SIZE = 400;
  private static final double SCALE = 0.03; // between the two epsilons that matter
  private static final double NOISE = 4 * SCALE;

  /** How mean gradients are spread over the numbers. */
  enum Spread {
    /** All as large. */
    EQUAL,
    /** Log-normal: a few carry most of it. */
    SPREAD,
    /** A tenth of them; the others have noise alone. */
    SPARSE;

    private double size(Random random) {
      return switch (this) {
        case EQUAL -> SCALE;
        case SPREAD -> SCALE * Math.exp(1.5 * random.nextGaussian());
        case SPARSE -> random.nextInt(10) == 0 ? 3 * SCALE : 0;
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final double[] gradient = new double[SIZE];
  private final double[] diagonal = new double[SIZE];
  private final double[] weight = new double[SIZE];
  private final int examples;
  private final long seed;

  QuadraticStudy(Spread spread, int examples, long seed) {
    Random random = new Random(seed);
    this.examples = examples;
    this.seed = seed;
    for (int i = 0; i < SIZE; i++) {
      double sign = random.nextBoolean() ? 1 : -1;
      gradient[i] = sign * spread.size(random);
      diagonal[i] = 0.5 + random.nextDouble();
      weight[i] = 3 / Math.sqrt(SIZE) * sign * random.nextDouble();
    }
  }

  @Override
  public int examples() {
    return examples;
  }

  @Override
  public float[] of(int example) {
    SplittableRandom random = new SplittableRandom(31 * seed + example);
    float[] noisy = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      noisy[i] = (float) (gradient[i] + NOISE * random.nextGaussian());
    }
    return noisy;
  }

  @Override
  public float[] after(double[] step, int example) {
    float[] after = of(example);
    double[] less = times(step);
    for (int i = 0; i < SIZE; i++) {
      after[i] -= (float) less[i];
    }
    return after;
  }

  /** The Hessian is a diagonal and {@code w w'}, w along the gradient's signs. */
  private double[] times(double[] v) {
    double along = 0;
    for (int i = 0; i < SIZE; i++) {
      along += weight[i] * v[i];
    }
    double[] product = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      product[i] = diagonal[i] * v[i] + along * weight[i];
    }
    return product;
  }

  /** The change of the loss by one step of a batch of examples that no probe has seen. */
  double change(AdamStep rule, double rate, int batch, int repeat) {
    SplittableRandom random = new SplittableRandom(-1 - 31 * seed - repeat);
    double[] noisy = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      noisy[i] = gradient[i] + NOISE / Math.sqrt(batch) * random.nextGaussian();
    }
    double[] step = rule.direction(noisy, batch);
    double[] curved = times(step);
    double change = 0;
    for (int i = 0; i < SIZE; i++) {
      change += -rate * step[i] * gradient[i] + rate * rate / 2 * step[i] * curved[i];
    }
    return change;
  }
}
