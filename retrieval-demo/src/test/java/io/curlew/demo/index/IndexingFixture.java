package io.curlew.demo.index;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.model.InteractionModel;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.IndexingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Indexing as the command does it, in small batches and by a model that may fail. */
final class IndexingFixture {

  /** Documents between two commits. */
  static final int COMMIT = 16;

  private static final int BATCH = 8;
  private static final int ANCHORS = 12;

  private IndexingFixture() {}

  /** Makes an index; the result is how many documents were scored. */
  static long create(Path data, Path index) throws IOException {
    return create(data, index, Long.MAX_VALUE);
  }

  /** The same by a model that fails when it has scored so many documents. */
  static long create(Path data, Path index, long most) throws IOException {
    Indexing indexing =
        Indexing.plain(data.toString(), "all", index, Models.LATE_INTERACTION, ANCHORS, 42);
    FailingModel model =
        new FailingModel(Models.lateInteraction(LateInteractionOptions.defaults()), most);
    indexing.create(
        () -> new Models(model.real, model), IndexingOptions.DEFAULT.withBatches(BATCH, COMMIT));
    return model.scored;
  }

  /** The anchor row of every document. */
  static Map<String, float[]> rows(Path index) throws IOException {
    Map<String, float[]> rows = new TreeMap<>();
    try (CurlewIndex opened = CurlewIndex.open(index)) {
      CurSearcher all = opened.searcher();
      int[] documents = all.documents();
      List<String> ids = all.ids(documents);
      float[][] values = all.rows(documents);
      for (int i = 0; i < values.length; i++) {
        assertTrue(rows.put(ids.get(i), values[i]) == null, "twice: " + ids.get(i));
      }
    }
    return rows;
  }

  /** A model that fails when it has scored so many documents. */
  static final class FailingModel implements InteractionModel {
    final LateInteractionModel real;
    private final long most;
    long scored;

    FailingModel(LateInteractionModel real, long most) {
      this.real = real;
      this.most = most;
    }

    @Override
    public String fingerprint() {
      return real.fingerprint();
    }

    @Override
    public float[][] score(List<String> queries, List<String> documents) {
      if (scored + documents.size() > most) {
        throw new IllegalStateException("model has failed");
      }
      scored += documents.size();
      return real.score(queries, documents);
    }

    @Override
    public void close() {}
  }
}
