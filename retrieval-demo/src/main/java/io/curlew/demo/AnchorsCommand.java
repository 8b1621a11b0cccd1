package io.curlew.demo;

import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSelection;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.AnchorStatistics;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.data.Dataset;
import io.curlew.demo.index.AnchorChoice;
import io.curlew.demo.index.AnchorComparison;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.index.DocumentReading;
import io.curlew.demo.index.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code curlew anchors}: makes anchor files without an index, shows them and compares them. */
@Command(
    name = "anchors",
    description = "Makes, shows and compares anchor sets.",
    footer = {
      "",
      "Examples:",
      "  curlew anchors create --dataset wordnet --out anchors.curlew",
      "  curlew anchors show target/demo/index",
      "  curlew anchors compare target/demo/index OTHER"
    })
final class AnchorsCommand {

  @Command(
      name = "create",
      description = "Writes an anchor file for a data set, as Solr's configset needs it.")
  int create(
      @Option(names = "--dataset", required = true, description = "A BEIR directory, or wordnet.")
          String dataset,
      @Option(names = "--out", required = true, description = "The anchor file to write.") Path out,
      @Option(
              names = "--documents",
              defaultValue = Datasets.DEFAULT_DOCUMENTS,
              description = "Of wordnet: how many, or all; ${DEFAULT-VALUE}.")
          String documents,
      @Option(
              names = "--anchors",
              defaultValue = "400",
              description = "How many anchor queries; ${DEFAULT-VALUE}.")
          int anchors,
      @Option(names = "--anchor-queries", description = "A file of anchor queries, one per line.")
          @Nullable Path anchorQueries,
      @Option(
              names = "--model",
              defaultValue = Models.LATE_INTERACTION,
              description = "The interaction model; ${DEFAULT-VALUE}.")
          String model,
      @Option(
              names = "--dimensions",
              defaultValue = "" + AnchorChoice.WHOLE,
              description = "Rows are projected to so many dimensions; all by default.")
          int dimensions,
      @Option(
              names = "--bytes-per-document",
              defaultValue = "" + AnchorChoice.WHOLE,
              description = "Rows are quantised to so many bytes each, such as 64.")
          int rowBytes,
      @Option(
              names = "--bytes",
              negatable = true,
              description = "Rows are bytes, a quarter of floats' size; done unless negated.")
          @Nullable Boolean bytes,
      @Option(
              names = "--seed",
              defaultValue = "42",
              description = "Of every random choice; ${DEFAULT-VALUE}.")
          long seed)
      throws IOException {
    AnchorChoice choice =
        new AnchorChoice(
            anchors, AnchorSelection.UNIFORM, anchorQueries, seed, dimensions, rowBytes, bytes);
    Dataset data = Datasets.open(dataset, documents, seed);
    AnchorSet made;
    try (Models opened = Models.open(model, DocumentReading.DEFAULT)) {
      made = choice.write(data, opened.model(), out);
    }
    System.out.println(made.size() + " anchors, " + made.fingerprint() + ": " + out);
    return 0;
  }

  @Command(name = "show", description = "Shows an anchor set.")
  int show(
      @Parameters(paramLabel = "FILE|INDEX", description = "An anchor file or an index directory.")
          Path path,
      @Option(
              names = "--queries",
              defaultValue = "10",
              description = "Show so many anchor queries; ${DEFAULT-VALUE}.")
          int queries)
      throws IOException {
    AnchorSet anchors = read(path);
    AnchorStatistics statistics = anchors.statistics();
    System.out.println("fingerprint   " + anchors.fingerprint());
    System.out.println("anchors       " + anchors.size());
    RowEncoding encoding = anchors.encoding();
    System.out.println(
        "stored        "
            + anchors.dimension()
            + " values a document"
            + (encoding.isBytes() ? ", in " + encoding.length() + " bytes" : ""));
    System.out.println("anchor model  " + anchors.modelFingerprint());
    System.out.println("query model   " + anchors.queryModelFingerprint());
    if (Files.isDirectory(path)) {
      AnchorComparison.Rows rows = AnchorComparison.rows(path, anchors);
      double[] spectrum = AnchorComparison.spectrum(rows);
      System.out.printf(
          Locale.ROOT,
          "spectrum      %d of %d singular values hold 99 %% of the squares, %d hold 99.9 %%%n",
          AnchorComparison.holding(spectrum, 0.99),
          spectrum.length,
          AnchorComparison.holding(spectrum, 0.999));
    }
    boolean whole = anchors.dimension() == anchors.size();
    for (int a = 0; a < Math.min(queries, anchors.size()); a++) {
      String range =
          whole
              ? String.format(
                  Locale.ROOT, "%7.3f to %7.3f  ", statistics.low()[a], statistics.high()[a])
              : "";
      System.out.println(range + anchors.queries().get(a));
    }
    return 0;
  }

  @Command(
      name = "compare",
      description =
          "Compares two anchor sets: what they share, whether rows of one can be searched with the"
              + " other, and, of two indexes, how well the scores of each are predicted by the"
              + " other's.")
  int compare(
      @Parameters(index = "0", paramLabel = "ONE", description = "An anchor file or an index.")
          Path one,
      @Parameters(index = "1", paramLabel = "OTHER", description = "An anchor file or an index.")
          Path other)
      throws IOException {
    AnchorSet first = read(one);
    AnchorSet second = read(other);
    Set<String> shared = new HashSet<>(first.queries());
    shared.retainAll(second.queries());
    System.out.printf(
        Locale.ROOT,
        "queries       %d in both, %d only in %s, %d only in %s%n",
        shared.size(),
        first.size() - shared.size(),
        one,
        second.size() - shared.size(),
        other);
    System.out.println(
        "anchor model  "
            + (first.modelFingerprint().equals(second.modelFingerprint())
                ? "the same"
                : "differs"));
    System.out.println(
        "rows          "
            + (first.equals(second)
                ? "the same anchor set"
                : "must not be mixed: an index of one cannot be searched with the other"));
    if (Files.isDirectory(one) && Files.isDirectory(other)) {
      AnchorComparison comparison =
          AnchorComparison.of(
              AnchorComparison.rows(one, first), AnchorComparison.rows(other, second));
      System.out.printf(
          Locale.ROOT,
          "explained     %.3f of the variance of the second's scores by the first, %.3f of the"
              + " first's by the second, on %d documents of both%n",
          comparison.secondByFirst(),
          comparison.firstBySecond(),
          comparison.documents());
    }
    return 0;
  }

  private static AnchorSet read(Path path) throws IOException {
    return Files.isDirectory(path) ? CurlewIndex.anchors(path) : AnchorFile.read(path);
  }
}
