package io.curlew.demo;

import io.curlew.data.Dataset;
import io.curlew.data.eval.Run;
import io.curlew.data.file.WholeFile;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.evaluate.Conclusion;
import io.curlew.demo.evaluate.EvaluationFiles;
import io.curlew.demo.evaluate.EvaluationOptions;
import io.curlew.demo.evaluate.EvaluationReport;
import io.curlew.demo.evaluate.EvaluationTable;
import io.curlew.demo.evaluate.Evaluator;
import io.curlew.demo.evaluate.HtmlReport;
import io.curlew.demo.evaluate.MethodResult;
import io.curlew.demo.evaluate.Methods;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.index.Profiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code curlew evaluate}. */
@Command(
    name = "evaluate",
    description = "Measures methods and budgets against exact scores and judgements.",
    footer = {
      "",
      "Examples:",
      "  curlew evaluate --dataset wordnet --index target/demo/index",
      "  curlew evaluate --dataset DIR --index INDEX --methods all --html report.html --csv"
          + " figures.csv",
      "  curlew evaluate --dataset DIR --index INDEX --compare OTHER --methods"
          + " adaptive,rerank-dense"
    })
final class EvaluateCommand implements Callable<Integer> {

  static final String DEFAULT_QUERIES = "300";
  private static final long SEED = 42;
  private static final long MOST_CALLS = 100_000;

  @ArgGroup(multiplicity = "1")
  private Asked asked = new Asked();

  /** Where queries come from. */
  private static final class Asked {

    @Option(names = "--dataset", description = "A BEIR directory, or wordnet.")
    private @Nullable String dataset;

    @Option(
        names = "--pseudo-queries",
        description =
            "Without judged queries: so many cut out of the documents. Says what agrees with the"
                + " model and whether expected recall is right, nothing of relevance.")
    private int pseudoQueries;
  }

  @Option(names = "--index", required = true, description = "The index directory.")
  private Path index = Path.of("");

  @Option(names = "--budgets", split = ",", description = "Exact calls; ${DEFAULT-VALUE}.")
  private List<Integer> budgets = List.of(100, 200, 500);

  @Option(names = "--queries", description = "At most so many queries; ${DEFAULT-VALUE}.")
  private int queries = Integer.parseInt(DEFAULT_QUERIES);

  @Option(
      names = "--exact-queries",
      description =
          "Queries scored against all documents; the others have no recall. By default all, or none"
              + " where that takes a model other than late interaction more than 100,000 calls.")
  private @Nullable Integer exactQueries;

  @Option(
      names = "--pool",
      description =
          "Score so many of the hybrid list for each query, to see whether longer lists rank worse;"
              + " ${DEFAULT-VALUE}.")
  private int pool;

  @Option(
      names = "--scores",
      description =
          "Keep exact scores in this directory, to go on later; INDEX.scores beside the index by"
              + " default.")
  private @Nullable Path scores;

  @Option(
      names = "--cache",
      description = "Keep the scores of queries without exact ones in this file, to go on later.")
  private @Nullable Path cache;

  @Option(
      names = "--methods",
      split = ",",
      description =
          "${DEFAULT-VALUE}; or all, which adds rerank-rrf, rerank-latent, rerank-muvera, gar-bm25,"
              + " gar-dense, fixed-selected, adaptive-published, axn, axn-mf, bagel, qdrant, lemur"
              + " (for a late-interaction model) and adaptive-muvera; also maxsim, rerank-maxsim"
              + " and adaptive-maxsim, whose first stage is exact late interaction.")
  private List<String> methods = Methods.DEFAULT;

  @Option(names = "--profile", description = Profiles.DESCRIPTION)
  private String profile = Profiles.NONE;

  @Option(
      names = "--compare",
      split = ",",
      description = "Other indexes of the same documents and model, searched adaptively too.")
  private List<Path> others = List.of();

  @Option(names = "--json", description = "Write the figures to this file.")
  private @Nullable Path json;

  @Option(names = "--csv", description = "Write the figures to this file, one a line.")
  private @Nullable Path csv;

  @Option(names = "--run-dir", description = "Write TREC run files to this directory.")
  private @Nullable Path runDirectory;

  @Option(names = "--html", description = "Write the report to this file.")
  private @Nullable Path html;

  @Override
  public Integer call() throws Exception {
    if (asked.dataset == null && asked.pseudoQueries < 1) {
      throw new BadInputException(
          "--pseudo-queries must be at least 1, got: " + asked.pseudoQueries);
    }
    try (CurlewIndex opened = CurlewIndex.open(index)) {
      if (opened.fields().id() == null) {
        throw new BadInputException(
            "index must have an id field for judgements, it was made without --id: " + index);
      }
      int count = asked.dataset == null ? asked.pseudoQueries : queries;
      EvaluationOptions options =
          new EvaluationOptions(
              budgets,
              Methods.of(methods, opened),
              count,
              exactQueries == null ? affordable(opened, count) : exactQueries,
              pool,
              scores == null ? keptBeside(index) : scores,
              cache,
              profile,
              others,
              SEED);
      Dataset data = data(opened);
      if (runDirectory != null) {
        requireWritableRuns(opened, data);
      }
      EvaluationReport report = new Evaluator(opened, options).run(data);
      if (json != null) {
        WholeFile.write(json, EvaluationFiles.json(report));
      }
      if (csv != null) {
        WholeFile.write(csv, EvaluationFiles.csv(report));
      }
      if (runDirectory != null) {
        for (MethodResult result : report.results()) {
          result.run().write(runDirectory.resolve(result.tag() + ".run"));
        }
        for (MethodResult result : report.fused()) {
          result.run().write(runDirectory.resolve(result.tag() + ".fused.run"));
        }
      }
      if (html != null) {
        HtmlReport.write(report, opened, html);
      }
      Conclusion.of(report).forEach(System.out::println);
      System.out.print(EvaluationTable.of(report));
    }
    return 0;
  }

  private Dataset data(CurlewIndex opened) throws IOException {
    if (asked.dataset == null) {
      return Datasets.pseudoQueries(opened, asked.pseudoQueries, SEED);
    }
    return Datasets.openQueries(
        asked.dataset,
        opened.description(CurlewIndex.DOCUMENTS, Datasets.DEFAULT_DOCUMENTS),
        Long.parseLong(opened.description(CurlewIndex.SEED, "42")));
  }

  /** Ids with white space cannot be in a run file: better said before the work than after it. */
  private static void requireWritableRuns(CurlewIndex index, Dataset data) throws IOException {
    try {
      data.testQueries().forEach(query -> Run.requireWritable("query id", query.id()));
      index
          .searcher()
          .ids(index.searcher().documents())
          .forEach(id -> Run.requireWritable("document id", id));
    } catch (IllegalArgumentException e) {
      throw new BadInputException("--run-dir needs other ids: " + e.getMessage());
    }
  }

  /** How many queries are scored exhaustively unless told otherwise. */
  private static int affordable(CurlewIndex opened, int count) {
    long calls = (long) opened.searcher().documentCount() * count;
    if (opened.isLateInteraction() || calls <= MOST_CALLS) {
      return Integer.MAX_VALUE;
    }
    Progress.log(
        "no query is scored against all documents, which takes "
            + calls
            + " calls of the model, so no recall is known: --exact-queries N scores N");
    return 0;
  }

  /** Where exact scores are kept unless told otherwise. */
  static Path keptBeside(Path index) {
    Path absolute = index.toAbsolutePath().normalize();
    return absolute.resolveSibling(absolute.getFileName() + ".scores");
  }
}
