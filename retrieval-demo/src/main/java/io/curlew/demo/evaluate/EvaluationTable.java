package io.curlew.demo.evaluate;

import io.curlew.data.eval.Calibration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The outcome of an evaluation as text for a terminal. */
public final class EvaluationTable {

  private EvaluationTable() {}

  /** Methods and budgets, by each profile. */
  public static String methods(EvaluationReport report) {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%s: %d documents, %d queries, %s%d anchors%n%s%n%-18s %7s %9s %9s %10s %8s %8s %9s"
                + " %12s%n",
            report.dataset(),
            report.documents(),
            report.queries().size(),
            report.exactQueries() == report.queries().size()
                ? ""
                : "recall of " + report.exactQueries() + " of them, ",
            report.anchors(),
            report.cut().describe(),
            "method",
            "budget",
            "recall@1",
            "recall@10",
            "recall@100",
            "nDCG@10",
            "MRR@10",
            "max calls",
            "overhead p50"));
    table.append(rows(report.figures()));
    if (!report.fused().isEmpty()) {
      table.append(String.format(Locale.ROOT, "ranked by %s:%n", report.profiles().getLast()));
      table.append(rows(report.fusedFigures()));
    }
    return table.toString();
  }

  /** Methods and budgets, and below what follows from them, one statement a line. */
  public static String of(EvaluationReport report) {
    StringBuilder table = new StringBuilder(methods(report));
    for (Relevance.Worth worth : report.worth()) {
      table.append(
          String.format(
              Locale.ROOT,
              "nDCG@10 of %s is that of hybrid, the same features without a model, %+.3f [%+.3f,"
                  + " %+.3f] by %s: %s%n",
              worth.method(),
              worth.difference(),
              worth.low(),
              worth.high(),
              worth.profile(),
              worth.verdict()));
    }
    for (Calibration calibration : report.analysis().calibrations()) {
      table.append(
          String.format(
              Locale.ROOT,
              "expected recall@100 at %d calls is off by %.3f (expected calibration error)%n",
              calibration.budget(),
              calibration.error()));
    }
    for (EvaluationReport.MissRatio comparison : report.comparisons()) {
      table.append(
          String.format(
              Locale.ROOT,
              "adaptive misses %.2f [%.2f, %.2f] times what rerank-dense misses of the top %s at"
                  + " budget %s%n",
              comparison.ratio(),
              comparison.low(),
              comparison.high(),
              comparison.k(),
              comparison.budget()));
    }
    for (Map<String, Object> cost : report.equalRecall()) {
      int calls = (int) MethodResult.number(cost, "listCalls");
      table.append(
          String.format(
              Locale.ROOT,
              "recall@%s of adaptive at %s calls takes a %s list of %s%n",
              cost.get("k"),
              cost.get("budget"),
              cost.get("firstStage"),
              calls < 0 ? "more than " + FirstStageCurve.LONGEST : String.valueOf(calls)));
    }
    for (LossByCause loss : report.analysis().losses()) {
      table.append(
          String.format(
              Locale.ROOT,
              "adaptive at %d calls misses %.3f of the top %d: %.3f by rank, %.3f by anchors, %.3f"
                  + " by budget%n",
              loss.budget(),
              loss.total(),
              loss.k(),
              loss.rank(),
              loss.anchors(),
              loss.fitted()));
    }
    for (Relevance.Difference difference : report.differences()) {
      table.append(
          String.format(
              Locale.ROOT,
              "%s of %s is that of %s %+.3f [%+.3f, %+.3f] by %s%n",
              difference.measure(),
              difference.method(),
              difference.other(),
              difference.difference(),
              difference.low(),
              difference.high(),
              difference.profile()));
    }
    for (Relevance.Reach reach : report.reaches()) {
      table.append(
          String.format(
              Locale.ROOT,
              "%s: 99 %% of the best, %.3f, by %s: %s%n",
              reach.measure(),
              reach.best(),
              reach.profile(),
              reach.method()
                  + (reach.calls() == null
                      ? " never"
                      : String.format(
                          Locale.ROOT, " at %d calls, %.0f ms", reach.calls(), reach.totalMs()))));
    }
    for (DrowningCurve curve : report.pools()) {
      for (DrowningCurve.Point point : curve.points()) {
        table.append(
            String.format(
                Locale.ROOT,
                "the first %d of the hybrid list re-ranked by %s: MRR@10 %.3f, nDCG@10 %.3f; to"
                    + " the first %d %+.3f [%+.3f, %+.3f]%n",
                point.length(),
                curve.profile(),
                point.mrr(),
                point.ndcg(),
                curve.compared(),
                point.difference(),
                point.low(),
                point.high()));
      }
    }
    return table.toString();
  }

  /** A figure, or a dash where it is not known. */
  private static String share(Map<String, @Nullable Object> row, String key) {
    double value = MethodResult.number(row, key);
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }

  private static String rows(List<Map<String, @Nullable Object>> figures) {
    StringBuilder table = new StringBuilder();
    for (Map<String, @Nullable Object> row : figures) {
      table.append(
          String.format(
              Locale.ROOT,
              "%-18s %7s %9s %9s %10s %8s %8s %9d %9.1f ms%n",
              row.get("method"),
              row.getOrDefault("budget", ""),
              share(row, "recall@1"),
              share(row, "recall@10"),
              share(row, "recall@100"),
              share(row, "ndcg@10"),
              share(row, "mrr@10"),
              (long) MethodResult.number(row, "maxCalls"),
              MethodResult.number(row, "overheadMs.p50")));
    }
    return table.toString();
  }
}
