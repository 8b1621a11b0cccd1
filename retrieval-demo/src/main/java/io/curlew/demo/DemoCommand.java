package io.curlew.demo;

import io.curlew.data.Dataset;
import io.curlew.data.file.WholeFile;
import io.curlew.demo.evaluate.Conclusion;
import io.curlew.demo.evaluate.EvaluationFiles;
import io.curlew.demo.evaluate.EvaluationOptions;
import io.curlew.demo.evaluate.EvaluationReport;
import io.curlew.demo.evaluate.EvaluationTable;
import io.curlew.demo.evaluate.Evaluator;
import io.curlew.demo.evaluate.HtmlReport;
import io.curlew.demo.evaluate.Methods;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.index.Indexing;
import io.curlew.demo.index.Models;
import io.curlew.demo.index.Profiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code curlew demo}: the main job from nothing. */
@Command(
    name = "demo",
    description = {
      "Indexes WordNet for a cross-encoder, says what it is worth and at how few calls, then"
          + " measures how much of an exact ranking is found, by late interaction. Writes a report"
          + " of each."
    },
    footer = {
      "",
      "Examples:",
      "  curlew demo",
      "  curlew demo --documents 1000 --out target/small"
    })
final class DemoCommand implements Callable<Integer> {

  private static final String DATASET = "wordnet";
  private static final long SEED = 42;
  private static final int ANCHORS = 400;

  /** Queries of either table: enough for intervals, few enough for a processor without VNNI. */
  private static final int QUERIES = 100;

  private static final List<Integer> FEW_CALLS = List.of(10, 20, 50);
  private static final List<Integer> CALLS = List.of(50, 200);

  @Option(names = "--documents", description = "How many documents, or all; ${DEFAULT-VALUE}.")
  private String documents = Datasets.DEFAULT_DOCUMENTS;

  @Option(names = "--out", description = "Where the index and the reports go; ${DEFAULT-VALUE}.")
  private Path out = Path.of("target/demo");

  @Override
  public Integer call() throws Exception {
    Path index = out.resolve("index");
    Indexing.plain(DATASET, documents, index, Models.CROSS_ENCODER, ANCHORS, SEED).create();
    Dataset dataset = Datasets.open(DATASET, documents, SEED);
    try (CurlewIndex opened = CurlewIndex.open(index)) {
      System.out.println("A cross-encoder within a budget of calls");
      evaluate(
          opened, dataset, Methods.SHORT, FEW_CALLS, /* exactQueries= */ 0, out.resolve("report"));
    }
    try (CurlewIndex opened =
        CurlewIndex.openForLateInteraction(index, Datasets.trainJudgements(dataset), SEED)) {
      System.out.println("What is found of an exact ranking, by late interaction");
      evaluate(opened, dataset, Methods.DEFAULT, CALLS, QUERIES, out.resolve("agreement"));
    }
    return 0;
  }

  /** Prints what to conclude and the table; writes the report as HTML and JSON. */
  private void evaluate(
      CurlewIndex index,
      Dataset dataset,
      List<String> methods,
      List<Integer> budgets,
      int exactQueries,
      Path report)
      throws IOException {
    EvaluationOptions options =
        new EvaluationOptions(
            budgets,
            methods,
            QUERIES,
            exactQueries,
            /* pool= */ 0,
            EvaluateCommand.keptBeside(out.resolve("index")),
            exactQueries == 0 ? out.resolve("cross-encoder.scores") : null,
            Profiles.NONE,
            List.of(),
            SEED);
    EvaluationReport figures = new Evaluator(index, options).run(dataset);
    Path html = report.resolveSibling(report.getFileName() + ".html");
    WholeFile.write(
        report.resolveSibling(report.getFileName() + ".json"), EvaluationFiles.json(figures));
    HtmlReport.write(figures, index, html);
    System.out.println();
    Conclusion.of(figures).forEach(System.out::println);
    System.out.println();
    System.out.print(EvaluationTable.methods(figures));
    System.out.println("All that follows from it: " + html);
    System.out.println();
  }
}
