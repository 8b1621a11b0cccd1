package io.curlew.demo.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.samskivert.mustache.Mustache;
import io.curlew.data.TextQuery;
import io.curlew.data.file.WholeFile;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.IndexedDocuments;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One self-contained HTML file: what was run, the figures, the plots, rankings of some queries. It
 * holds all figures as JSON and CSV too, and loads nothing.
 */
public final class HtmlReport {

  private static final int EXAMPLES = 5;
  private static final int SHOWN = 5;
  private static final String CHART_JS =
      "/META-INF/resources/webjars/chart.js/4.4.9/dist/chart.umd.js";

  private final EvaluationReport report;
  private final IndexedDocuments documents;
  private final Map<String, Integer> places;

  private HtmlReport(EvaluationReport report, IndexedDocuments documents) {
    this.report = report;
    this.documents = documents;
    this.places = documents.places();
  }

  public static void write(EvaluationReport report, CurlewIndex index, Path file)
      throws IOException {
    HtmlReport html = new HtmlReport(report, IndexedDocuments.of(index));
    WholeFile.write(
        file,
        Mustache.compiler()
            .compile(resource("/io/curlew/demo/evaluate/report.mustache.html"))
            .execute(html.model()));
  }

  private Map<String, Object> model() throws IOException {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("dataset", report.dataset());
    model.put("documents", report.documents());
    model.put("queries", report.queries().size());
    model.put("exactQueries", report.exactQueries());
    List<String> conclusion = Conclusion.of(report);
    model.put("conclusion", conclusion);
    model.put("hasConclusion", !conclusion.isEmpty());
    model.put("anchors", report.anchors());
    model.put("indexCalls", report.indexCalls());
    model.put("cut", report.cut().describe());
    model.put("model", report.model());
    model.put("msPerCall", String.format(Locale.ROOT, "%.2f", report.msPerCall()));
    model.put("rows", rows(report.figures()));
    model.put("fused", rows(report.fusedFigures()));
    model.put("hasFused", !report.fused().isEmpty());
    model.put("profile", report.profiles().getFirst().toString());
    model.put("fusedProfile", report.profiles().getLast().toString());
    model.put("worth", worth());
    model.put("hasWorth", !report.worth().isEmpty());
    model.put("reaches", reaches());
    model.put("differences", differences());
    model.put("hasPools", !report.pools().isEmpty());
    model.put("hasRecall", report.exactQueries() > 0);
    model.put("hasAnalysis", !report.analysis().curves().isEmpty());
    model.put("hasCases", !report.cases().isEmpty());
    model.put("tests", tests());
    model.put("costs", costs());
    model.put("losses", losses());
    model.put("filtered", filtered());
    model.put("sizes", sizes());
    model.put("cases", cases());
    model.put("examples", examples());
    Map<String, Object> charts = new LinkedHashMap<>();
    charts.put("results", report.figures());
    charts.put("fused", report.fusedFigures());
    charts.put("pools", report.pools());
    charts.put("curves", curves());
    charts.put("calibration", report.analysis().calibrations());
    charts.put("spectrum", report.analysis().spectrum());
    charts.put("sizes", report.sizes());
    // "<" cannot end the script element early
    model.put("json", new ObjectMapper().writeValueAsString(charts).replace("<", "\\u003c"));
    model.put("chartJs", resource(CHART_JS));
    model.put("chartsJs", resource("/io/curlew/demo/evaluate/report.js"));
    model.put("css", resource("/io/curlew/demo/evaluate/report.css"));
    model.put("jsonFile", base64(EvaluationFiles.json(report)));
    model.put("csvFile", base64(EvaluationFiles.csv(report)));
    return model;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<Map<String, Object>> rows(List<Map<String, @Nullable Object>> all) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Map<String, @Nullable Object> figures : all) {
      Map<String, Object> row = new LinkedHashMap<>();
      String method = String.valueOf(figures.get("method"));
      row.put("method", method);
      row.put("ours", method.equals("adaptive"));
      row.put("budget", figures.getOrDefault("budget", "all"));
      List<String> cells = new ArrayList<>();
      for (String key : List.of("recall@1", "recall@10", "recall@100", "ndcg@10", "mrr@10")) {
        cells.add(format("%.3f", MethodResult.number(figures, key)));
      }
      cells.add(String.valueOf(figures.get("maxCalls")));
      double indexing = MethodResult.number(figures, "fittingCalls");
      if (indexing == 0 && Methods.usesAnchors(method)) { // what was fitted anew reads no rows
        indexing = report.indexCalls();
      }
      cells.add(format("%.1f", indexing / Math.max(1, report.documents())));
      for (String key : List.of("overheadMs.p50", "totalMs.p50", "totalMs.p99")) {
        cells.add(format("%.1f", MethodResult.number(figures, key)));
      }
      row.put("cells", cells);
      rows.add(row);
    }
    return rows;
  }

  private List<List<String>> worth() {
    return report.worth().stream()
        .map(
            worth ->
                List.of(
                    worth.profile(),
                    worth.method(),
                    format("%+.3f", worth.difference()),
                    interval(worth.low(), worth.high()),
                    worth.verdict()))
        .toList();
  }

  private List<List<String>> reaches() {
    return report.reaches().stream()
        .map(
            reach ->
                List.of(
                    reach.profile(),
                    reach.measure(),
                    format("%.3f", reach.best()),
                    reach.method(),
                    reach.calls() == null ? "never" : String.valueOf(reach.calls()),
                    reach.totalMs() == null ? "–" : format("%.0f", reach.totalMs())))
        .toList();
  }

  private List<List<String>> differences() {
    return report.differences().stream()
        .map(
            difference ->
                List.of(
                    difference.profile(),
                    difference.measure(),
                    difference.method(),
                    difference.other(),
                    format("%+.3f", difference.difference()),
                    interval(difference.low(), difference.high())))
        .toList();
  }

  private List<List<String>> tests() {
    List<List<String>> rows = new ArrayList<>();
    for (EvaluationReport.Test test : report.tests()) {
      rows.add(
          List.of(
              test.other(),
              String.valueOf(test.budget()),
              test.measure(),
              format("%+.3f", test.difference()),
              interval(test.low(), test.high()),
              format("%.4f", test.p()),
              format("%.4f", test.holm())));
    }
    return rows;
  }

  private List<List<String>> costs() {
    List<List<String>> rows = new ArrayList<>();
    for (Map<String, Object> cost : report.equalRecall()) {
      int calls = (int) MethodResult.number(cost, "listCalls");
      rows.add(
          List.of(
              String.valueOf(cost.get("firstStage")),
              "recall@" + cost.get("k"),
              String.valueOf(cost.get("budget")),
              format("%.3f", MethodResult.number(cost, "recall")),
              calls < 0 ? "over " + FirstStageCurve.LONGEST : String.valueOf(calls),
              String.valueOf(cost.getOrDefault("queriesToPayForIndex", "–"))));
    }
    return rows;
  }

  private List<List<String>> losses() {
    List<List<String>> rows = new ArrayList<>();
    for (LossByCause loss : report.analysis().losses()) {
      rows.add(
          List.of(
              String.valueOf(loss.budget()),
              String.valueOf(loss.k()),
              format("%.3f", loss.total()),
              format("%.3f", loss.rank()),
              format("%.3f", loss.anchors()),
              format("%.3f", loss.fitted())));
    }
    return rows;
  }

  private List<List<String>> filtered() {
    return report.analysis().filtered().stream()
        .map(
            filtered ->
                List.of(
                    String.valueOf(filtered.budget()),
                    String.valueOf(filtered.documents()),
                    format("%.3f", filtered.recallAt10()),
                    format("%.3f", filtered.recallAt100())))
        .toList();
  }

  private List<List<String>> sizes() {
    return report.sizes().stream()
        .map(
            size ->
                List.of(
                    size.method(),
                    format("%.1f", size.bytes() / 1e6),
                    format("%.0f", (double) size.bytes() / Math.max(1, report.documents()))))
        .toList();
  }

  private List<Map<String, Object>> curves() {
    List<Map<String, Object>> curves = new ArrayList<>();
    int most = 2 * report.results().stream().mapToInt(MethodResult::budget).max().orElse(1);
    for (FirstStageCurve curve : report.analysis().curves()) {
      List<Map<String, Object>> points = new ArrayList<>();
      int length = 1;
      while (length < curve.recall().length && length <= most) {
        points.add(Map.of("x", length, "y", curve.recall()[length]));
        length = Math.max(length + 1, length * 21 / 20);
      }
      curves.add(Map.of("name", curve.name(), "k", curve.k(), "points", points));
    }
    return curves;
  }

  private List<Map<String, Object>> cases() {
    List<Map<String, Object>> cases = new ArrayList<>();
    for (EvaluationReport.Case found : report.cases()) {
      cases.add(
          Map.of(
              "kind", found.kind(),
              "query", found.query(),
              "text", found.text(),
              "budget", found.budget(),
              "adaptive", format("%.2f", found.adaptive()),
              "rerankDense", format("%.2f", found.rerankDense()),
              "missed", missed(found.query())));
    }
    return cases;
  }

  /** The best documents by exact score that adaptive search did not return. */
  private List<String> missed(String query) {
    List<String> exact = List.of();
    List<String> returned = List.of();
    for (MethodResult result : report.results()) {
      if (result.method().equals("exact")) {
        exact = result.ranking(query);
      } else if (result.method().equals("adaptive") && result.budget() == report.middleBudget()) {
        returned = result.ranking(query);
      }
    }
    List<String> missed = new ArrayList<>();
    for (int rank = 0; rank < exact.size() && missed.size() < 3; rank++) {
      if (!returned.contains(exact.get(rank))) {
        missed.add("exact rank " + (rank + 1) + ": " + text(exact.get(rank)));
      }
    }
    return missed;
  }

  private List<Map<String, Object>> examples() {
    List<Map<String, Object>> examples = new ArrayList<>();
    int smallest =
        report.results().stream().mapToInt(MethodResult::budget).filter(b -> b > 0).min().orElse(0);
    List<TextQuery> queries = report.queries();
    for (TextQuery query : queries.subList(0, Math.min(EXAMPLES, queries.size()))) {
      List<Map<String, Object>> columns = new ArrayList<>();
      for (MethodResult result : report.results()) {
        boolean shown = Methods.DEFAULT.contains(result.method());
        if (shown && (result.budget() == 0 || result.budget() == smallest)) {
          List<Map<String, Object>> hits = new ArrayList<>();
          List<String> ranking = result.ranking(query.id());
          for (String id : ranking.subList(0, Math.min(SHOWN, ranking.size()))) {
            hits.add(
                Map.of(
                    "text", text(id), "relevant", report.judgements().grade(query.id(), id) > 0));
          }
          columns.add(Map.of("tag", result.tag(), "hits", hits));
        }
      }
      examples.add(Map.of("query", query.text(), "columns", columns));
    }
    return examples;
  }

  private String text(String id) {
    Integer place = places.get(id);
    return place == null ? id : documents.texts().get(place);
  }

  private static String interval(double low, double high) {
    return format("%+.3f", low) + " to " + format("%+.3f", high);
  }

  private static String format(String format, double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("resource must be on the class path: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
