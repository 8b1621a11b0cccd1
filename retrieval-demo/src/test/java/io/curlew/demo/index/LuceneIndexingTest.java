package io.curlew.demo.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.anchor.AnchorSelection;
import io.curlew.lucene.IndexingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy with rows that fails keeps the rows that it has, and goes on with them. */
class LuceneIndexingTest {

  private static final int DOCUMENTS = 60;
  private static final int BATCH = 8;

  @TempDir private Path room;

  private void source(Path directory) throws IOException {
    try (FSDirectory files = FSDirectory.open(directory);
        IndexWriter writer = new IndexWriter(files, new IndexWriterConfig())) {
      for (int d = 0; d < DOCUMENTS; d++) {
        String text = "a garden of the year " + (1900 + d) + " by the river";
        writer.addDocument(
            List.of(
                new StringField("key", "d" + d, Field.Store.YES),
                new TextField("body", text, Field.Store.YES)));
        if (d == DOCUMENTS / 3) {
          writer.commit();
        }
      }
    }
  }

  /** The result is how many documents were scored. */
  private long create(Path source, Path index, long most) throws IOException {
    LuceneIndexing indexing =
        new LuceneIndexing(
            source,
            IndexFields.ofExisting("key", List.of("body"), "standard"),
            index,
            new AnchorChoice(12, AnchorSelection.UNIFORM, null, 42, 0, 0, false),
            Models.LATE_INTERACTION,
            Models.LATE_INTERACTION,
            null,
            DocumentReading.DEFAULT);
    IndexingFixture.FailingModel model =
        new IndexingFixture.FailingModel(
            Models.lateInteraction(LateInteractionOptions.defaults()), most);
    indexing.create(
        () -> new Models(model.real, model), IndexingOptions.DEFAULT.withBatches(BATCH, BATCH));
    return model.scored;
  }

  @Test
  void aModelThatFailsHalfWay() throws IOException {
    Path source = room.resolve("source");
    source(source);
    Path never = room.resolve("never");
    long all = create(source, never, Long.MAX_VALUE);
    assertEquals(2 * DOCUMENTS, all, "anchors are chosen on all documents");

    Path index = room.resolve("index");
    assertThrows(IllegalStateException.class, () -> create(source, index, all - 20));
    assertFalse(Files.exists(index));
    assertTrue(Files.isDirectory(room.resolve("index.tmp/rows")));
    long again = create(source, index, Long.MAX_VALUE);
    assertTrue(again <= 20 + 2 * BATCH, "scored again: " + again);
    assertFalse(Files.exists(room.resolve("index.tmp")));
    assertFalse(Files.exists(index.resolve("rows")));
    Map<String, float[]> expected = IndexingFixture.rows(never);
    Map<String, float[]> rows = IndexingFixture.rows(index);
    assertEquals(expected.keySet(), rows.keySet());
    rows.forEach((id, row) -> assertArrayEquals(expected.get(id), row));
    try (CurlewIndex opened = CurlewIndex.open(index)) {
      assertEquals(Long.toString(12L * all), opened.description("curlew.index.calls", "none"));
    }
  }

  @Test
  void rowsOfAnotherJobAreForgottenAndOthersFilesAreNot() throws IOException {
    Path source = room.resolve("source");
    source(source);
    Path index = room.resolve("index");
    assertThrows(IllegalStateException.class, () -> create(source, index, DOCUMENTS + 30));
    Path rows = room.resolve("index.tmp/rows");
    Path foreign = Files.writeString(rows.resolve("notes.txt"), "mine");
    assertThrows(
        io.curlew.demo.console.BadInputException.class,
        () -> create(source, index, Long.MAX_VALUE));
    assertEquals("mine", Files.readString(foreign));
    Files.delete(foreign);
    Files.writeString(room.resolve("index.tmp/indexing.txt"), "another job");
    assertEquals(2 * DOCUMENTS, create(source, index, Long.MAX_VALUE));
    try (Stream<Path> left = Files.list(room)) {
      assertEquals(
          List.of("index", "source"), left.map(p -> p.getFileName().toString()).sorted().toList());
    }
  }
}
