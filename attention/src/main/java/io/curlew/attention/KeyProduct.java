package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * {@code softmax(Q K') V} for few queries and many keys, in one pass over blocks of keys with a
 * running maximum (Milakov and Gimelshein, 2018), so that no array as long as the sequence is made.
 *
 * @param product (batch, heads, queries, headSize)
 * @param logSums (batch, heads, queries, 1): logarithm of the softmax's denominator
 */
record KeyProduct(NDArray product, NDArray logSums) {
  /**
   * Results belong to {@code manager}.
   *
   * @param queries (batch, heads, queries, headSize), scaled
   * @param keyMask what to add to the logits of each key, (batch, 1, 1, tokens), or null
   * @param dropout rate at which weights are dropped
   */
  static KeyProduct compute(
      NDManager manager,
      NDArray queries,
      NDArray keys,
      NDArray values,
      @Nullable NDArray keyMask,
      float dropout) {
    Shape shape = queries.getShape();
    long tokens = keys.getShape().get(2);
    int block = Tokens.perBlock(queries, Math.max(shape.get(2), shape.get(3)));
    Running running = null;
    for (long from = 0; from < tokens; from += block) {
      try (NDManager scratch = manager.newSubManager()) {
        long to = Math.min(tokens, from + block);
        NDArray logits =
            Tokens.all(scratch, queries)
                .matMul(Tokens.slice(scratch, keys, from, to).swapAxes(2, 3));
        if (keyMask != null) {
          logits = logits.add(maskOf(scratch, keyMask, from, to));
        }
        NDArray blockValues = Tokens.slice(scratch, values, from, to);
        Running next = Running.of(logits, blockValues, running, dropout);
        next.attach(manager);
        if (running != null) {
          running.close();
        }
        running = next;
      }
    }
    if (running == null) {
      throw new IllegalArgumentException("keys must have at least 1 token, got: 0");
    }
    return new KeyProduct(
        running.weighted.div(running.sums), running.maxima.add(running.sums.log()));
  }

  private static NDArray maskOf(NDManager scratch, NDArray mask, long from, long to) {
    // The tokens of a mask are its last axis.
    return Tokens.slice(scratch, mask.swapAxes(2, 3), from, to).swapAxes(2, 3);
  }

  private record Running(NDArray maxima, NDArray sums, NDArray weighted) {
    static Running of(NDArray logits, NDArray values, @Nullable Running before, float dropout) {
      // The maximum cancels out, so it needs no gradient.
      NDArray maxima = logits.stopGradient().max(new int[] {3}, true);
      if (before != null) {
        maxima = maxima.maximum(before.maxima);
      }
      NDArray weights = logits.sub(maxima).exp();
      NDArray sums = weights.sum(new int[] {3}, true);
      NDArray weighted = Dropping.apply(weights, dropout).matMul(values);
      if (before != null) {
        NDArray correction = maxima.neg().add(before.maxima).exp();
        sums = sums.add(correction.mul(before.sums));
        weighted = weighted.add(correction.mul(before.weighted));
      }
      return new Running(maxima, sums, weighted);
    }

    void attach(NDManager manager) {
      maxima.attach(manager);
      sums.attach(manager);
      weighted.attach(manager);
    }

    void close() {
      maxima.close();
      sums.close();
      weighted.close();
    }
  }
}
