package io.curlew.demo;

import io.curlew.cur.anchor.AnchorSelection;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code curlew index}. */
@Command(
    name = "index",
    description = "Indexes a data set: text, dense vectors and scores against anchor queries.",
    footer = {
      "",
      "Examples:",
      "  curlew index --dataset wordnet --documents 5000 --index target/wordnet",
      "  curlew index --dataset ~/beir/scifact --index target/scifact --dimensions 128 --bytes",
      "  curlew index --dataset more --index target/scifact --append"
    })
final class IndexCommand implements Callable<Integer> {

  @Option(names = "--dataset", required = true, description = "A BEIR directory, or wordnet.")
  private String dataset = "";

  @Option(names = "--index", required = true, description = "The index directory.")
  private Path index = Path.of("");

  @Option(names = "--documents", description = "Of wordnet: how many, or all; ${DEFAULT-VALUE}.")
  private String documents = Datasets.DEFAULT_DOCUMENTS;

  @Option(names = "--anchors", description = "How many anchor queries; ${DEFAULT-VALUE}.")
  private int anchors = 400;

  @Option(
      names = "--anchor-selection",
      description =
          "How anchor queries are chosen among candidates: ${COMPLETION-CANDIDATES};"
              + " ${DEFAULT-VALUE}.",
      completionCandidates = Selections.class)
  private String selection = AnchorSelection.UNIFORM.label();

  private static final class Selections implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return AnchorSelection.labels().iterator();
    }
  }

  @Option(names = "--anchor-queries", description = "A file of anchor queries, one per line.")
  private @Nullable Path anchorQueries;

  @Option(
      names = "--model",
      description = "late-interaction, cross-encoder, or the path of an export; ${DEFAULT-VALUE}.")
  private String model = Models.LATE_INTERACTION;

  @Option(
      names = "--anchor-model",
      description = "The model of the anchor scores: --model, or late-interaction, which is cheap.")
  private @Nullable String anchorModel;

  @Option(
      names = "--dimensions",
      description = "Store anchor rows projected to so many dimensions; all by default.")
  private int dimensions = AnchorChoice.WHOLE;

  @Option(
      names = "--bytes-per-document",
      description = "Store anchor rows quantised to so many bytes each, such as 64.")
  private int rowBytes = AnchorChoice.WHOLE;

  @Option(names = "--bytes", description = "Store anchor rows as bytes, a quarter of the size.")
  private boolean bytes;

  @Option(names = "--cache", description = "Keep the anchor model's scores in this file.")
  private @Nullable Path cache;

  @Option(names = "--seed", description = "Of every random choice; ${DEFAULT-VALUE}.")
  private long seed = 42;

  @Option(
      names = "--append",
      description = "Add to the index that is there, with its anchors; same ids are replaced.")
  private boolean append;

  @Override
  public Integer call() throws Exception {
    if (!AnchorSelection.labels().contains(selection)) {
      throw new BadInputException(
          "--anchor-selection must be one of " + AnchorSelection.labels() + ", got: " + selection);
    }
    Indexing indexing =
        new Indexing(
            dataset,
            documents,
            index,
            anchors,
            AnchorSelection.named(selection),
            anchorQueries,
            model,
            anchorModel == null ? model : anchorModel,
            dimensions,
            rowBytes,
            bytes,
            cache,
            seed);
    if (append) {
      indexing.append();
    } else {
      indexing.create();
    }
    return 0;
  }
}
