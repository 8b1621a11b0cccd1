package io.curlew.demo;

import io.curlew.data.Judgements;
import io.curlew.data.TextQuery;
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
            "%s: %d documents, %d queries, %d anchors%n%-13s %7s %9s %9s %10s %8s %8s %9s %12s%n",
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
              "%-13s %7s %9.3f %9.3f %10.3f %8.3f %8.3f %9d %9.1f ms%n",
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
    return table.toString();
  }
}
