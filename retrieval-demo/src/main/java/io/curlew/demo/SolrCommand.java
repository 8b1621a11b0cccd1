package io.curlew.demo;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.anchor.AnchorSelection;
import io.curlew.data.Dataset;
import io.curlew.data.Document;
import io.curlew.data.model.ModelFiles;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.AnchorChoice;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.index.Models;
import io.curlew.demo.solr.SolrGuide;
import io.curlew.demo.solr.SolrInstallation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code curlew solr}: a SolrCloud of two nodes with the sample configset and WordNet senses, in
 * JVMs and a class path of their own, until interrupted.
 */
@Command(
    name = "solr",
    description = "Starts a SolrCloud of two nodes with the plugin and WordNet, until interrupted.",
    footer = {"", "Examples:", "  curlew solr", "  curlew solr --documents 500 --check"})
final class SolrCommand implements Callable<Integer> {

  private static final long SEED = 42;
  private static final int BATCH = 250;
  private static final Pattern MADE =
      Pattern.compile("install|models|configset|node[12](-console)?(\\.log)?");

  @Option(names = "--documents", description = "How many documents, or all; ${DEFAULT-VALUE}.")
  private String documents = "5000";

  @Option(names = "--anchors", description = "How many anchor queries; ${DEFAULT-VALUE}.")
  private int anchors = 400;

  @Option(
      names = "--port",
      description = "Of the first node, the second has the next; ${DEFAULT-VALUE}.")
  private int port = 8983;

  @Option(names = "--out", description = "Where all files go; ${DEFAULT-VALUE}.")
  private Path out = Path.of("target/solr");

  @Option(
      names = "--check",
      description = "Run the commands that are printed, and stop; fails if one fails.")
  private boolean check;

  @Override
  public Integer call() throws Exception {
    if (port < 1 || port > 65_534) {
      throw new BadInputException("--port must be between 1 and 65534, got: " + port);
    }
    Path directory = Files.exists(out) ? out.toRealPath() : out.toAbsolutePath().normalize();
    requireOurs(directory);
    SolrInstallation.Folders folders = SolrInstallation.Folders.find();
    delete(directory);
    Dataset data = Datasets.open("wordnet", documents, SEED);
    prepare(folders, directory, data);
    try (SolrInstallation solr = SolrInstallation.start(folders, directory, port)) {
      SolrGuide guide = new SolrGuide(solr.url());
      solr.createCollection(directory.resolve("configset/conf"));
      index(solr, data.documents());
      System.out.println(guide.text());
      if (check) {
        guide.run();
        return 0;
      }
      System.err.println("Solr: " + solr.url() + " and port " + (port + 1) + "; Ctrl-C stops both");
      solr.await();
    }
    return 0;
  }

  /** The module, the model by path, and the sample configset with an anchor file. */
  private void prepare(SolrInstallation.Folders folders, Path directory, Dataset data)
      throws IOException {
    copy(folders.module(), directory.resolve("install/modules/curlew"));
    Path models = Files.createDirectories(directory.resolve("models"));
    ModelFiles files = ModelFiles.miniLmInt8();
    try (InputStream model = files.openModel();
        InputStream tokenizer = files.openTokenizer()) {
      Files.copy(model, models.resolve("model.onnx"));
      Files.copy(tokenizer, models.resolve("tokenizer.json"));
    }
    Path conf = directory.resolve("configset/conf");
    copy(folders.module().resolve("configset/conf"), conf);
    AnchorChoice choice =
        new AnchorChoice(
            anchors,
            AnchorSelection.UNIFORM,
            null,
            SEED,
            AnchorChoice.WHOLE,
            AnchorChoice.WHOLE,
            /* bytes= */ null);
    try (LateInteractionModel model = Models.lateInteraction(LateInteractionOptions.defaults())) {
      choice.write(data, model, conf.resolve("anchors.curlew"));
    }
  }

  private static void index(SolrInstallation solr, List<Document> documents) throws Exception {
    try (Progress progress = Progress.start("Index", documents.size())) {
      for (int from = 0; from < documents.size(); from += BATCH) {
        List<Document> some = documents.subList(from, Math.min(from + BATCH, documents.size()));
        solr.add(some);
        progress.step(some.size());
      }
      solr.commit();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  /**
   * Fails unless a directory is not there, is empty, or holds what a run leaves and nothing else.
   */
  private static void requireOurs(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> listed = Files.list(directory)) {
      boolean ours = Files.isDirectory(directory.resolve("install/modules/curlew"));
      for (Path file : listed.toList()) {
        if (!ours || !MADE.matcher(file.getFileName().toString()).matches()) {
          throw new BadInputException(
              "--out must be new, empty or of an earlier run and nothing else, got: " + file);
        }
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(directory)) {
          Files.delete(file);
        }
      }
    }
  }
}
