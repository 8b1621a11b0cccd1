package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.nystrom.AttentionArrays;
import io.curlew.attention.nystrom.ExactRows;
import java.util.List;

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
      AttentionArrays arrays = AttentionInputs.promote(scratch, q, k, v);
      NDArray real = AttentionInputs.realTokens(scratch, spans, arrays.queries());
      NDArray mask = AttentionInputs.keyMask(scratch, spans, arrays.queries());
      NDArray output = ExactRows.attend(scratch, arrays, mask, dropout);
      if (real != null) {
        output = output.mul(real.swapAxes(2, 3));
      }
      output = output.toType(q.getDataType(), false);
      output.attach(target);
      return output;
    }
  }
}
