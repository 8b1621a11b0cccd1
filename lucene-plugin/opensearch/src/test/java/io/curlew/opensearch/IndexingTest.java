package io.curlew.opensearch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.curlew.cur.anchor.RowEncoding;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How documents get rows and keep them. */
class IndexingTest {

  private static final int DOCUMENTS = 600;

  @TempDir static Path directory;
  private static Samples samples;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    samples = Samples.wordNet(DOCUMENTS);
    cluster =
        Cluster.start(
            directory, 1, samples.anchors(1, RowEncoding.int8()), WordModel.Factory.class);
    cluster.createIndex("senses", 2, 0);
    long before = WordModel.CALLS.get();
    cluster.bulk("senses", samples.documents()).ok();
    assertEquals(
        (long) DOCUMENTS * Samples.ANCHORS, WordModel.CALLS.get() - before, "once per document");
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @Test
  void everyDocumentHasARow() throws Exception {
    Cluster.Answer answer =
        cluster.post("/senses/_count", "{\"query\":{\"exists\":{\"field\":\"anchors\"}}}").ok();
    assertEquals(DOCUMENTS, answer.body().path("count").asInt());
  }
}
