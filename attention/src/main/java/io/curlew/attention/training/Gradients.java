package io.curlew.attention.training;

/** The gradients of a loss that is a mean over examples, at one point and near it. */
public interface Gradients {
  /** How many examples there are. */
  int examples();

  /** The gradient of one example's loss. */
  float[] of(int example);

  /**
   * The mean gradient of some examples where the numbers are less by a step.
   *
   * @param from first of the examples
   * @param to after the last
   */
  float[] after(double[] step, int from, int to);
}
