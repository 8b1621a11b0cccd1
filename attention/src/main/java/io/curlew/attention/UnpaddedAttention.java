package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.nystrom.AttentionArrays;
import io.curlew.attention.nystrom.ErrorEstimate;
import io.curlew.attention.nystrom.ExactRows;
import io.curlew.attention.nystrom.LandmarkAttention;
import io.curlew.attention.nystrom.NearField;
import java.util.List;

/**
 * Sequences that all have the same real tokens, cut down to those: chooses between exact and
 * Nystrom attention and, where an error is estimated, acts on it.
 */
final class UnpaddedAttention {
  private final NDManager scratch;
  private final AttentionArrays arrays;
  private final TokenSpan span;
  private final NystromOptions options;
  private SequenceReport report = new SequenceReport(true, 0, List.of());

  UnpaddedAttention(
      NDManager scratch, AttentionArrays arrays, TokenSpan span, NystromOptions options) {
    this.scratch = scratch;
    this.arrays = arrays;
    this.span = span;
    this.options = options;
  }

  NDArray attend(float dropout) {
    List<Double> errors = List.of();
    for (int landmarks = options.landmarks(); !isExact(landmarks); landmarks *= 2) {
      NDArray output = nystrom(landmarks, dropout);
      if (!options.estimatesError()) {
        report = new SequenceReport(false, landmarks + protectedTokens(), errors);
        return output;
      }
      errors = ErrorEstimate.perHead(scratch, arrays, output, options.errorRows());
      report = new SequenceReport(false, landmarks + protectedTokens(), errors);
      // A NaN is an error of no known size, which no tolerance covers.
      if (report.largestError() <= options.errorTolerance()) {
        return output;
      }
      output.close();
      if (options.fallback() == Fallback.EXACT) {
        break;
      }
    }
    report = new SequenceReport(true, span.length(), errors);
    return ExactRows.attend(scratch, arrays, null, dropout);
  }

  /** One row, by the same choice. */
  NDArray row(long row) {
    if (isExact(options.landmarks())) {
      return ExactRows.attend(scratch, arrays.rows(scratch, row, row + 1), null, 0);
    }
    return plain(options.landmarks()).row(arrays.values(), row);
  }

  private NDArray nystrom(int landmarks, float dropout) {
    return options.nearField() == 0
        ? plain(landmarks).output(arrays.values(), dropout)
        : new NearField(scratch, arrays, leading(), trailing(), landmarks, options.form(), dropout)
            .output();
  }

  private LandmarkAttention plain(int landmarks) {
    return new LandmarkAttention(
        scratch,
        arrays.queries(),
        arrays.keys(),
        null,
        leading(),
        trailing(),
        landmarks,
        options.form());
  }

  private boolean isExact(int landmarks) {
    int all = landmarks + protectedTokens();
    Shape shape = arrays.shape();
    return all >= span.length()
        || (options.exactWhenFaster()
            && AttentionCost.exactIsFaster(
                shape.get(1), span.length(), shape.get(3), all, options));
  }

  private int protectedTokens() {
    return leading() + trailing();
  }

  private int leading() {
    return Math.max(span.leading(), options.leading());
  }

  private int trailing() {
    return Math.max(span.trailing(), options.trailing());
  }

  SequenceReport report() {
    return report;
  }
}
