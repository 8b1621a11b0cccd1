package io.curlew.attention.training;

/**
 * What Adam subtracts from the numbers that are trained, over the learning rate, for the gradient
 * of one batch and without momentum.
 */
@FunctionalInterface
public interface AdamStep {
  /**
   * The direction of a step.
   *
   * @param gradient mean over the batch
   * @param batch examples in it
   */
  double[] direction(double[] gradient, double batch);

  /**
   * The first step from rest, whose denominator is of the same batch: {@code x / sqrt(x^2 +
   * epsilon^2)}, and 0 where x is.
   */
  static AdamStep fromRest(double epsilon) {
    return (gradient, batch) -> LearningRateLaw.direction(gradient, epsilon);
  }

  /**
   * A step in the midst of training, where the denominator is an average over many batches: {@code
   * x / sqrt(g^2 + s^2 / batch + epsilon^2)}, and 0 where that is 0.
   *
   * @param square g^2, of the mean gradient, by coordinate
   * @param variance s^2, of the gradient of one example
   */
  static AdamStep settled(double epsilon, double[] square, double[] variance) {
    return (gradient, batch) -> {
      double[] step = new double[gradient.length];
      for (int i = 0; i < step.length; i++) {
        double scale = Math.sqrt(square[i] + variance[i] / batch + epsilon * epsilon);
        step[i] = scale == 0 ? 0 : gradient[i] / scale;
      }
      return step;
    };
  }
}
