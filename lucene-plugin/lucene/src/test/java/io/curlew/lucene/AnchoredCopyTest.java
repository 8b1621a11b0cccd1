package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.InteractionModel;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index of plain Lucene with fields of every kind, copied with rows. */
class AnchoredCopyTest {

  private static final int DOCUMENTS = 400;
  private static final int ANCHORS = 8;
  private static final List<String> TEXTS = List.of("title", "body");

  @TempDir private Path room;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 1, DOCUMENTS, 4, random);
  private final AnchorSet anchors =
      scores.anchorSet(random.nextBoolean() ? RowEncoding.int8() : RowEncoding.floats());

  private AnchoredCopy copy(InteractionModel model) throws IOException {
    return copy(TEXTS, "key", model);
  }

  private AnchoredCopy copy(List<String> texts, String id, InteractionModel model)
      throws IOException {
    return new AnchoredCopy(
        texts,
        id,
        List.of(ComputedField.anchorRows("rows", anchors, model)),
        IndexingOptions.DEFAULT.withBatches(16, 16));
  }

  private Directory source(boolean sorted) throws IOException {
    Directory source = new ByteBuffersDirectory();
    SourceIndex.build(source, scores, sorted, 3, random);
    return source;
  }

  @Test
  void everythingElseStaysAsItIs() throws IOException {
    for (boolean sorted : new boolean[] {false, true}) {
      Directory source = source(sorted);
      Map<String, byte[]> before = bytes(source);
      Directory target = new ByteBuffersDirectory();
      AtomicInteger calls = new AtomicInteger();
      Path work = room.resolve("work");
      AnchoredCopy.Result result =
          copy(scores.model(calls)).run(source, target, work, Map.of("key of mine", "mine"));
      long values = IndexComparison.compare(source, target);
      assertTrue(values > 15 * DOCUMENTS, values + " values");
      assertClean(target);
      assertEquals(calls.get(), result.calls());
      assertEquals(result.withRow() * ANCHORS, calls.get());
      assertFalse(Files.exists(work), "rows that are in the index are not kept twice");
      assertEquals(before.keySet(), bytes(source).keySet());
      before.forEach((file, bytes) -> assertArrayEquals(bytes, bytesOf(source, file), file));
      searched(target, result);
      goneOnWith(target, sorted);
    }
  }

  private void searched(Directory target, AnchoredCopy.Result result) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(target)) {
      Map<String, String> data = reader.getIndexCommit().getUserData();
      assertEquals("kept", data.get(SourceIndex.USER_DATA));
      assertEquals("mine", data.get("key of mine"));
      assertEquals(Long.toString(result.calls()), data.get(AnchorRowWriter.CALLS));
      CurSearcher searcher =
          CurSearcher.open(
              new IndexSearcher(reader),
              new CurSchema("key", "body", "rows", "none"),
              anchors,
              DocumentText.stored("title", "body"));
      assertEquals(result.withRow(), searcher.documentCount());
      List<String> texts = searcher.texts(searcher.documents());
      float[][] rows = searcher.rows(searcher.documents());
      for (int i = 0; i < rows.length; i++) {
        int d = Integer.parseInt(texts.get(i).substring(texts.get(i).lastIndexOf(' ') + 1));
        assertArrayEquals(held(d), rows[i], texts.get(i));
      }
      assertEquals(
          5,
          new IndexSearcher(reader)
              .search(new KnnFloatVectorQuery("dense", new float[8], 5), 5)
              .scoreDocs
              .length);
    }
  }

  private float[] held(int d) {
    RowEncoding encoding = anchors.encoding();
    float[] values = encoding.project(scores.row(d));
    if (encoding.isBytes()) {
      byte[] bytes = encoding.encode(values);
      encoding.decode(bytes, 1, values);
    }
    return values;
  }

  /** A writer with the configuration that the source had accepts it. */
  private void goneOnWith(Directory target, boolean sorted) throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer())
            .setSoftDeletesField("gone")
            .setParentField("parent");
    if (sorted) {
      try (DirectoryReader reader = DirectoryReader.open(target)) {
        config.setIndexSort(reader.leaves().getFirst().reader().getMetaData().sort());
      }
    }
    try (IndexWriter writer = new IndexWriter(target, config);
        AnchorRowWriter rows =
            AnchorRowWriter.over(writer, "rows", anchors, SyntheticIndex.model(scores))) {
      rows.update(
          new Term("key", SyntheticScores.id(3)),
          List.of(new StringField("key", SyntheticScores.id(3), Field.Store.YES)),
          SyntheticScores.text(3));
      rows.flush();
      writer.forceMerge(1);
    }
    assertClean(target);
  }

  @Test
  void afterAFailureNothingIsPaidTwiceAndASecondRunDoesNothing() throws IOException {
    Directory source = source(false);
    Directory target = new ByteBuffersDirectory();
    Path work = room.resolve("work");
    Map<String, Integer> scored = new HashMap<>();
    int failures = 0;
    AnchoredCopy.Result result = null;
    while (result == null) {
      AtomicInteger left = new AtomicInteger(60 + random.nextInt(60));
      try {
        result = copy(failing(left, scored)).run(source, target, work, Map.of());
      } catch (IllegalStateException e) {
        failures++;
        assertFalse(DirectoryReader.indexExists(target));
      }
    }
    assertTrue(failures >= 3, failures + " failures");
    long again = scored.values().stream().filter(n -> n > 1).count();
    // copies of documents that were updated have equal texts; a batch on its way is lost
    assertTrue(again <= failures * 32L + DOCUMENTS / 20, again + " documents scored again");
    assertEquals(
        result, copy(failing(new AtomicInteger(), scored)).run(source, target, work, Map.of()));
    IndexComparison.compare(source, target);
    assertThrows(
        IncompatibleIndexException.class,
        () ->
            copy(List.of("title"), "key", SyntheticIndex.model(scores))
                .run(source, target, work, Map.of()));
  }

  private InteractionModel failing(AtomicInteger left, Map<String, Integer> scored) {
    InteractionModel good = SyntheticIndex.model(scores);
    return new InteractionModel() {
      @Override
      public String fingerprint() {
        return good.fingerprint();
      }

      @Override
      public float[][] score(List<String> queries, List<String> documents) {
        if (left.addAndGet(-documents.size()) < 0) {
          throw new IllegalStateException("model has failed");
        }
        documents.forEach(text -> scored.merge(text, 1, Integer::sum));
        return good.score(queries, documents);
      }

      @Override
      public void close() {}
    };
  }

  /** Written by Lucene 9.12.3; its numbers are those of the texts that the model knows. */
  @Test
  void anIndexOfTheMajorVersionBeforeStaysOne() throws IOException {
    Path files = Files.createDirectories(room.resolve("nine"));
    for (String name : new String(resource("files.txt"), StandardCharsets.UTF_8).split("\n", -1)) {
      if (!name.isBlank()) {
        Files.write(files.resolve(name), resource(name));
      }
    }
    Directory target = new ByteBuffersDirectory();
    AtomicInteger calls = new AtomicInteger();
    try (Directory source = FSDirectory.open(files)) {
      AnchoredCopy.Result result =
          copy(List.of("body"), "key", scores.model(calls))
              .run(source, target, room.resolve("work"), Map.of());
      assertEquals(new AnchoredCopy.Result(39, 39, 39 * ANCHORS), result);
      assertTrue(IndexComparison.compare(source, target) > 39);
    }
    assertEquals(9, SegmentInfos.readLatestCommit(target).getIndexCreatedVersionMajor());
    assertClean(target);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = AnchoredCopyTest.class.getResourceAsStream("lucene-9-index/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  @Test
  void whatCannotBeCopiedIsRefusedByNameBeforeAnyCall() throws IOException {
    Directory source = source(false);
    AtomicInteger calls = new AtomicInteger();
    InteractionModel model = scores.model(calls);
    refused(source, copy(List.of("title", "unstored"), "key", model), "unstored");
    refused(source, copy(List.of("titel"), "key", model), "titel");
    refused(source, copy(TEXTS, "binary2", model), "binary2");
    AnchoredCopy taken =
        new AnchoredCopy(
            TEXTS,
            null,
            List.of(ComputedField.anchorRows("dense", anchors, model)),
            IndexingOptions.DEFAULT);
    refused(source, taken, "dense");
    assertThrows(IllegalArgumentException.class, () -> copy(List.of(), "key", model));
    assertThrows(IllegalArgumentException.class, () -> copy(List.of("a", "a"), "key", model));
    Directory other = new ByteBuffersDirectory();
    try (IndexWriter writer = new IndexWriter(other, new IndexWriterConfig())) {
      writer.addDocument(new Document());
    }
    IncompatibleIndexException e =
        assertThrows(
            IncompatibleIndexException.class,
            () -> copy(model).run(source, other, room.resolve("w"), Map.of()));
    assertTrue(String.valueOf(e.getMessage()).contains("target"), e.toString());
    assertEquals(0, calls.get());
  }

  private void refused(Directory source, AnchoredCopy copy, String name) {
    IncompatibleIndexException e =
        assertThrows(
            IncompatibleIndexException.class,
            () -> copy.run(source, new ByteBuffersDirectory(), room.resolve("w"), Map.of()));
    assertTrue(String.valueOf(e.getMessage()).contains(name), e.toString());
  }

  private static Map<String, byte[]> bytes(Directory directory) throws IOException {
    Map<String, byte[]> all = new HashMap<>();
    for (String file : directory.listAll()) {
      all.put(file, bytesOf(directory, file));
    }
    return all;
  }

  private static byte[] bytesOf(Directory directory, String file) {
    try (IndexInput in = directory.openInput(file, IOContext.DEFAULT)) {
      byte[] bytes = new byte[Math.toIntExact(in.length())];
      in.readBytes(bytes, 0, bytes.length);
      return bytes;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static void assertClean(Directory index) throws IOException {
    try (CheckIndex check = new CheckIndex(index)) {
      check.setInfoStream(
          new java.io.PrintStream(
              java.io.OutputStream.nullOutputStream(),
              false,
              java.nio.charset.StandardCharsets.UTF_8));
      CheckIndex.Status status = check.checkIndex();
      assertTrue(status.clean, () -> Arrays.toString(status.segmentInfos.toArray()));
    }
  }
}
