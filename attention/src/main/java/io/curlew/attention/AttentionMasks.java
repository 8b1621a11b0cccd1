package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/** Masks (batch, tokens), 1 for real tokens and 0 for padding, as the runs of tokens they are. */
public final class AttentionMasks {
  private AttentionMasks() {}

  /**
   * Reads a mask. One copy of (batch, tokens) numbers to the host.
   *
   * @param mask of any number type or boolean
   * @param batch number of sequences
   * @param tokens number of tokens of each
   * @throws IllegalArgumentException if the mask has another shape, such as the (batch, tokens,
   *     tokens) of a causal one, or a sequence's real tokens are not one run
   */
  public static List<TokenSpan> spans(NDArray mask, long batch, long tokens) {
    Shape expected = new Shape(batch, tokens);
    if (!mask.getShape().equals(expected)) {
      throw new IllegalArgumentException(
          "mask must have shape (batch, tokens) = "
              + expected
              + ", and not one row per query, as causal masks have; got: "
              + mask.getShape());
    }
    float[] values;
    try (NDArray floats = mask.toType(DataType.FLOAT32, true)) {
      values = floats.toFloatArray();
    }
    List<TokenSpan> spans = new ArrayList<>();
    int length = Math.toIntExact(tokens);
    for (int sequence = 0; sequence < batch; sequence++) {
      spans.add(span(values, sequence * length, length, sequence));
    }
    return spans;
  }

  private static TokenSpan span(float[] values, int offset, int tokens, int sequence) {
    int start = 0;
    while (start < tokens && values[offset + start] == 0) {
      start++;
    }
    int end = tokens;
    while (end > start && values[offset + end - 1] == 0) {
      end--;
    }
    for (int token = start; token < end; token++) {
      if (values[offset + token] != 1) {
        throw new IllegalArgumentException(
            "mask must be one run of 1 per sequence and 0 elsewhere, got: "
                + values[offset + token]
                + " at token "
                + token
                + " of sequence "
                + sequence);
      }
    }
    return start == end ? TokenSpan.of(0, 0) : TokenSpan.of(start, end - start);
  }
}
