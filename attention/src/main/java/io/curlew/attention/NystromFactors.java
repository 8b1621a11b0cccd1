package io.curlew.attention;

import ai.djl.ndarray.NDArray;

/**
 * The factors of an approximated attention matrix, {@code left * inverse * right}, and the core
 * that was inverted. Closing it closes the arrays.
 *
 * @param left softmax of all queries against the landmark keys, (batch, heads, tokens, landmarks)
 * @param core softmax of the landmark queries against the landmark keys
 * @param inverse approximate pseudo-inverse of the core
 * @param right softmax of the landmark queries against all keys, (batch, heads, landmarks, tokens)
 * @param residual {@code |AZA - A| / |A|} of core A and inverse Z, Frobenius, (batch, heads, 1, 1)
 */
public record NystromFactors(
    NDArray left, NDArray core, NDArray inverse, NDArray right, NDArray residual)
    implements AutoCloseable {
  @Override
  public void close() {
    left.close();
    core.close();
    inverse.close();
    right.close();
    residual.close();
  }
}
