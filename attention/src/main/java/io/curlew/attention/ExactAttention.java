package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Softmax attention as it is, {@code softmax(Q K' / sqrt(headSize)) V}, over blocks of query rows,
 * so that memory is linear in the number of tokens. Costs {@code 4 * batch * heads * tokens^2 *
 * headSize} operations.
 */
public final class ExactAttention {
  private ExactAttention() {}

  /**
   * Attends.
   *
   * @param q queries, (batch, heads, tokens, headSize), not scaled; float16, float32 or float64
   * @param k keys, same shape
   * @param v values, same shape
   * @param spans the real tokens of each sequence; see {@link TokenSpan#whole}
   * @return an array of the same shape and type in the manager of {@code q}; rows of padding are 0
   * @throws IllegalArgumentException naming rule and shape if the arrays or spans do not fit
   */
  public static NDArray attend(NDArray q, NDArray k, NDArray v, List<TokenSpan> spans) {
    return attend(q, k, v, spans, 0);
  }

  static NDArray attend(NDArray q, NDArray k, NDArray v, List<TokenSpan> spans, float dropout) {
    AttentionInputs.require(q, k, v, spans);
    NDManager target = q.getManager();
    try (NDManager scratch = target.newSubManager()) {
      NDArray queries = AttentionInputs.promote(scratch, q);
      NDArray keys = AttentionInputs.promote(scratch, k);
      NDArray values = AttentionInputs.promote(scratch, v);
      NDArray real = AttentionInputs.realTokens(scratch, spans, queries);
      NDArray mask = AttentionInputs.keyMask(scratch, spans, queries);
      NDArray output = masked(scratch, queries, keys, values, mask, dropout);
      if (real != null) {
        output = output.mul(real.swapAxes(2, 3));
      }
      output = output.toType(q.getDataType(), false);
      output.attach(target);
      return output;
    }
  }

  /** Attends with something added to the logits of each key, (batch, 1, 1, tokens). */
  static NDArray masked(
      NDManager scratch,
      NDArray queries,
      NDArray keys,
      NDArray values,
      @Nullable NDArray keyMask,
      float dropout) {
    Shape shape = queries.getShape();
    NDArray scaled =
        Owned.mul(Tokens.all(scratch, keys), 1 / Math.sqrt(shape.get(3))).swapAxes(2, 3);
    NDList blocks = new NDList();
    int block = Tokens.perBlock(queries, shape.get(2));
    for (long from = 0; from < shape.get(2); from += block) {
      try (NDManager manager = scratch.newSubManager()) {
        NDArray rows = Tokens.slice(manager, queries, from, Math.min(shape.get(2), from + block));
        NDArray logits = rows.matMul(scaled);
        NDArray weights = (keyMask == null ? logits : logits.add(keyMask)).softmax(3);
        NDArray output = Dropping.apply(weights, dropout).matMul(values);
        output.attach(scratch);
        blocks.add(output);
      }
    }
    return Tokens.concat(blocks);
  }
}
