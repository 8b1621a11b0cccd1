package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * How a {@link SelfAttention} block attends, once it has queries, keys and values. Stateless;
 * implementations must leave what they create besides the result to nobody: results of operations
 * belong to the manager of their first operand.
 */
public interface AttentionKind {
  /**
   * Attends.
   *
   * @param q queries, (batch, heads, tokens, headSize), not scaled
   * @param k keys, same shape
   * @param v values, same shape
   * @param spans the real tokens of each sequence
   * @param dropout rate at which attention weights are dropped; 0 in evaluation
   * @return an array of the same shape in the manager of {@code q}
   */
  NDArray attend(NDArray q, NDArray k, NDArray v, List<TokenSpan> spans, float dropout);

  /** One line that {@link #parse} understands, for saved models. */
  String describe();

  /** Exact softmax attention: {@link ExactAttention}. */
  static AttentionKind exact() {
    return ExactKind.INSTANCE;
  }

  /** Nystrom attention: {@link NystromKernel}. */
  static AttentionKind nystrom(NystromOptions options) {
    return new NystromKind(options);
  }

  /**
   * The built-in kind of a description.
   *
   * @throws IllegalArgumentException if there is none
   */
  static AttentionKind parse(String description) {
    if (description.equals(ExactKind.NAME)) {
      return exact();
    }
    if (description.startsWith(NystromKind.NAME)) {
      return nystrom(NystromOptionsText.read(description.substring(NystromKind.NAME.length())));
    }
    throw new IllegalArgumentException(
        "attention kind must be exact or nystrom[...], got: " + description);
  }
}
