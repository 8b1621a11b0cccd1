package io.curlew.attention.bert;

import java.util.Arrays;

/**
 * A named array of a weight file, in float32.
 *
 * @param shape its sizes
 * @param values row-major; not copied
 */
public record Tensor(long[] shape, float[] values) {
  /**
   * Checks that there are as many values as the shape says.
   *
   * @throws IllegalArgumentException if not, or if a size is negative
   * @throws ArithmeticException if the sizes' product overflows
   */
  public Tensor {
    long size = 1;
    for (long length : shape) {
      if (length < 0) {
        throw new IllegalArgumentException(
            "sizes of an array must be at least 0, got: " + Arrays.toString(shape));
      }
      size = Math.multiplyExact(size, length);
    }
    if (size != values.length) {
      throw new IllegalArgumentException(
          "an array of shape "
              + Arrays.toString(shape)
              + " must have "
              + size
              + " values, got: "
              + values.length);
    }
  }

  Tensor transposed() {
    int rows = Math.toIntExact(shape[0]);
    int columns = Math.toIntExact(shape[1]);
    float[] result = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        result[column * rows + row] = values[row * columns + column];
      }
    }
    return new Tensor(new long[] {columns, rows}, result);
  }

  /** {@code this + b a}, all three matrices; costs {@code 2 size rank} operations. */
  Tensor plus(Tensor b, Tensor a) {
    int rows = Math.toIntExact(shape[0]);
    int columns = Math.toIntExact(shape[1]);
    int rank = Math.toIntExact(a.shape[0]);
    if (b.shape[0] != rows || b.shape[1] != rank || a.shape[1] != columns) {
      throw new IllegalArgumentException(
          "adapters of " + this + " must fit it and each other, got: " + b + " and " + a);
    }
    float[] sum = values.clone();
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < rank; k++) {
        float factor = b.values[row * rank + k];
        for (int column = 0; column < columns; column++) {
          sum[row * columns + column] += factor * a.values[k * columns + column];
        }
      }
    }
    return new Tensor(shape, sum);
  }

  @Override
  public String toString() {
    return "Tensor" + Arrays.toString(shape);
  }
}
