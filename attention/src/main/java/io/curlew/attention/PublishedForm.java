package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.Owned;
import io.curlew.attention.nystrom.AttentionArrays;
import io.curlew.attention.nystrom.ExactRows;
import io.curlew.attention.nystrom.LandmarkAttention;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form that published weights were trained with: the batch at once, landmarks over all tokens,
 * padding masked where landmark queries meet keys and nowhere else. Rows of padding have values, as
 * there; sequences without a real token are 0.
 */
final class PublishedForm {
  private PublishedForm() {}

  static NDArray attend(
      NDManager scratch,
      AttentionArrays arrays,
      List<TokenSpan> spans,
      NystromOptions options,
      float dropout,
      List<SequenceReport> reports) {
    Shape shape = arrays.shape();
    int tokens = Math.toIntExact(shape.get(2));
    NDArray mask = AttentionInputs.keyMask(scratch, spans, arrays.queries());
    boolean exact =
        options.landmarks() >= tokens
            || (options.exactWhenFaster()
                && AttentionCost.exactIsFaster(
                    shape.get(1), tokens, shape.get(3), options.landmarks(), options));
    NDArray output;
    if (exact) {
      output = ExactRows.attend(scratch, arrays, mask, dropout);
    } else {
      output =
          new LandmarkAttention(
                  scratch,
                  arrays.queries(),
                  arrays.keys(),
                  mask,
                  0,
                  0,
                  options.landmarks(),
                  options.form())
              .output(arrays.values(), dropout);
    }
    int landmarks = exact ? tokens : options.landmarks();
    spans.forEach(span -> reports.add(new SequenceReport(exact, landmarks, List.of())));
    NDArray present = present(scratch, spans, arrays.queries());
    return present == null ? output : output.mul(present);
  }

  /** 0 for sequences without a real token, else 1; null if all have one. */
  private static @Nullable NDArray present(NDManager scratch, List<TokenSpan> spans, NDArray like) {
    if (spans.stream().allMatch(span -> span.length() > 0)) {
      return null;
    }
    float[] present = new float[spans.size()];
    for (int sequence = 0; sequence < present.length; sequence++) {
      present[sequence] = spans.get(sequence).length() > 0 ? 1 : 0;
    }
    return Owned.copy(scratch.create(present, new Shape(present.length, 1, 1, 1)))
        .toType(like.getDataType(), false);
  }
}
