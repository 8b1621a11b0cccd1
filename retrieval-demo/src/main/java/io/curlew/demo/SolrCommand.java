package io.curlew.demo;

import io.curlew.data.Dataset;
import io.curlew.data.Document;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.console.ShellCommands;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.solr.SolrGuide;
import io.curlew.demo.solr.SolrInstallation;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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
    ServerFolder folder = ServerFolder.of(out, "install/modules/curlew", MADE);
    SolrInstallation.Folders folders = SolrInstallation.Folders.find();
    folder.clear();
    Dataset data = Datasets.open("wordnet", documents, SEED);
    folder.copy(folders.module(), "install/modules/curlew");
    folder.writeModel("models");
    folder.copy(folders.module().resolve("configset/conf"), "configset/conf");
    folder.writeAnchors(data, anchors, "configset/conf/anchors.curlew");
    try (SolrInstallation solr = SolrInstallation.start(folders, folder.directory(), port)) {
      ShellCommands guide = SolrGuide.commands(solr.url());
      solr.createCollection(folder.resolve("configset/conf"));
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
}
