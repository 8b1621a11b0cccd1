package io.curlew.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.samskivert.mustache.Mustache;
import io.curlew.data.TextQuery;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One self-contained HTML file: what was run, the table, the plots, a few rankings. */
final class HtmlReport {

  private static final int EXAMPLES = 5;
  private static final int SHOWN = 5;
  private static final String CHART_JS =
      "/META-INF/resources/webjars/chart.js/4.4.9/dist/chart.umd.js";

  private HtmlReport() {}

  static void write(EvaluationReport report, CurlewIndex index, Path file) throws IOException {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("dataset", report.dataset());
    model.put("documents", report.documents());
    model.put("queries", report.queries().size());
    model.put("anchors", report.anchors());
    model.put("indexCalls", report.indexCalls());
    model.put("model", report.model());
    model.put("msPerCall", String.format(Locale.ROOT, "%.2f", report.msPerCall()));
    model.put("rows", rows(report));
    model.put("examples", examples(report, index));
    // "<" cannot end the script element early
    model.put(
        "json", new ObjectMapper().writeValueAsString(report.figures()).replace("<", "\\u003c"));
    model.put("chartJs", resource(CHART_JS));
    String html =
        Mustache.compiler()
            .compile(resource("/io/curlew/demo/report.mustache.html"))
            .execute(model);
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.resolveSibling("."));
    Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
    Files.writeString(temporary, html);
    Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
  }

  private static List<Map<String, Object>> rows(EvaluationReport report) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Map<String, Object> figures : report.figures()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("method", figures.get("method"));
      row.put("budget", figures.getOrDefault("budget", "all"));
      List<String> cells = new ArrayList<>();
      for (String key : List.of("recall@1", "recall@10", "recall@100", "ndcg@10", "mrr@10")) {
        cells.add(String.format(Locale.ROOT, "%.3f", MethodResult.number(figures, key)));
      }
      cells.add(String.valueOf(figures.get("maxCalls")));
      for (String key : List.of("overheadMs.p50", "totalMs.p50")) {
        cells.add(String.format(Locale.ROOT, "%.1f", MethodResult.number(figures, key)));
      }
      row.put("cells", cells);
      rows.add(row);
    }
    return rows;
  }

  private static List<Map<String, Object>> examples(EvaluationReport report, CurlewIndex index)
      throws IOException {
    Map<String, String> texts = texts(index);
    List<Map<String, Object>> examples = new ArrayList<>();
    int smallest =
        report.results().stream().mapToInt(MethodResult::budget).filter(b -> b > 0).min().orElse(0);
    List<TextQuery> queries = report.queries();
    for (TextQuery query : queries.subList(0, Math.min(EXAMPLES, queries.size()))) {
      List<Map<String, Object>> columns = new ArrayList<>();
      for (MethodResult result : report.results()) {
        if (result.budget() == 0 || result.budget() == smallest) {
          List<Map<String, Object>> hits = new ArrayList<>();
          List<String> ranking = result.ranking(query.id());
          for (String id : ranking.subList(0, Math.min(SHOWN, ranking.size()))) {
            hits.add(
                Map.of(
                    "text",
                    texts.getOrDefault(id, id),
                    "relevant",
                    report.judgements().grade(query.id(), id) > 0));
          }
          columns.add(Map.of("tag", result.tag(), "hits", hits));
        }
      }
      examples.add(Map.of("query", query.text(), "columns", columns));
    }
    return examples;
  }

  private static Map<String, String> texts(CurlewIndex index) throws IOException {
    var all = index.searcher().candidates("all", (searcher, query, accepted, scores) -> {}, null);
    int[] documents = all.all();
    List<String> ids = all.ids(documents);
    List<String> texts = all.texts(documents);
    Map<String, String> byId = new LinkedHashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      byId.put(ids.get(i), texts.get(i));
    }
    return byId;
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
