package io.curlew.demo.evaluate;

import io.curlew.cur.SearchResult;
import io.curlew.data.eval.Evaluation;
import io.curlew.data.eval.Judgements;
import io.curlew.data.eval.Measure;
import io.curlew.data.eval.Measures;
import io.curlew.data.eval.PairedBootstrap;
import io.curlew.data.eval.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one method did at one budget, over all queries. */
public final class MethodResult {

  /** The budget of rankings that are no searches. */
  static final int NO_BUDGET = -1;

  private final String method;
  private final int budget;
  private final long fittingCalls;
  private final Map<String, List<Run.Hit>> rankings = new LinkedHashMap<>();
  private final Map<Integer, List<Double>> recalls = new LinkedHashMap<>();
  private final List<Double> expectedRecalls = new ArrayList<>();
  private final List<Double> overheadMs = new ArrayList<>();
  private final List<Integer> calls = new ArrayList<>();

  /**
   * A result without queries.
   *
   * @param fittingCalls that fitting the method to the index took, beside those of anchor rows
   */
  MethodResult(String method, int budget, long fittingCalls) {
    this.method = method;
    this.budget = budget;
    this.fittingCalls = fittingCalls;
    for (int k : Evaluator.RECALL_AT) {
      recalls.put(k, new ArrayList<>());
    }
  }

  /** Takes a search's result; without the exact ranking its recall is not known. */
  void add(String query, SearchResult result, @Nullable List<String> exactTop) {
    List<Run.Hit> hits =
        result.hits().stream().map(hit -> new Run.Hit(hit.id(), hit.score())).toList();
    List<String> ids = hits.stream().map(Run.Hit::document).toList();
    rankings.put(query, hits);
    if (exactTop != null) {
      recalls.forEach((k, values) -> values.add(Measures.overlapAt(exactTop, ids, k)));
      expectedRecalls.add(result.expectedRecall());
    }
    overheadMs.add(result.overheadNanos() / 1e6);
    calls.add(result.calls());
  }

  boolean isEmpty() {
    return rankings.isEmpty();
  }

  String method() {
    return method;
  }

  int budget() {
    return budget;
  }

  public String tag() {
    return budget <= 0 ? method : method + "-" + budget;
  }

  public Run run() {
    return Run.of("curlew-" + tag(), rankings);
  }

  /** The ids of every query's hits. */
  Map<String, List<String>> rankings() {
    Map<String, List<String>> ids = new LinkedHashMap<>();
    rankings.keySet().forEach(query -> ids.put(query, ranking(query)));
    return ids;
  }

  List<String> ranking(String query) {
    return rankings.getOrDefault(query, List.of()).stream().map(Run.Hit::document).toList();
  }

  /** The recall of every query, in the order in which they were asked. */
  List<Double> recalls(int k) {
    return recalls.getOrDefault(k, List.of());
  }

  /** What every search expected its recall to be, in the same order; NaN where it did not. */
  List<Double> expectedRecalls() {
    return expectedRecalls;
  }

  /** A measure of every judged query, in the order in which they were asked. */
  List<Double> values(Measure measure, Judgements judgements) {
    return List.copyOf(Evaluation.of(measure, run(), judgements).perQuery().values());
  }

  /** The mean over judged queries, of which there must be one. */
  double mean(Measure measure, Judgements judgements) {
    return Evaluation.of(measure, run(), judgements).mean();
  }

  double recall(int k) {
    return recalls.getOrDefault(k, List.of()).stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NaN);
  }

  /** The figures of the contract, in its order. */
  Map<String, @Nullable Object> figures(Judgements judgements, double msPerCall) {
    Map<String, @Nullable Object> figures = new LinkedHashMap<>();
    figures.put("method", method);
    if (budget != NO_BUDGET) {
      figures.put("budget", budget);
    }
    for (int k : Evaluator.RECALL_AT) {
      figures.put("recall@" + k, Double.isNaN(recall(k)) ? null : recall(k));
    }
    figures.put("recallIntervals", intervals());
    boolean judged = !judgements.queries().isEmpty();
    figures.put("ndcg@10", judged ? mean(Relevance.NDCG, judgements) : null);
    figures.put("mrr@10", judged ? mean(Relevance.MRR, judgements) : null);
    figures.put("calls", calls.stream().mapToInt(Integer::intValue).average().orElse(0));
    figures.put("maxCalls", calls.stream().mapToInt(Integer::intValue).max().orElse(0));
    figures.put("fittingCalls", fittingCalls);
    double[] overhead = overheadMs.stream().mapToDouble(Double::doubleValue).toArray();
    figures.put(
        "overheadMs", Map.of("p50", quantile(overhead, 0.5), "p99", quantile(overhead, 0.99)));
    figures.put("totalMs", Map.of("p50", totalMs(msPerCall, 0.5), "p99", totalMs(msPerCall, 0.99)));
    return figures;
  }

  /** A quantile of the time of a query, with calls of the model that take so long each. */
  double totalMs(double msPerCall, double q) {
    double[] total = new double[calls.size()];
    Arrays.setAll(total, i -> overheadMs.get(i) + calls.get(i) * msPerCall);
    return quantile(total, q);
  }

  /** 95 % intervals of the recalls, from resampled queries. */
  private Map<String, Map<String, Double>> intervals() {
    Map<String, Map<String, Double>> intervals = new LinkedHashMap<>();
    recalls.forEach(
        (k, values) -> {
          if (!values.isEmpty()) {
            PairedBootstrap mean =
                PairedBootstrap.ofDifferences(
                    values, Collections.nCopies(values.size(), 0.0), SEED);
            intervals.put("recall@" + k, Map.of("low", mean.low(), "high", mean.high()));
          }
        });
    return intervals;
  }

  private static final long SEED = 1;

  /** A number among {@link #figures}; the key of a quantile has a dot, as in overheadMs.p50. */
  static double number(Map<String, ? extends @Nullable Object> figures, String key) {
    Object value = figures;
    for (String part : key.split("\\.", -1)) {
      value = value instanceof Map<?, ?> map ? map.get(part) : null;
    }
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private static double quantile(double[] values, double q) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  }
}
