package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.TokenRows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How far an approximation is from exact attention, found on a few query rows that are spread
 * evenly over the sequence. Costs {@code 4 * rows * tokens * headSize} operations a head.
 */
public final class ErrorEstimate {
  private ErrorEstimate() {}

  /**
   * The relative error of each head, in the Frobenius norm over the sampled rows and the batch.
   *
   * @param output the approximation, (batch, heads, tokens, headSize)
   */
  public static List<Double> perHead(
      NDManager parent, AttentionArrays arrays, NDArray output, int rows) {
    try (NDManager scratch = parent.newSubManager()) {
      NDArray positions = positions(scratch, arrays.shape(), rows);
      NDArray sampled = TokenRows.gather(TokenRows.all(scratch, arrays.queries()), positions);
      NDArray exact = ExactRows.attend(scratch, arrays.withQueries(sampled), null, 0);
      NDArray difference = TokenRows.gather(TokenRows.all(scratch, output), positions).sub(exact);
      double[] errors = squares(difference);
      double[] norms = squares(exact);
      List<Double> relative = new ArrayList<>();
      for (int head = 0; head < errors.length; head++) {
        relative.add(
            norms[head] == 0 ? Math.sqrt(errors[head]) : Math.sqrt(errors[head] / norms[head]));
      }
      return Collections.unmodifiableList(relative);
    }
  }

  private static NDArray positions(NDManager manager, Shape shape, int rows) {
    long tokens = shape.get(2);
    int count = (int) Math.min(rows, tokens);
    long[] positions = new long[count];
    for (int i = 0; i < count; i++) {
      positions[i] = (2L * i + 1) * tokens / (2L * count);
    }
    return manager
        .create(positions, new Shape(1, 1, count))
        .broadcast(new Shape(shape.get(0), shape.get(1), count));
  }

  private static double[] squares(NDArray array) {
    NDArray sums =
        array.stopGradient().toType(DataType.FLOAT64, false).square().sum(new int[] {0, 2, 3});
    return sums.toDoubleArray();
  }
}
