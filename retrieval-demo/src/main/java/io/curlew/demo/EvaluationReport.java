package io.curlew.demo;

import io.curlew.data.Judgements;
import io.curlew.data.TextQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The outcome of an evaluation.
 *
 * @param indexCalls model calls spent on anchor scores
 * @param msPerCall the time of one model call, measured live
 */
record EvaluationReport(
    String dataset,
    String model,
    int documents,
    List<TextQuery> queries,
    int anchors,
    long indexCalls,
    double msPerCall,
    Judgements judgements,
    List<MethodResult> results) {

  List<Map<String, Object>> figures() {
    return results.stream().map(result -> result.figures(judgements, msPerCall)).toList();
  }

  /** The table for people. */
  String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%s: %d documents, %d queries, %d anchors%n%-15s %7s %9s %9s %10s %8s %8s %9s %12s%n",
            dataset,
            documents,
            queries.size(),
            anchors,
            "method",
            "budget",
            "recall@1",
            "recall@10",
            "recall@100",
            "nDCG@10",
            "MRR@10",
            "max calls",
            "overhead p50"));
    for (Map<String, Object> row : figures()) {
      table.append(
          String.format(
              Locale.ROOT,
              "%-15s %7s %9.3f %9.3f %10.3f %8.3f %8.3f %9d %9.1f ms%n",
              row.get("method"),
              row.getOrDefault("budget", ""),
              MethodResult.number(row, "recall@1"),
              MethodResult.number(row, "recall@10"),
              MethodResult.number(row, "recall@100"),
              MethodResult.number(row, "ndcg@10"),
              MethodResult.number(row, "mrr@10"),
              (long) MethodResult.number(row, "maxCalls"),
              MethodResult.number(row, "overheadMs.p50")));
    }
    for (Map<String, Object> comparison : comparisons()) {
      table.append(
          String.format(
              Locale.ROOT,
              "adaptive misses %.2f [%.2f, %.2f] times what rerank-dense misses of the top %s at"
                  + " budget %s%n",
              MethodResult.number(comparison, "ratio"),
              MethodResult.number(comparison, "low"),
              MethodResult.number(comparison, "high"),
              comparison.get("k"),
              comparison.get("budget")));
    }
    for (Map<String, Object> difference : differences()) {
      table.append(
          String.format(
              Locale.ROOT,
              "MRR@10 of %s is that of %s %+.3f [%+.3f, %+.3f]%n",
              difference.get("method"),
              difference.get("other"),
              MethodResult.number(difference, "difference"),
              MethodResult.number(difference, "low"),
              MethodResult.number(difference, "high")));
    }
    return table.toString();
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
            one.method().startsWith("adaptive")
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

  private static final long SEED = 1;
}
