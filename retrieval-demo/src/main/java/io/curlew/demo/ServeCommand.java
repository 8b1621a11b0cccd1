package io.curlew.demo;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.SearchRequest;
import io.curlew.data.TextQuery;
import io.curlew.demo.serve.SearchServer;
import io.curlew.demo.serve.ServedIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code curlew serve}: a page and a JSON interface over an index, for this machine. */
@Command(
    name = "serve",
    description = {
      "Serves an index to this machine: a search page that shows what a search does, and a JSON"
          + " interface.",
      "Prints its address when it is ready, and runs until it is interrupted."
    },
    footer = {
      "",
      "Examples:",
      "  curlew serve --index target/demo/index",
      "  curl -s http://127.0.0.1:8080/api/search -H 'Content-Type: application/json' \\",
      "       -d '{\"query\": \"a small fire\", \"budget\": 100}'",
      "The interface is described at /openapi.yaml."
    })
final class ServeCommand implements Callable<Integer> {

  private static final int EXAMPLES = 6;
  private static final long MOST_TO_STOP_SECONDS = 40; // a search under way ends within 30 s

  @Option(names = "--index", required = true, description = "The index directory.")
  private Path index = Path.of("");

  @Option(names = "--port", description = "Where to listen, 0 for any free port; ${DEFAULT-VALUE}.")
  private int port = 8080;

  @Override
  public Integer call() throws Exception {
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (CurlewIndex opened = CurlewIndex.open(index)) {
      warm(opened);
      try (SearchServer server = SearchServer.start(served(opened, index), port)) {
        stopOnSignal(stop, closed);
        System.out.println(server.address());
        stop.await();
        Progress.log("stopping");
      }
    } finally {
      closed.countDown();
    }
    return 0;
  }

  /** The first search of a process is slow: better here than under a user's eyes. */
  private static void warm(CurlewIndex opened) throws IOException {
    String query = opened.anchors().queries().getFirst();
    opened
        .searcher()
        .search(
            new AdaptiveSearch(opened.anchors()),
            CurlewIndex.firstStage("dense", opened.queryEmbedder()),
            opened.model(),
            SearchRequest.of(query, 10, 200));
  }

  /** The process ends when the server and the index are closed. */
  private static void stopOnSignal(CountDownLatch stop, CountDownLatch closed) {
    Runnable hook =
        () -> {
          stop.countDown();
          try {
            closed.await(MOST_TO_STOP_SECONDS, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Runtime.getRuntime().addShutdownHook(new Thread(hook, "curlew-stop"));
  }

  /** What the server needs of an index. */
  static ServedIndex served(CurlewIndex opened, Path index) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("directory", String.valueOf(index.toAbsolutePath().normalize().getFileName()));
    facts.put("dataset", opened.description(CurlewIndex.DATASET, "unknown"));
    facts.put("model", opened.description(CurlewIndex.MODEL, "unknown"));
    facts.put("anchorModel", opened.description(CurlewIndex.ANCHOR_MODEL, "unknown"));
    facts.put("seed", opened.description(CurlewIndex.SEED, "unknown"));
    return new ServedIndex(
        opened.searcher(),
        opened.model(),
        name -> CurlewIndex.firstStage(name, opened.queryEmbedder()),
        facts,
        () -> examples(opened));
  }

  /** Test queries of the data set where it is still there, else anchors, which are its own kind. */
  private static List<String> examples(CurlewIndex opened) {
    try {
      return Datasets.open(
              opened.description(CurlewIndex.DATASET, ""),
              opened.description(CurlewIndex.DOCUMENTS, Datasets.DEFAULT_DOCUMENTS),
              Long.parseLong(opened.description(CurlewIndex.SEED, "42")))
          .testQueries()
          .stream()
          .map(TextQuery::text)
          .limit(EXAMPLES)
          .toList();
    } catch (IOException | RuntimeException e) {
      List<String> anchors = opened.anchors().queries();
      return anchors.subList(0, Math.min(EXAMPLES, anchors.size()));
    }
  }
}
