package io.curlew.attention.training;

import ai.djl.training.tracker.Tracker;
import java.util.OptionalDouble;

/**
 * The learning rate at which one step of sign descent, or of Adam with an epsilon, lowers the
 * expected loss most, as a function of the batch size (Li et al., "Surge phenomenon in optimal
 * learning rate and batch size scaling", 2024). Where gradients are spread, its one ratio of noise
 * is that of the smallest; {@link LearningRateCurve} has no such mean. With {@code nu_i = g_i /
 * sqrt(g_i^2 + epsilon^2)}, g the mean gradient and s its noise per example:
 *
 * <pre>rate = N sqrt(1 + x) / (P + D x),  x = pi noise / (2 batch)</pre>
 *
 * It has an interior peak only if {@code P > 2 D}; otherwise it rises to N/P. All four constants
 * depend on epsilon: a larger one flattens the curve towards that of gradient descent.
 *
 * @param signal N, the sum of {@code nu_i g_i}; above 0
 * @param curvature P, {@code nu' H nu} with the Hessian H
 * @param trace D, the trace of H, or what the curvature along the noise of a step comes to
 * @param noise the mean of {@code s_i^2 / (g_i^2 + epsilon^2)}, called kappa squared; at least 0
 */
public record LearningRateLaw(double signal, double curvature, double trace, double noise) {
  /** Products with a Hessian. */
  @FunctionalInterface
  public interface Hessian {
    /** {@code v' H v}. */
    double quadratic(double[] v);
  }

  /**
   * Checks the constants.
   *
   * @throws IllegalArgumentException if one is not finite, or the signal or the noise is negative
   */
  public LearningRateLaw {
    if (!(signal > 0) || !(noise >= 0) || !Double.isFinite(signal + noise + curvature + trace)) {
      throw new IllegalArgumentException(
          "signal must be above 0, noise at least 0, and all constants finite, got: signal "
              + signal
              + ", curvature "
              + curvature
              + ", trace "
              + trace
              + ", noise "
              + noise);
    }
  }

  /**
   * The law of known constants.
   *
   * @param gradient mean gradient
   * @param deviation of the gradient of one example, by coordinate
   * @param epsilon of Adam, at least 0
   * @param trace of the Hessian
   */
  public static LearningRateLaw of(
      double[] gradient, double[] deviation, double epsilon, Hessian hessian, double trace) {
    double[] nu = direction(gradient, epsilon);
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < nu.length; i++) {
      signal += nu[i] * gradient[i];
      noise +=
          deviation[i] * deviation[i] / (gradient[i] * gradient[i] + epsilon * epsilon) / nu.length;
    }
    return new LearningRateLaw(signal, hessian.quadratic(nu), trace, noise);
  }

  /** {@code g / sqrt(g^2 + epsilon^2)}, by coordinate; 0 where g is 0. */
  public static double[] direction(double[] gradient, double epsilon) {
    double[] nu = new double[gradient.length];
    for (int i = 0; i < nu.length; i++) {
      nu[i] = gradient[i] == 0 ? 0 : gradient[i] / Math.hypot(gradient[i], epsilon);
    }
    return nu;
  }

  /**
   * The best learning rate.
   *
   * @param batch examples in a batch, above 0
   * @throws IllegalStateException if the curvature is not positive there, so that there is none
   */
  public double rate(double batch) {
    if (!(batch > 0)) {
      throw new IllegalArgumentException("batch must be above 0, got: " + batch);
    }
    double x = Math.PI * noise / (2 * batch);
    double denominator = curvature + trace * x;
    if (!(denominator > 0)) {
      throw new IllegalStateException(
          "the curvature along a step must be positive, got: " + denominator);
    }
    return signal * Math.sqrt(1 + x) / denominator;
  }

  /** The batch size at which the rate peaks, if it does. */
  public OptionalDouble surgeBatch() {
    return curvature > 2 * trace && trace > 0
        ? OptionalDouble.of(Math.PI / 2 * noise * trace / (curvature - 2 * trace))
        : OptionalDouble.empty();
  }

  /** What to multiply a learning rate by that was good for another batch size. */
  public double factor(double fromBatch, double toBatch) {
    return rate(toBatch) / rate(fromBatch);
  }

  /** The best rate for a batch size, the same at every step. */
  public Tracker tracker(double batch) {
    return Tracker.fixed((float) rate(batch));
  }

  /** A schedule that was made for one batch size, scaled to another by {@link #factor}. */
  public Tracker rescaled(Tracker schedule, double fromBatch, double toBatch) {
    float factor = (float) factor(fromBatch, toBatch);
    return step -> factor * schedule.getNewValue(step);
  }
}
