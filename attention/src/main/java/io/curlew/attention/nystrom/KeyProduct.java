package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.TokenRows;
import org.jspecify.annotations.Nullable;

/**
 * {@code softmax(Q K') V} for few queries and many keys, a few heads at a time, so that what is in
 * between stays small: beside the result, 16 MiB or the weights of one head.
 *
 * @param product (batch, heads, queries, headSize)
 * @param logSums (batch, heads, queries, 1): logarithm of the softmax's denominator; null if it was
 *     not asked for
 */
record KeyProduct(NDArray product, @Nullable NDArray logSums) {
  /**
   * Results belong to {@code manager}.
   *
   * @param queries (batch, heads, queries, headSize), scaled
   * @param keyMask what to add to the logits of each key, (batch, 1, 1, tokens), or null
   * @param dropout rate at which weights are dropped
   * @param withLogSums whether the denominators are asked for
   */
  static KeyProduct compute(
      NDManager manager,
      NDArray queries,
      NDArray keys,
      NDArray values,
      @Nullable NDArray keyMask,
      float dropout,
      boolean withLogSums) {
    Shape shape = queries.getShape();
    int batch = Math.toIntExact(shape.get(0));
    int heads = Math.toIntExact(shape.get(1));
    int matrices = TokenRows.matricesPerBlock(queries, shape.get(2) * keys.getShape().get(2));
    int sequencesPerBlock = Math.clamp(matrices / heads, 1, batch);
    int headsPerBlock = Math.min(matrices, heads);
    NDList products = new NDList();
    NDList logSums = new NDList();
    for (int first = 0; first < batch; first += sequencesPerBlock) {
      int last = Math.min(batch, first + sequencesPerBlock);
      for (int head = 0; head < heads; head += headsPerBlock) {
        int end = Math.min(heads, head + headsPerBlock);
        try (NDManager scratch = manager.newSubManager()) {
          NDArray logits =
              TokenRows.heads(scratch, queries, first, last, head, end)
                  .matMul(TokenRows.heads(scratch, keys, first, last, head, end).swapAxes(2, 3));
          if (keyMask != null) {
            logits.addi(TokenRows.heads(scratch, keyMask, first, last, 0, 1));
          }
          NDArray weights = logits.softmax(3);
          if (withLogSums) {
            add(logSums, logSum(logits, weights), manager);
          }
          logits.close(); // its memory is in the cache for what comes next
          NDArray product =
              WeightDropout.apply(weights, dropout)
                  .matMul(TokenRows.heads(scratch, values, first, last, head, end));
          add(products, product, manager);
        }
      }
    }
    return new KeyProduct(
        together(products, batch, heads), withLogSums ? together(logSums, batch, heads) : null);
  }

  /** The largest weight is the exponential of the largest logit less what is asked for. */
  private static NDArray logSum(NDArray logits, NDArray weights) {
    int[] keys = {3};
    return logits.max(keys, true).sub(weights.max(keys, true).log());
  }

  private static void add(NDList blocks, NDArray block, NDManager manager) {
    Shape shape = block.getShape();
    NDArray matrices = block.reshape(-1, shape.get(2), shape.get(3));
    matrices.attach(manager);
    blocks.add(matrices);
  }

  private static NDArray together(NDList blocks, int batch, int heads) {
    NDArray all = blocks.size() == 1 ? blocks.head() : NDArrays.concat(blocks, 0);
    Shape shape = all.getShape();
    return all.reshape(batch, heads, shape.get(1), shape.get(2));
  }
}
