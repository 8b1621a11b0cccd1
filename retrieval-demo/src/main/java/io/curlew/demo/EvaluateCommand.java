package io.curlew.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.data.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code curlew evaluate}. */
@Command(
    name = "evaluate",
    description = "Measures methods and budgets against exact scores and judgements.")
final class EvaluateCommand implements Callable<Integer> {

  static final String DEFAULT_QUERIES = "300";
  private static final long SEED = 42;

  @Option(names = "--dataset", required = true, description = "A BEIR directory, or wordnet.")
  private String dataset = "";

  @Option(names = "--index", required = true, description = "The index directory.")
  private Path index = Path.of("");

  @Option(names = "--budgets", split = ",", description = "Exact calls; ${DEFAULT-VALUE}.")
  private List<Integer> budgets = List.of(100, 200, 500);

  @Option(names = "--queries", description = "At most so many queries; ${DEFAULT-VALUE}.")
  private int queries = Integer.parseInt(DEFAULT_QUERIES);

  @Option(
      names = "--exact-queries",
      description =
          "Queries scored against all documents; the others have no recall. All by default.")
  private int exactQueries = Integer.MAX_VALUE;

  @Option(names = "--cache", description = "Keep the model's scores in this file, to go on later.")
  private @Nullable Path cache;

  @Option(
      names = "--methods",
      split = ",",
      description =
          "${DEFAULT-VALUE}; also maxsim, rerank-maxsim and adaptive-maxsim, whose first stage is"
              + " exact late interaction.")
  private List<String> methods = EvaluationOptions.METHODS;

  @Option(names = "--json", description = "Write the figures to this file.")
  private @Nullable Path json;

  @Option(names = "--run-dir", description = "Write TREC run files to this directory.")
  private @Nullable Path runDirectory;

  @Option(names = "--html", description = "Write the report to this file.")
  private @Nullable Path html;

  @Override
  public Integer call() throws Exception {
    EvaluationOptions options =
        new EvaluationOptions(budgets, methods, queries, exactQueries, cache, SEED);
    try (CurlewIndex opened = CurlewIndex.open(index)) {
      Dataset data =
          Datasets.open(
              dataset,
              opened.description(CurlewIndex.DOCUMENTS, Datasets.DEFAULT_DOCUMENTS),
              Long.parseLong(opened.description(CurlewIndex.SEED, "42")));
      EvaluationReport report = new Evaluator(opened, options).run(data);
      write(report, opened, json, runDirectory, html);
      System.out.print(report.table());
    }
    return 0;
  }

  static void write(
      EvaluationReport report,
      CurlewIndex index,
      @Nullable Path json,
      @Nullable Path runDirectory,
      @Nullable Path html)
      throws IOException {
    if (json != null) {
      Path target = json.toAbsolutePath();
      Files.createDirectories(target.resolveSibling("."));
      Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
      new ObjectMapper()
          .writerWithDefaultPrettyPrinter()
          .writeValue(temporary.toFile(), Evaluator.json(report));
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }
    if (runDirectory != null) {
      Files.createDirectories(runDirectory);
      for (MethodResult result : report.results()) {
        result.run().write(runDirectory.resolve(result.tag() + ".run"));
      }
    }
    if (html != null) {
      HtmlReport.write(report, index, html);
    }
  }
}
