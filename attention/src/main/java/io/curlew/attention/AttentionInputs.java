package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.Owned;
import io.curlew.attention.array.TokenRows;
import io.curlew.attention.nystrom.AttentionArrays;
import io.curlew.attention.nystrom.ExactRows;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks on what attention is given. Shapes and lengths only: no value is looked at. */
final class AttentionInputs {
  /** DJL's PyTorch engine cannot convert to or from bfloat16. */
  private static final List<DataType> TYPES =
      List.of(DataType.FLOAT16, DataType.FLOAT32, DataType.FLOAT64);

  private AttentionInputs() {}

  static void require(NDArray q, NDArray k, NDArray v, List<TokenSpan> spans) {
    Shape shape = q.getShape();
    if (shape.dimension() != 4) {
      throw new IllegalArgumentException(
          "queries must have shape (batch, heads, tokens, headSize), got: " + shape);
    }
    for (int axis = 0; axis < 4; axis++) {
      if (shape.get(axis) < 1) {
        throw new IllegalArgumentException(
            "queries must have at least 1 of everything, got shape: " + shape);
      }
    }
    requireSame("keys", shape, k.getShape());
    requireSame("values", shape, v.getShape());
    DataType type = q.getDataType();
    if (!TYPES.contains(type)) {
      throw new IllegalArgumentException("queries must be one of " + TYPES + ", got: " + type);
    }
    if (k.getDataType() != type || v.getDataType() != type) {
      throw new IllegalArgumentException(
          "queries, keys and values must have one data type, got: "
              + type
              + ", "
              + k.getDataType()
              + " and "
              + v.getDataType());
    }
    requireSpans(shape, spans);
  }

  private static void requireSame(String name, Shape queries, Shape shape) {
    if (!queries.equals(shape)) {
      throw new IllegalArgumentException(
          name + " must have the shape of the queries, " + queries + ", got: " + shape);
    }
  }

  private static void requireSpans(Shape shape, List<TokenSpan> spans) {
    if (spans.size() != shape.get(0)) {
      throw new IllegalArgumentException(
          "valid lengths must be one for each of the "
              + shape.get(0)
              + " sequences, got: "
              + spans.size());
    }
    for (TokenSpan span : spans) {
      if (span.end() > shape.get(2)) {
        throw new IllegalArgumentException(
            "valid tokens must lie within the " + shape.get(2) + " of the sequence, got: " + span);
      }
    }
  }

  /** The arrays in a scratch manager, in float32 at least. */
  static AttentionArrays promote(NDManager scratch, NDArray q, NDArray k, NDArray v) {
    return new AttentionArrays(promote(scratch, q), promote(scratch, k), promote(scratch, v));
  }

  /** The array in a scratch manager, in float32 at least. */
  static NDArray promote(NDManager scratch, NDArray array) {
    NDArray local = TokenRows.all(scratch, array);
    return array.getDataType() == DataType.FLOAT16 ? local.toType(DataType.FLOAT32, false) : local;
  }

  /** 1 for real tokens and 0 for padding, (batch, 1, 1, tokens); null if there is no padding. */
  static @Nullable NDArray realTokens(NDManager scratch, List<TokenSpan> spans, NDArray like) {
    return byToken(scratch, spans, like, 1, 0);
  }

  /** What to add to the logits of each key, (batch, 1, 1, tokens); null if there is no padding. */
  static @Nullable NDArray keyMask(NDManager scratch, List<TokenSpan> spans, NDArray like) {
    return byToken(scratch, spans, like, 0, ExactRows.MASKED);
  }

  private static @Nullable NDArray byToken(
      NDManager scratch, List<TokenSpan> spans, NDArray like, float real, float padding) {
    int tokens = Math.toIntExact(like.getShape().get(2));
    if (spans.stream().allMatch(span -> span.isWhole(tokens))) {
      return null;
    }
    float[] values = new float[Math.multiplyExact(spans.size(), tokens)];
    Arrays.fill(values, padding);
    for (int sequence = 0; sequence < spans.size(); sequence++) {
      TokenSpan span = spans.get(sequence);
      int offset = sequence * tokens;
      Arrays.fill(values, offset + span.start(), offset + span.end(), real);
    }
    return Owned.copy(scratch.create(values, new Shape(spans.size(), 1, 1, tokens)))
        .toType(like.getDataType(), false);
  }
}
