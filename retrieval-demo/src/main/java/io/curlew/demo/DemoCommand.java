package io.curlew.demo;

import io.curlew.data.file.WholeFile;
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
import io.curlew.demo.index.Profiles;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code curlew demo}: the main job from nothing. */
@Command(
    name = "demo",
    description = "Indexes WordNet, searches, evaluates, and writes a report.",
    footer = {
      "",
      "Examples:",
      "  curlew demo",
      "  curlew demo --documents 1000 --out target/small"
    })
final class DemoCommand implements Callable<Integer> {

  private static final long SEED = 42;
  private static final int ANCHORS = 400;

  @Option(names = "--documents", description = "How many documents, or all; ${DEFAULT-VALUE}.")
  private String documents = Datasets.DEFAULT_DOCUMENTS;

  @Option(names = "--out", description = "Where the index and the report go; ${DEFAULT-VALUE}.")
  private Path out = Path.of("target/demo");

  @Override
  public Integer call() throws Exception {
    Path index = out.resolve("index");
    Indexing.plain("wordnet", documents, index, ANCHORS, SEED).create();
    try (CurlewIndex opened = CurlewIndex.open(index)) {
      int queries = Integer.parseInt(EvaluateCommand.DEFAULT_QUERIES);
      EvaluationOptions options =
          new EvaluationOptions(
              List.of(100, 200, 500),
              Methods.DEFAULT,
              queries,
              queries,
              EvaluateCommand.keptBeside(index),
              null,
              Profiles.NONE,
              List.of(),
              SEED);
      EvaluationReport report =
          new Evaluator(opened, options).run(Datasets.open("wordnet", documents, SEED));
      Path html = out.resolve("report.html");
      WholeFile.write(out.resolve("report.json"), EvaluationFiles.json(report));
      HtmlReport.write(report, opened, html);
      System.out.print(EvaluationTable.of(report));
      System.out.println("Report: " + html);
    }
    return 0;
  }
}
