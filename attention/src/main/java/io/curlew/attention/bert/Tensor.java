package io.curlew.attention.bert;

import java.util.Arrays;

/**
 * A named array of a weight file, in float32.
 *
 * @param shape its sizes
 * @param values row-major; not copied
 */
record Tensor(long[] shape, float[] values) {
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

  @Override
  public String toString() {
    return "Tensor" + Arrays.toString(shape);
  }
}
