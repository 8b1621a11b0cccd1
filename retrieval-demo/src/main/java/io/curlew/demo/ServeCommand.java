package io.curlew.demo;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.SearchRequest;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.serve.SearchServer;
import io.curlew.demo.serve.ServedIndex;
import java.io.IOException;
import java.nio.file.Path;
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
      try (SearchServer server = SearchServer.start(ServedIndex.of(opened, index), port)) {
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
            new AdaptiveSearch(),
            opened.features(),
            opened.scorer(),
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
}
