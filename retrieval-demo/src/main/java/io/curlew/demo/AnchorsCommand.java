package io.curlew.demo;

import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.AnchorFile;
import io.curlew.cur.AnchorSelection;
import io.curlew.cur.AnchorSet;
import io.curlew.cur.InteractionModel;
import io.curlew.data.Dataset;
import io.curlew.data.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code curlew anchors}: an anchor file without an index, for an engine that indexes by itself.
 */
@Command(
    name = "anchors",
    description = "Writes an anchor file for a data set, as Solr's configset needs it.")
final class AnchorsCommand implements Callable<Integer> {

  private static final long ZOOKEEPER_LIMIT = 1 << 20;

  @Option(names = "--dataset", required = true, description = "A BEIR directory, or wordnet.")
  private String dataset = "";

  @Option(names = "--out", required = true, description = "The anchor file to write.")
  private Path out = Path.of("");

  @Option(names = "--documents", description = "Of wordnet: how many, or all; ${DEFAULT-VALUE}.")
  private String documents = Datasets.DEFAULT_DOCUMENTS;

  @Option(names = "--anchors", description = "How many anchor queries; ${DEFAULT-VALUE}.")
  private int anchors = 400;

  @Option(names = "--anchor-queries", description = "A file of anchor queries, one per line.")
  private @Nullable Path anchorQueries;

  @Option(names = "--model", description = "The interaction model; ${DEFAULT-VALUE}.")
  private String model = Models.LATE_INTERACTION;

  @Option(names = "--seed", description = "Of every random choice; ${DEFAULT-VALUE}.")
  private long seed = 42;

  @Override
  public Integer call() throws IOException {
    AnchorChoice choice =
        new AnchorChoice(
            anchors,
            AnchorSelection.UNIFORM,
            anchorQueries,
            seed,
            AnchorChoice.WHOLE,
            AnchorChoice.WHOLE);
    Dataset data = Datasets.open(dataset, documents, seed);
    AnchorSet made;
    try (Models opened = Models.open(model, LateInteractionOptions.defaults())) {
      made = write(choice, data, data.documents(), opened.model(), out);
    }
    System.out.println(made.size() + " anchors, " + made.fingerprint() + ": " + out);
    return 0;
  }

  /** Chooses anchors and writes their file. */
  static AnchorSet write(
      AnchorChoice choice, Dataset data, List<Document> documents, InteractionModel model, Path out)
      throws IOException {
    List<String> candidates = choice.candidates(data, documents);
    AnchorSet anchors;
    try (Progress progress = Progress.start("Anchors", 1)) {
      anchors = choice.choose(candidates, documents, model).anchors();
      progress.step(1);
    }
    AnchorFile.write(anchors, out);
    if (Files.size(out) > ZOOKEEPER_LIMIT) {
      Progress.log(
          "warning: ZooKeeper takes files of at most 1 MB unless told otherwise, got: "
              + Files.size(out)
              + " bytes; fewer anchors make a smaller file");
    }
    return anchors;
  }
}
