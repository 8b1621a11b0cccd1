package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import java.util.List;

/**
 * The depthwise convolution of the values along the tokens that Nystromformer adds to its attention
 * (Xiong et al., 2021, section 3.3): one kernel per head, zeros beyond the ends, no bias. Padding
 * counts as zeros, and gets zeros. Costs {@code 2 * batch * heads * tokens * headSize * kernel}
 * operations.
 */
public final class ValueConvolution {
  private ValueConvolution() {}

  /**
   * Convolves.
   *
   * @param values (batch, heads, tokens, headSize)
   * @param weight (heads, kernel) with an odd kernel length
   * @param spans the real tokens of each sequence
   * @return an array of the shape of {@code values}, in its manager
   * @throws IllegalArgumentException naming rule and shape if the arrays do not fit
   */
  public static NDArray apply(NDArray values, NDArray weight, List<TokenSpan> spans) {
    AttentionInputs.require(values, values, values, spans);
    Shape shape = values.getShape();
    Shape kernel = weight.getShape();
    if (kernel.dimension() != 2 || kernel.get(0) != shape.get(1) || kernel.get(1) % 2 == 0) {
      throw new IllegalArgumentException(
          "convolution weight must have shape (heads = "
              + shape.get(1)
              + ", odd kernel length), got: "
              + kernel);
    }
    NDManager target = values.getManager();
    try (NDManager scratch = target.newSubManager()) {
      NDArray local = AttentionInputs.promote(scratch, values);
      NDArray filter =
          weight
              .get(scratch, new NDIndex().addAllDim())
              .toType(local.getDataType(), false)
              .reshape(kernel.get(0), 1, kernel.get(1), 1);
      NDArray real = AttentionInputs.realTokens(scratch, spans, local);
      NDArray column = real == null ? null : real.swapAxes(2, 3);
      NDArray output = convolve(column == null ? local : local.mul(column), filter);
      if (column != null) {
        output = output.mul(column);
      }
      output = output.toType(values.getDataType(), false);
      output.attach(target);
      return output;
    }
  }

  private static NDArray convolve(NDArray values, NDArray filter) {
    return Conv2d.conv2d(
            values,
            filter,
            null,
            new Shape(1, 1),
            new Shape(filter.getShape().get(2) / 2, 0),
            new Shape(1, 1),
            Math.toIntExact(values.getShape().get(1)))
        .singletonOrThrow();
  }
}
