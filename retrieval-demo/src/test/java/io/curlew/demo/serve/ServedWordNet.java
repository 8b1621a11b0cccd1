package io.curlew.demo.serve;

import io.curlew.demo.Curlew;
import io.curlew.demo.index.CurlewIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A real server over a small index of WordNet by the real model, for tests. The index is made once
 * for all of them, the server is one's own.
 */
final class ServedWordNet implements AutoCloseable {

  static final int DOCUMENTS = 400;

  private static @Nullable Path made; // guarded by the class

  final CurlewIndex index;
  final SearchServer server;

  private ServedWordNet(CurlewIndex index, SearchServer server) {
    this.index = index;
    this.server = server;
  }

  static ServedWordNet start() throws IOException {
    Path directory = index();
    CurlewIndex index = CurlewIndex.open(directory);
    return new ServedWordNet(
        index, SearchServer.start(ServedIndex.of(index, directory), /* port= */ 0));
  }

  /** The index directory. */
  static synchronized Path index() throws IOException {
    if (made == null) {
      Path directory = Files.createTempDirectory(Path.of("target"), "served").resolve("index");
      int exit =
          Curlew.run(
              "index",
              "--dataset",
              "wordnet",
              "--documents",
              Integer.toString(DOCUMENTS),
              "--anchors",
              "40",
              "--index",
              directory.toString());
      if (exit != 0) {
        throw new IOException("index must be made, exit code: " + exit);
      }
      made = directory;
    }
    return made;
  }

  @Override
  public void close() throws IOException {
    server.close();
    index.close();
  }
}
