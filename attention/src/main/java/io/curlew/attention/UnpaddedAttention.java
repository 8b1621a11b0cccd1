package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.TokenRows;
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
  private final NDArray queries;
  private final NDArray keys;
  private final NDArray values;
  private final TokenSpan span;
  private final NystromOptions options;
  private SequenceReport report = new SequenceReport(true, 0, List.of());

  UnpaddedAttention(
      NDManager scratch,
      NDArray queries,
      NDArray keys,
      NDArray values,
      TokenSpan span,
      NystromOptions options) {
    this.scratch = scratch;
    this.queries = queries;
    this.keys = keys;
    this.values = values;
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
      errors = ErrorEstimate.perHead(scratch, queries, keys, values, output, options.errorRows());
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
    return ExactRows.attend(scratch, queries, keys, values, null, dropout);
  }

  /** One row, by the same choice. */
  NDArray row(long row) {
    if (isExact(options.landmarks())) {
      NDArray query = TokenRows.slice(scratch, queries, row, row + 1);
      return ExactRows.attend(scratch, query, keys, values, null, 0);
    }
    return plain(options.landmarks()).row(values, row);
  }

  private NDArray nystrom(int landmarks, float dropout) {
    return options.nearField() == 0
        ? plain(landmarks).output(values, dropout)
        : new NearField(
                scratch,
                queries,
                keys,
                values,
                leading(),
                trailing(),
                landmarks,
                options.form(),
                dropout)
            .output();
  }

  private LandmarkAttention plain(int landmarks) {
    return new LandmarkAttention(
        scratch, queries, keys, null, leading(), trailing(), landmarks, options.form());
  }

  private boolean isExact(int landmarks) {
    int all = landmarks + protectedTokens();
    Shape shape = queries.getShape();
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
