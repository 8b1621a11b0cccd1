package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;

/**
 * Rows that stand for all others: a few of them, or means of groups. Every head and sequence by
 * itself, and the same on every call.
 */
@FunctionalInterface
public interface LandmarkSelector {
  /**
   * Selects.
   *
   * @param rows (batch, heads, tokens, headSize), no padding
   * @param count number of landmarks, at least 1 and at most tokens
   * @return (batch, heads, count, headSize), in the manager of {@code rows}
   */
  NDArray landmarks(NDArray rows, int count);
}
