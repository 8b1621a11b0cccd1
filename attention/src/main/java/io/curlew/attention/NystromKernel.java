package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.TokenRows;
import io.curlew.attention.nystrom.AttentionArrays;
import io.curlew.attention.nystrom.CorePseudoInverse;
import io.curlew.attention.nystrom.LandmarkAttention;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Nystrom attention as a function (Xiong et al., Nystromformer, 2021): softmax attention
 * approximated as {@code F Z (G V)} with {@code F = softmax(Q K~')}, {@code G = softmax(Q~ K')} and
 * {@code Z} an approximate pseudo-inverse of {@code softmax(Q~ K~')}, where {@code Q~} and {@code
 * K~} are a few landmark rows.
 *
 * <p>Costs {@code 8 * heads * tokens * landmarks * headSize} operations a sequence instead of
 * {@code 4 * heads * tokens^2 * headSize}, and memory linear in tokens: beside the output, about
 * three blocks of 16 MiB, or of one head's landmarks by tokens where that is more.
 *
 * <p>Each sequence is computed by itself from its real tokens, so that neither padding nor the rest
 * of the batch moves an output; rows of padding are 0, and a sequence without a real token is 0
 * everywhere. In the {@linkplain NystromOptions#compatible compatible form} the batch is computed
 * at once as published models do it, with their dependence on both. A sequence with no more tokens
 * than landmarks is computed exactly.
 *
 * <p>Inputs may be float16 (computed in float32), float32 or float64, on the PyTorch engine.
 * Gradients flow through everything but the choice of landmarks. Not causal: a landmark is a mean
 * over tokens that come later, so masking the kernels would not keep the future out. Not for a
 * query sequence other than the key sequence.
 */
public final class NystromKernel {
  private NystromKernel() {}

  /**
   * Attends.
   *
   * @param q queries, (batch, heads, tokens, headSize), not scaled: logits are divided by the root
   *     of headSize here
   * @param k keys, same shape
   * @param v values, same shape
   * @param validLengths number of real tokens of each sequence, with padding on the right; null
   *     where nothing is padded
   * @return an array of the same shape and type in the manager of {@code q}
   * @throws IllegalArgumentException naming rule and shape if the arrays or lengths do not fit
   */
  public static NDArray attend(
      NDArray q, NDArray k, NDArray v, int @Nullable [] validLengths, NystromOptions options) {
    return attendSpans(q, k, v, spans(q, validLengths), options);
  }

  /** As above, with padding on either side and protected tokens for each sequence. */
  public static NDArray attendSpans(
      NDArray q, NDArray k, NDArray v, List<TokenSpan> spans, NystromOptions options) {
    return attend(q, k, v, spans, options, 0).output();
  }

  /** As above, with an account of landmarks, errors and fall-backs. */
  public static NystromResult attendWithReport(
      NDArray q, NDArray k, NDArray v, List<TokenSpan> spans, NystromOptions options) {
    return attend(q, k, v, spans, options, 0);
  }

  static NystromResult attend(
      NDArray q,
      NDArray k,
      NDArray v,
      List<TokenSpan> spans,
      NystromOptions options,
      float dropout) {
    AttentionInputs.require(q, k, v, spans);
    NDManager target = q.getManager();
    try (NDManager scratch = target.newSubManager()) {
      AttentionArrays arrays = AttentionInputs.promote(scratch, q, k, v);
      List<SequenceReport> reports = new ArrayList<>();
      NDArray output =
          options.compatible()
              ? PublishedForm.attend(scratch, arrays, spans, options, dropout, reports)
              : bySequence(scratch, arrays, spans, options, dropout, reports);
      output = output.toType(q.getDataType(), false);
      output.attach(target);
      return new NystromResult(output, reports);
    }
  }

  private static NDArray bySequence(
      NDManager scratch,
      AttentionArrays arrays,
      List<TokenSpan> spans,
      NystromOptions options,
      float dropout,
      List<SequenceReport> reports) {
    Shape shape = arrays.shape();
    NDList outputs = new NDList();
    for (int first = 0; first < spans.size(); ) {
      int end = endOfGroup(spans, first, options);
      TokenSpan span = spans.get(first);
      NDArray output;
      if (span.length() == 0) {
        output =
            scratch.zeros(
                new Shape(end - first, shape.get(1), shape.get(2), shape.get(3)),
                arrays.queries().getDataType());
        addReports(reports, new SequenceReport(true, 0, List.of()), end - first);
      } else {
        try (NDManager group = scratch.newSubManager()) {
          UnpaddedAttention sequences =
              new UnpaddedAttention(
                  group, arrays.slice(group, first, end, span.start(), span.end()), span, options);
          output = sequences.attend(dropout);
          output = TokenRows.pad(output, span.start(), shape.get(2) - span.end());
          output.attach(scratch);
          addReports(reports, sequences.report(), end - first);
        }
      }
      outputs.add(output);
      first = end;
    }
    return outputs.size() == 1 ? outputs.head() : NDArrays.concat(outputs, 0);
  }

  /** Sequences with the same real tokens go together, unless each may fall back by itself. */
  private static int endOfGroup(List<TokenSpan> spans, int first, NystromOptions options) {
    int end = first + 1;
    while (!options.estimatesError()
        && end < spans.size()
        && spans.get(end).equals(spans.get(first))) {
      end++;
    }
    return end;
  }

  private static void addReports(List<SequenceReport> reports, SequenceReport report, int count) {
    for (int sequence = 0; sequence < count; sequence++) {
      reports.add(report);
    }
  }

  /**
   * One row of what {@link #attend} gives, without the others: for a model that goes on with [CLS]
   * alone. Saves the left kernel, half of the cost.
   *
   * @param row position among all tokens, padding included; the row is 0 if it is padding
   * @return (batch, heads, 1, headSize) in the manager of {@code q}
   * @throws IllegalArgumentException if the arrays or spans do not fit, {@code row} is no token, or
   *     the options have a near field or an error tolerance, which need other rows
   */
  public static NDArray row(
      NDArray q, NDArray k, NDArray v, List<TokenSpan> spans, long row, NystromOptions options) {
    AttentionInputs.require(q, k, v, spans);
    return SingleRow.attend(q, k, v, spans, row, options);
  }

  /**
   * The factors of the attention matrix of sequences that all have the same real tokens; for
   * inspection, as the factors are as long as the sequence. In the compatible form padding is
   * masked in {@code right}.
   *
   * @param validLength number of real tokens, with padding on the right; the factors have as many
   *     rows, in the compatible form as many as there are tokens
   * @return arrays in the manager of {@code q}, to be closed by the caller
   * @throws IllegalArgumentException if the arrays do not fit, or there are no more tokens than
   *     landmarks, so that attention is exact and has no factors
   */
  public static NystromFactors factors(
      NDArray q, NDArray k, int validLength, NystromOptions options) {
    List<TokenSpan> spans = TokenSpan.whole(q.getShape().get(0), validLength);
    AttentionInputs.require(q, k, k, spans);
    int landmarks = options.landmarks() + options.leading() + options.trailing();
    long tokens = options.compatible() ? q.getShape().get(2) : validLength;
    if (landmarks >= tokens) {
      throw new IllegalArgumentException(
          "factors must have fewer landmarks than tokens (" + tokens + "), got: " + landmarks);
    }
    NDManager target = q.getManager();
    try (NDManager scratch = target.newSubManager()) {
      NDArray queries = TokenRows.slice(scratch, AttentionInputs.promote(scratch, q), 0, tokens);
      NDArray keys = TokenRows.slice(scratch, AttentionInputs.promote(scratch, k), 0, tokens);
      NDArray mask = options.compatible() ? AttentionInputs.keyMask(scratch, spans, queries) : null;
      LandmarkAttention dense =
          new LandmarkAttention(
              scratch,
              queries,
              keys,
              mask,
              options.leading(),
              options.trailing(),
              options.landmarks(),
              options.form());
      NystromFactors factors =
          new NystromFactors(
              dense.left(),
              dense.core(),
              dense.inverse(),
              dense.right(),
              CorePseudoInverse.residual(dense.core(), dense.core().matMul(dense.inverse())));
      new NDList(
              factors.left(),
              factors.core(),
              factors.inverse(),
              factors.right(),
              factors.residual())
          .attach(target);
      return factors;
    }
  }

  private static List<TokenSpan> spans(NDArray q, int @Nullable [] validLengths) {
    if (validLengths != null) {
      return TokenSpan.ofLengths(validLengths);
    }
    Shape shape = q.getShape();
    // Another rank is refused with the shape in the message, a little later.
    return shape.dimension() == 4 ? TokenSpan.whole(shape.get(0), shape.get(2)) : List.of();
  }
}
