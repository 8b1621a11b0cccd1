package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** {@link ExactAttention} as a kind. */
final class ExactKind implements AttentionKind {
  static final String NAME = "exact";
  static final AttentionKind INSTANCE = new ExactKind();

  private ExactKind() {}

  @Override
  public NDArray attend(NDArray q, NDArray k, NDArray v, List<TokenSpan> spans, float dropout) {
    return ExactAttention.attend(q, k, v, spans, dropout);
  }

  @Override
  public String describe() {
    return NAME;
  }

  @Override
  public String toString() {
    return NAME;
  }
}
