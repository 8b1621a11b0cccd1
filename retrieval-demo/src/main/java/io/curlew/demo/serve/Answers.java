package io.curlew.demo.serve;

import io.curlew.cur.SearchResult;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.search.Explanation;
import org.jspecify.annotations.Nullable;

/** What the server answers, as it stands in the JSON; {@code openapi.yaml} says what it means. */
final class Answers {

  private Answers() {}

  record SearchAnswer(
      Question question,
      int documents,
      int calls,
      boolean complete,
      String stop,
      @Nullable Double expectedRecall,
      double modelMs,
      double overheadMs,
      List<HitAnswer> hits,
      List<ListedAnswer> firstStage,
      List<RoundAnswer> rounds,
      List<FitAnswer> fits) {}

  record HitAnswer(
      int rank,
      String id,
      String text,
      float score,
      boolean exact,
      @Nullable Integer round,
      @Nullable Integer firstStageRank) {}

  /** A document of a ranking that nothing was estimated in. */
  record ListedAnswer(int rank, String id, String text, float score) {}

  record RoundAnswer(
      int round,
      int calls,
      int documents,
      int entered,
      float @Nullable [] predicted,
      float[] exact) {}

  record FitAnswer(
      int calls,
      String form,
      double lambda,
      double looError,
      double effectiveRank,
      @Nullable Double expectedRecall) {

    static FitAnswer of(SearchResult.Round round) {
      return new FitAnswer(
          round.calls(),
          round.form().name().toLowerCase(Locale.ROOT),
          round.lambda(),
          round.looError(),
          round.effectiveRank(),
          orNull(round.expectedRecall()));
    }
  }

  record ExactAnswer(
      String query, int documents, int calls, double ms, boolean known, List<ListedAnswer> hits) {}

  record ExplainAnswer(
      HitAnswer hit, Map<String, @Nullable Float> features, ExplanationAnswer explanation) {}

  record ExplanationAnswer(double value, String description, List<ExplanationAnswer> details) {

    static ExplanationAnswer of(Explanation explanation) {
      return new ExplanationAnswer(
          explanation.getValue().doubleValue(),
          explanation.getDescription(),
          java.util.Arrays.stream(explanation.getDetails()).map(ExplanationAnswer::of).toList());
    }
  }

  record IndexAnswer(
      Map<String, String> facts,
      int documents,
      int deleted,
      AnchorsAnswer anchors,
      String model,
      String luceneVersion,
      SizesAnswer bytes,
      List<SegmentAnswer> segments,
      LimitsAnswer limits,
      boolean exactAtOnce) {}

  record AnchorsAnswer(
      int queries, int dimensions, boolean asBytes, String fingerprint, String model) {}

  record SizesAnswer(long index, long anchorRows, long denseVectors) {}

  record SegmentAnswer(String name, int documents, int deleted, long bytes, String luceneVersion) {}

  record LimitsAnswer(
      int queryLength, int budget, int k, List<String> methods, List<String> firstStages) {}

  /** The range is that of the sample; not known of projected rows. */
  record AnchorAnswer(String query, @Nullable Float low, @Nullable Float high) {}

  record DriftAnswer(
      String part,
      int documents,
      double explainedElsewhere,
      double explainedHere,
      double squaredNorm,
      double outOfRange) {}

  record Examples(List<String> queries) {}

  record ErrorAnswer(int status, String message) {}

  /** One line of a streamed answer. */
  record Event(String event, Object data) {}

  record ExactProgress(int scored, int documents) {}

  static @Nullable Double orNull(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
