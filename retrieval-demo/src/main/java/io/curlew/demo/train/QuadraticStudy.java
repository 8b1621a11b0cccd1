package io.curlew.demo.train;

import io.curlew.attention.training.LearningRateLaw;
import java.util.Random;

/**
 * A quadratic loss with gradient noise, all of whose constants are known: where the law can only be
 * wrong by what it approximates.
 */
final class QuadraticStudy {
  private static final int SIZE = 100;

  private final double[] gradient = new double[SIZE];
  private final double[] deviation = new double[SIZE];
  private final double[] weight = new double[SIZE];
  private final long seed;

  QuadraticStudy(long seed) {
    Random random = new Random(seed);
    this.seed = seed;
    for (int i = 0; i < SIZE; i++) {
      gradient[i] = random.nextGaussian();
      deviation[i] = 4;
      weight[i] = 0.3 * (gradient[i] > 0 ? 1 : -1) * random.nextDouble();
    }
  }

  /** The Hessian is the identity and {@code w w'}, w along the gradient's signs. */
  private double quadratic(double[] v) {
    double square = 0;
    double along = 0;
    for (int i = 0; i < SIZE; i++) {
      square += v[i] * v[i];
      along += weight[i] * v[i];
    }
    return square + along * along;
  }

  LearningRateLaw law(double epsilon) {
    double trace = 0;
    for (double w : weight) {
      trace += 1 + w * w;
    }
    return LearningRateLaw.of(gradient, deviation, epsilon, this::quadratic, trace);
  }

  /** The change of the loss by one step of a batch of noisy gradients. */
  double change(double rate, int batch, double epsilon, int repeat) {
    Random random = new Random(seed + 1 + repeat);
    double[] noisy = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      noisy[i] = gradient[i] + deviation[i] / Math.sqrt(batch) * random.nextGaussian();
    }
    double[] step = LearningRateLaw.direction(noisy, epsilon);
    double down = 0;
    for (int i = 0; i < SIZE; i++) {
      down += step[i] * gradient[i];
    }
    return -rate * down + rate * rate / 2 * quadratic(step);
  }
}
