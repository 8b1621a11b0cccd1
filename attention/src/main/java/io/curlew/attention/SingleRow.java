package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.nystrom.AttentionArrays;
import java.util.List;

/** One row of the output of each sequence. */
final class SingleRow {
  private SingleRow() {}

  static NDArray attend(
      NDArray q, NDArray k, NDArray v, List<TokenSpan> spans, long row, NystromOptions options) {
    Shape shape = q.getShape();
    if (row < 0 || row >= shape.get(2)) {
      throw new IllegalArgumentException(
          "row must be one of the " + shape.get(2) + " tokens, got: " + row);
    }
    if (options.nearField() > 0 || options.estimatesError() || options.compatible()) {
      throw new IllegalArgumentException(
          "a single row must not be asked for with near field, error tolerance or the compatible"
              + " form, got: "
              + options);
    }
    NDManager target = q.getManager();
    try (NDManager scratch = target.newSubManager()) {
      AttentionArrays arrays = AttentionInputs.promote(scratch, q, k, v);
      NDList rows = new NDList();
      for (int sequence = 0; sequence < spans.size(); sequence++) {
        TokenSpan span = spans.get(sequence);
        if (row < span.start() || row >= span.end()) {
          rows.add(
              scratch.zeros(
                  new Shape(1, shape.get(1), 1, shape.get(3)), arrays.queries().getDataType()));
          continue;
        }
        rows.add(
            new UnpaddedAttention(
                    scratch,
                    arrays.slice(scratch, sequence, sequence + 1L, span.start(), span.end()),
                    span,
                    options)
                .row(row - span.start()));
      }
      NDArray output = rows.size() == 1 ? rows.head() : NDArrays.concat(rows, 0);
      output = output.toType(q.getDataType(), false);
      output.attach(target);
      return output;
    }
  }
}
