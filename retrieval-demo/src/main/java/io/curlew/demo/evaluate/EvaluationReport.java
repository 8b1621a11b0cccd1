package io.curlew.demo.evaluate;

import io.curlew.data.TextQuery;
import io.curlew.data.eval.Judgements;
import io.curlew.data.eval.Measures;
import io.curlew.data.eval.PairedBootstrap;
import io.curlew.data.eval.PairedTest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The outcome of an evaluation.
 *
 * @param indexCalls model calls spent on anchor scores
 * @param msPerCall the time of one model call, measured live
 * @param sizes of the index and of those it was compared with
 */
public record EvaluationReport(
    String dataset,
    String model,
    int documents,
    List<TextQuery> queries,
    int anchors,
    long indexCalls,
    double msPerCall,
    Judgements judgements,
    List<MethodResult> results,
    List<IndexSize> sizes,
    Analysis analysis) {

  private static final long SEED = 1;
  private static final int CASES = 5;

  /**
   * What an index takes on disk.
   *
   * @param method that searched in it
   */
  record IndexSize(String method, long bytes) {}

  List<Map<String, Object>> figures() {
    return results.stream().map(result -> result.figures(judgements, msPerCall)).toList();
  }

  /** All figures, for JSON. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("dataset", dataset);
    json.put("model", model);
    json.put("documents", documents);
    json.put("queries", queries.size());
    json.put("anchors", anchors);
    json.put("indexCalls", indexCalls);
    json.put("msPerCall", msPerCall);
    json.put("totalMsNote", "overhead + calls x the time per call, measured live on 20 queries");
    json.put("results", figures());
    json.put("mrrDifferences", differences());
    json.put("missesAgainstRerankDense", comparisons());
    json.put("pairedTests", tests());
    json.put("equalRecall", equalRecall());
    json.put("lossByCause", analysis.losses());
    json.put("filtered", analysis.filtered());
    json.put("calibration", analysis.calibrations());
    json.put("spectrum", analysis.spectrum());
    json.put("indexSizes", sizes);
    json.put("cases", cases());
    return json;
  }

  /**
   * Misses of adaptive search over those of the dense list re-ranked at equal calls, with 95 %
   * intervals, for every budget at which both were measured.
   */
  List<Map<String, Object>> comparisons() {
    List<Map<String, Object>> comparisons = new ArrayList<>();
    for (MethodResult adaptive : results) {
      for (MethodResult dense : results) {
        if (adaptive.method().equals("adaptive")
            && dense.method().equals("rerank-dense")
            && adaptive.budget() == dense.budget()
            && !adaptive.recalls(1).isEmpty()) {
          for (int k : List.of(10, 100)) {
            PairedBootstrap misses =
                PairedBootstrap.ofMisses(adaptive.recalls(k), dense.recalls(k), SEED);
            Map<String, Object> comparison = new LinkedHashMap<>();
            comparison.put("budget", adaptive.budget());
            comparison.put("k", k);
            comparison.put("ratio", misses.value());
            comparison.put("low", misses.low());
            comparison.put("high", misses.high());
            comparisons.add(comparison);
          }
        }
      }
    }
    return comparisons;
  }

  /**
   * Mean differences of MRR@10 over the same queries, with 95 % intervals: of adaptive search and
   * what is re-ranked at equal calls, and of what is re-ranked and its own order.
   */
  List<Map<String, Object>> differences() {
    List<Map<String, Object>> differences = new ArrayList<>();
    for (MethodResult one : results) {
      for (MethodResult other : results) {
        boolean equalCalls =
            List.of("adaptive", "adaptive-maxsim").contains(one.method())
                && other.method().startsWith("rerank")
                && one.budget() == other.budget();
        boolean reordered = one.method().equals("rerank-maxsim") && other.method().equals("maxsim");
        if (equalCalls || reordered) {
          PairedBootstrap gain =
              PairedBootstrap.ofDifferences(
                  one.reciprocalRanks(judgements), other.reciprocalRanks(judgements), SEED);
          Map<String, Object> difference = new LinkedHashMap<>();
          difference.put("method", one.tag());
          difference.put("other", other.tag());
          difference.put("difference", gain.value());
          difference.put("low", gain.low());
          difference.put("high", gain.high());
          differences.add(difference);
        }
      }
    }
    return differences;
  }

  /**
   * Adaptive search against every other method at equal calls: paired randomisation tests and 95 %
   * intervals of recall and of nDCG, the probabilities corrected for their number (Holm, 1979).
   */
  List<Map<String, Object>> tests() {
    List<Map<String, Object>> tests = new ArrayList<>();
    for (MethodResult adaptive : results) {
      for (MethodResult other : results) {
        if (adaptive.method().equals("adaptive")
            && !other.method().equals("adaptive")
            && adaptive.budget() == other.budget()) {
          for (int k : List.of(10, 100)) {
            if (!adaptive.recalls(k).isEmpty()) {
              tests.add(test("recall@" + k, other, adaptive.recalls(k), other.recalls(k)));
            }
          }
          tests.add(
              test(
                  "ndcg@10",
                  other,
                  adaptive.values(Measures.ndcg(10), judgements),
                  other.values(Measures.ndcg(10), judgements)));
        }
      }
    }
    List<Map<String, Object>> byP = new ArrayList<>(tests);
    byP.sort(Comparator.comparingDouble(test -> MethodResult.number(test, "p")));
    double holm = 0;
    for (int i = 0; i < byP.size(); i++) {
      Map<String, Object> test = byP.get(i);
      holm = Math.max(holm, Math.min(1, MethodResult.number(test, "p") * (byP.size() - i)));
      test.put("holm", holm);
    }
    return tests;
  }

  private static Map<String, Object> test(
      String measure, MethodResult other, List<Double> values, List<Double> others) {
    PairedTest paired = PairedTest.of(values, others, SEED);
    Map<String, Object> test = new LinkedHashMap<>();
    test.put("measure", measure);
    test.put("budget", other.budget());
    test.put("other", other.method());
    test.put("difference", paired.difference());
    test.put("low", paired.low());
    test.put("high", paired.high());
    test.put("p", paired.p());
    return test;
  }

  /**
   * What lists re-ranked cost that find as much as adaptive search: their length, and the number of
   * queries after which the calls saved make up for those that the anchors cost in the index.
   */
  List<Map<String, Object>> equalRecall() {
    List<Map<String, Object>> costs = new ArrayList<>();
    for (FirstStageCurve curve : analysis.curves()) {
      for (MethodResult adaptive : results) {
        if (adaptive.method().equals("adaptive")) {
          int calls = curve.callsFor(adaptive.recall(curve.k()));
          Map<String, Object> cost = new LinkedHashMap<>();
          cost.put("firstStage", curve.name());
          cost.put("k", curve.k());
          cost.put("budget", adaptive.budget());
          cost.put("recall", adaptive.recall(curve.k()));
          cost.put("listCalls", calls);
          if (calls > adaptive.budget()) {
            cost.put(
                "queriesToPayForIndex", Math.ceilDiv(indexCalls, (long) calls - adaptive.budget()));
          }
          costs.add(cost);
        }
      }
    }
    return costs;
  }

  /** The queries that adaptive search serves best and worst, against the dense list re-ranked. */
  List<Map<String, Object>> cases() {
    List<Map<String, Object>> cases = new ArrayList<>();
    for (MethodResult adaptive : results) {
      for (MethodResult dense : results) {
        boolean middle = adaptive.budget() == middleBudget();
        if (middle
            && adaptive.method().equals("adaptive")
            && dense.method().equals("rerank-dense")
            && adaptive.budget() == dense.budget()
            && adaptive.recalls(Evaluator.DEPTH).size() == queries.size()) {
          List<Double> ours = adaptive.recalls(Evaluator.DEPTH);
          List<Double> theirs = dense.recalls(Evaluator.DEPTH);
          List<Integer> order =
              IntStream.range(0, queries.size())
                  .boxed()
                  .sorted(Comparator.comparingDouble(q -> theirs.get(q) - ours.get(q)))
                  .toList();
          for (int i = 0; i < order.size(); i++) {
            if (i < CASES || i >= order.size() - CASES) {
              int q = order.get(i);
              Map<String, Object> example = new LinkedHashMap<>();
              example.put("kind", i < CASES ? "best" : "worst");
              example.put("query", queries.get(q).id());
              example.put("text", queries.get(q).text());
              example.put("budget", adaptive.budget());
              example.put("adaptive", ours.get(q));
              example.put("rerankDense", theirs.get(q));
              cases.add(example);
            }
          }
        }
      }
    }
    return cases;
  }

  /** The budget that examples are shown at, 0 if there is none. */
  int middleBudget() {
    int[] budgets =
        results.stream()
            .mapToInt(MethodResult::budget)
            .filter(b -> b > 0)
            .distinct()
            .sorted()
            .toArray();
    return budgets.length == 0 ? 0 : budgets[(budgets.length - 1) / 2];
  }
}
