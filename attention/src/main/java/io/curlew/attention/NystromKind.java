package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * {@link NystromKernel} as a kind.
 *
 * @param options how it approximates
 */
record NystromKind(NystromOptions options) implements AttentionKind {
  static final String NAME = "nystrom";

  @Override
  public NDArray attend(NDArray q, NDArray k, NDArray v, List<TokenSpan> spans, float dropout) {
    return NystromKernel.attend(q, k, v, spans, options, dropout).output();
  }

  @Override
  public String describe() {
    return NAME + NystromOptionsText.write(options);
  }
}
