package io.curlew.attention.training;

/** The gradients of a loss that is a mean over examples, at one point and near it. */
public interface Gradients {
  /** How many examples there are. */
  int examples();

  /** The gradient of one example's loss. */
  float[] of(int example);

  /** The gradient of one example's loss where the numbers are less by a step. */
  float[] after(double[] step, int example);
}
