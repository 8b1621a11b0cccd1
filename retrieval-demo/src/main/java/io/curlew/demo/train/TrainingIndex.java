package io.curlew.demo.train;

import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Indexing;
import io.curlew.demo.index.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The index that training searches: late-interaction anchor rows, which are cheap whatever the
 * model that is trained.
 */
public final class TrainingIndex {

  private static final int ANCHORS = 400;

  private TrainingIndex() {}

  /**
   * Opens the index in a directory of work, or makes it if it is not there or of something else.
   */
  public static CurlewIndex open(Path work, String dataset, String documents, long seed)
      throws IOException {
    Path path = work.resolve("index");
    if (Files.exists(path.resolve(CurlewIndex.ANCHOR_FILE))) {
      CurlewIndex index = CurlewIndex.open(path);
      if (index.description(CurlewIndex.DATASET, "").equals(dataset)
          && index.description(CurlewIndex.DOCUMENTS, "").equals(documents)
          && index.description(CurlewIndex.SEED, "").equals(Long.toString(seed))
          && index.description(CurlewIndex.MODEL, "").equals(Models.LATE_INTERACTION)) {
        return index;
      }
      index.close();
    }
    Indexing.plain(dataset, documents, path, Models.LATE_INTERACTION, ANCHORS, seed).create();
    return CurlewIndex.open(path);
  }
}
