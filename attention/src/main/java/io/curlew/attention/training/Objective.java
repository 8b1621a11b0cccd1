package io.curlew.attention.training;

import java.util.List;
import java.util.Map;

/**
 * What a training makes smaller, and how well it has done. One at a time in a JVM.
 *
 * @param <E> an example
 */
public interface Objective<E> {
  /** What is trained. */
  TrainedArrays trained();

  /**
   * Runs the model forward and backward.
   *
   * @param examples at least 1
   * @throws IllegalStateException if the loss is not finite
   */
  Result of(List<E> examples);

  /** How good the model is on examples that it is not trained on; more is better. */
  double heldOutScore(List<E> examples);

  /**
   * A step's loss and gradients.
   *
   * @param loss mean over the examples
   * @param gradients of it, by name
   */
  record Result(double loss, Map<String, float[]> gradients) {}
}
