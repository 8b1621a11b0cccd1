package io.curlew.demo;

import io.curlew.data.Dataset;
import io.curlew.data.Document;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.console.ShellCommands;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.opensearch.OpenSearchGuide;
import io.curlew.demo.opensearch.OpenSearchInstallation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code curlew opensearch}: two nodes of OpenSearch with the plugin and WordNet senses, in JVMs
 * and a class path of their own, until interrupted.
 */
@Command(
    name = "opensearch",
    description = "Starts two OpenSearch nodes with the plugin and WordNet, until interrupted.",
    footer = {
      "",
      "Examples:",
      "  curlew opensearch",
      "  curlew opensearch --documents 500 --check"
    })
final class OpenSearchCommand implements Callable<Integer> {

  private static final long SEED = 42;
  private static final int BATCH = 250;
  private static final int HIGHEST_PORT = 65_434; // those of the transport are above
  private static final Pattern MADE = Pattern.compile("anchors|node[12](-console)?(\\.log)?");

  @Option(names = "--documents", description = "How many documents, or all; ${DEFAULT-VALUE}.")
  private String documents = "5000";

  @Option(names = "--anchors", description = "How many anchor queries; ${DEFAULT-VALUE}.")
  private int anchors = 400;

  @Option(
      names = "--port",
      description = "Of the first node, the second has the next; ${DEFAULT-VALUE}.")
  private int port = 9200;

  @Option(names = "--out", description = "Where all files go; ${DEFAULT-VALUE}.")
  private Path out = Path.of("target/opensearch");

  @Option(
      names = "--check",
      description = "Run the commands that are printed, and stop; fails if one fails.")
  private boolean check;

  @Override
  public Integer call() throws Exception {
    if (port < 1 || port > HIGHEST_PORT) {
      throw new BadInputException(
          "--port must be between 1 and " + HIGHEST_PORT + ", got: " + port);
    }
    ServerFolder folder =
        ServerFolder.of(out, OpenSearchInstallation.home(1) + "/plugins/curlew", MADE);
    OpenSearchInstallation.Folders folders = OpenSearchInstallation.Folders.find();
    folder.clear();
    Dataset data = Datasets.open("wordnet", documents, SEED);
    Files.createDirectories(folder.resolve("anchors"));
    folder.writeAnchors(data, anchors, "anchors/anchors.curlew");
    for (int number = 1; number <= 2; number++) {
      String home = OpenSearchInstallation.home(number);
      folder.copy(folders.plugin(), home + "/plugins/curlew");
      folder.writeModel(home + "/config");
      folder.copy(folder.resolve("anchors"), home + "/config");
    }
    try (OpenSearchInstallation nodes =
        OpenSearchInstallation.start(folders, folder.directory(), port)) {
      ShellCommands guide = OpenSearchGuide.commands(nodes.url());
      nodes.createIndex();
      index(nodes, data.documents());
      System.out.println(guide.text());
      if (check) {
        guide.run();
        return 0;
      }
      System.err.println(
          "OpenSearch: " + nodes.url() + " and port " + (port + 1) + "; Ctrl-C stops both");
      nodes.await();
    }
    return 0;
  }

  private static void index(OpenSearchInstallation nodes, List<Document> documents)
      throws Exception {
    try (Progress progress = Progress.start("Index", documents.size())) {
      for (int from = 0; from < documents.size(); from += BATCH) {
        List<Document> some = documents.subList(from, Math.min(from + BATCH, documents.size()));
        nodes.add(some);
        progress.step(some.size());
      }
      nodes.refresh();
    }
  }
}
