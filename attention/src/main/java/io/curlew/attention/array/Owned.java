package io.curlew.attention.array;

import ai.djl.ndarray.NDArray;

/**
 * Operands that outlive the call. In DJL's PyTorch engine an array that was made from Java values
 * borrows a buffer of the Java heap's, and {@code x.mul(number)} makes such an array and closes it
 * at once. What is recorded for a gradient still refers to it, and by the time of {@code backward}
 * the buffer may hold something else: one gradient in some hundred was garbage. Additions keep
 * nothing, so they may take numbers.
 */
public final class Owned {
  private Owned() {}

  /** {@code x * factor}, safe to differentiate. */
  public static NDArray mul(NDArray x, double factor) {
    return x.mul(scalar(x, factor).toType(x.getDataType(), false));
  }

  /** The larger of {@code x} and {@code bound}, safe to differentiate. */
  public static NDArray maximum(NDArray x, double bound) {
    return x.maximum(scalar(x, bound).toType(x.getDataType(), false));
  }

  /** A copy of an array that borrows, in the same manager. The array itself is closed. */
  public static NDArray copy(NDArray borrowed) {
    try (borrowed) {
      return borrowed.duplicate();
    }
  }

  /** A number in the manager of {@code x}. */
  public static NDArray scalar(NDArray x, double value) {
    return copy(x.getManager().create(value));
  }
}
