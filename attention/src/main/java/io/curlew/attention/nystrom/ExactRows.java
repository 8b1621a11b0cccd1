package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.Owned;
import io.curlew.attention.array.TokenRows;
import org.jspecify.annotations.Nullable;

/**
 * Rows of softmax attention as it is, a block at a time: what an approximation is mixed with, and
 * what it is measured by.
 */
public final class ExactRows {
  /** Added to the logits of padding; an infinity would make rows without a real key NaN. */
  public static final float MASKED = -1e30f;

  private ExactRows() {}

  /**
   * Attends.
   *
   * @param keyMask what to add to the logits of each key, (batch, 1, 1, tokens), or null
   * @param dropout rate at which weights are dropped
   * @return (batch, heads, rows, headSize)
   */
  public static NDArray attend(
      NDManager scratch, AttentionArrays arrays, @Nullable NDArray keyMask, float dropout) {
    Shape shape = arrays.shape();
    NDArray scaled =
        Owned.mul(TokenRows.all(scratch, arrays.keys()), 1 / Math.sqrt(shape.get(3)))
            .swapAxes(2, 3);
    NDList blocks = new NDList();
    int block = TokenRows.perBlock(arrays.queries(), shape.get(2));
    for (long from = 0; from < shape.get(2); from += block) {
      try (NDManager manager = scratch.newSubManager()) {
        NDArray rows =
            TokenRows.slice(manager, arrays.queries(), from, Math.min(shape.get(2), from + block));
        NDArray logits = rows.matMul(scaled);
        NDArray weights = (keyMask == null ? logits : logits.add(keyMask)).softmax(3);
        NDArray output = WeightDropout.apply(weights, dropout).matMul(arrays.values());
        output.attach(scratch);
        blocks.add(output);
      }
    }
    return TokenRows.concat(blocks);
  }
}
