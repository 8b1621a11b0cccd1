package io.curlew.attention.training;

import io.curlew.attention.bert.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam with bias correction (Kingma and Ba, 2015), over named arrays. DJL's own keeps its moments
 * to itself, so that training could not be resumed. Not thread-safe.
 *
 * <p>A step costs some twenty operations a number, in Java: adapters are small.
 */
public final class Adam {
  private static final String FIRST = "adam.m.";
  private static final String SECOND = "adam.v.";

  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final Map<String, float[]> first = new LinkedHashMap<>();
  private final Map<String, float[]> second = new LinkedHashMap<>();
  private int steps;

  /**
   * Without moments.
   *
   * @param beta1 decay of the mean gradient, 0 to below 1
   * @param beta2 decay of the mean square, 0 to below 1
   * @param epsilon added to the root of the mean square, at least 0
   */
  public Adam(double beta1, double beta2, double epsilon) {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "beta1 and beta2 must be at least 0 and below 1, got: " + beta1 + " and " + beta2);
    }
    if (!(epsilon >= 0)) {
      throw new IllegalArgumentException("epsilon must be at least 0, got: " + epsilon);
    }
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
  }

  /**
   * Takes a step's gradients in.
   *
   * @return what is to be subtracted from each array
   */
  public Map<String, float[]> step(Map<String, float[]> gradients, double learningRate) {
    steps++;
    double correction1 = 1 - Math.pow(beta1, steps);
    double correction2 = 1 - Math.pow(beta2, steps);
    Map<String, float[]> changes = new LinkedHashMap<>();
    gradients.forEach(
        (name, gradient) -> {
          float[] m = first.computeIfAbsent(name, key -> new float[gradient.length]);
          float[] v = second.computeIfAbsent(name, key -> new float[gradient.length]);
          float[] change = new float[gradient.length];
          for (int i = 0; i < change.length; i++) {
            double g = gradient[i];
            m[i] = (float) (beta1 * m[i] + (1 - beta1) * g);
            v[i] = (float) (beta2 * v[i] + (1 - beta2) * g * g);
            double scale = Math.sqrt(v[i] / correction2) + epsilon;
            // Without epsilon, what has never had a gradient does not move.
            change[i] = scale == 0 ? 0 : (float) (learningRate * m[i] / correction1 / scale);
          }
          changes.put(name, change);
        });
    return changes;
  }

  /** Steps taken. */
  public int steps() {
    return steps;
  }

  /** The moments, for a checkpoint. */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    first.forEach((name, m) -> state.put(FIRST + name, vector(m)));
    second.forEach((name, v) -> state.put(SECOND + name, vector(v)));
    return state;
  }

  private static Tensor vector(float[] values) {
    return new Tensor(new long[] {values.length}, values.clone());
  }

  /** Goes on from the moments of a checkpoint; arrays of other names are left out. */
  public void restore(int stepsTaken, Map<String, Tensor> state) {
    steps = stepsTaken;
    first.clear();
    second.clear();
    state.forEach(
        (name, tensor) -> {
          if (name.startsWith(FIRST)) {
            first.put(name.substring(FIRST.length()), tensor.values().clone());
          } else if (name.startsWith(SECOND)) {
            second.put(name.substring(SECOND.length()), tensor.values().clone());
          }
        });
  }
}
