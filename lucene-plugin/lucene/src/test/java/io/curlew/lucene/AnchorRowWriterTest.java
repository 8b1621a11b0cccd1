package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.InteractionModel;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SoftDeletesDirectoryReaderWrapper;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSortField;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The writer of rows against a plain writer that is given the same changes and the rows. */
class AnchorRowWriterTest {

  private static final int DOCUMENTS = 300;
  private static final int ANCHORS = 9;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 1, DOCUMENTS, 4, random);
  private final SyntheticScores others = SyntheticScores.draw(5, 1, DOCUMENTS, 3, random);
  private final AnchorSet anchors = scores.anchorSet();
  private final AnchorSet otherAnchors = others.anchorSet(RowEncoding.int8());
  private int made; // documents made so far, each with a number of its own

  private Document document(int d, String group) {
    Document document = new Document();
    document.add(new StringField("number", Integer.toString(made++), Field.Store.YES));
    document.add(new StringField("group", group, Field.Store.YES));
    document.add(new IntField("price", random.nextInt(1000), Field.Store.YES));
    document.add(
        new StringField("text", d < 0 ? "none" : SyntheticScores.text(d), Field.Store.YES));
    return document;
  }

  private AnchoredDocument anchored(String group) {
    int d = random.nextInt(4) == 0 ? -1 : random.nextInt(DOCUMENTS);
    return AnchoredDocument.of(document(d, group), d < 0 ? null : SyntheticScores.text(d));
  }

  private IndexChange change() {
    String group = "g" + random.nextInt(40);
    Term term = new Term("group", group);
    List<AnchoredDocument> block = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      block.add(anchored(group));
    }
    return switch (random.nextInt(8)) {
      case 0 -> IndexChange.delete(term);
      case 1 -> IndexChange.update(term, anchored(group));
      case 2 -> IndexChange.updateBlock(term, block);
      case 3 -> IndexChange.softUpdate(term, block, new NumericDocValuesField("gone", 1));
      case 4 -> new IndexChange(term, List.of(), List.of(new NumericDocValuesField("gone", 1)));
      case 5 -> IndexChange.addBlock(block);
      default -> IndexChange.add(anchored(group));
    };
  }

  private static IndexWriterConfig config(boolean sorted, Codec codec) {
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer())
            .setCodec(codec)
            .setSoftDeletesField("gone")
            .setParentField("last");
    return sorted
        ? config.setIndexSort(new Sort(new SortedNumericSortField("price", SortField.Type.INT)))
        : config;
  }

  /** What a plain writer is given. */
  private List<IndexableField> complete(AnchoredDocument document) {
    Document complete = new Document();
    document.fields().forEach(complete::add);
    String text = document.text();
    if (text != null) {
      int d = Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
      new AnchorField("rows", anchors).addTo(complete, scores.row(d));
      new AnchorField("others", otherAnchors).addTo(complete, others.row(d));
    }
    return complete.getFields();
  }

  private void apply(IndexChange change, IndexWriter plain) throws IOException {
    List<List<IndexableField>> block = change.block().stream().map(this::complete).toList();
    Field[] soft = change.softDeletes().toArray(Field[]::new);
    if (block.isEmpty() && soft.length > 0) {
      plain.updateDocValues(change.replaced(), soft);
    } else if (block.isEmpty()) {
      plain.deleteDocuments(change.replaced());
    } else if (soft.length > 0) {
      plain.softUpdateDocuments(change.replaced(), block, soft);
    } else if (change.replaced() != null) {
      plain.updateDocuments(change.replaced(), block);
    } else {
      plain.addDocuments(block);
    }
  }

  @Test
  void anyChangesGiveTheIndexThatAPlainWriterMakes() throws IOException {
    for (Codec codec : List.of(Codec.getDefault(), CurCodec.flat(), CurCodec.flatFor("rows"))) {
      for (boolean sorted : new boolean[] {false, true}) {
        Directory index = new ByteBuffersDirectory();
        Directory expected = new ByteBuffersDirectory();
        AtomicInteger calls = new AtomicInteger();
        int texts = 0;
        try (IndexWriter plain = new IndexWriter(expected, config(sorted, codec));
            IndexWriter writer = new IndexWriter(index, config(sorted, codec));
            AnchorRowWriter rows =
                AnchorRowWriter.over(
                    writer,
                    List.of(
                        ComputedField.anchorRows("rows", anchors, scores.model(calls)),
                        ComputedField.anchorRows("others", otherAnchors, others.model(calls))),
                    IndexingOptions.DEFAULT.withBatches(1 + random.nextInt(20), 50))) {
          for (int i = 0; i < 400; i++) {
            IndexChange change = change();
            texts += (int) change.block().stream().filter(d -> d.text() != null).count();
            apply(change, plain);
            rows.put(change);
            if (random.nextInt(60) == 0) {
              rows.flush();
              writer.commit();
              plain.commit();
            }
          }
          assertEquals(calls.get(), rows.calls());
        }
        assertEquals(14 * texts, calls.get(), "each document is scored once");
        assertEquals(Integer.toString(14 * texts), callsOf(index), "closing keeps the account");
        assertEquals(contents(expected), contents(index), codec + " sorted " + sorted);
        assertClean(index);
      }
    }
  }

  private static String callsOf(Directory index) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(index)) {
      return reader.getIndexCommit().getUserData().getOrDefault(AnchorRowWriter.CALLS, "none");
    }
  }

  /** Live documents by number: what is stored, both rows, and the neighbour behind in its block. */
  private Map<String, String> contents(Directory index) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (DirectoryReader reader =
        new SoftDeletesDirectoryReaderWrapper(DirectoryReader.open(index), "gone")) {
      IndexSearcher searcher = new IndexSearcher(reader);
      CurSchema first = new CurSchema("number", "text", "rows", "none");
      CurSchema second = new CurSchema("number", "text", "others", "none");
      CurSearcher rows = CurSearcher.open(searcher, first, anchors);
      CurSearcher other = CurSearcher.open(searcher, second, otherAnchors);
      assertArrayEquals(rows.documents(), other.documents());
      Map<Integer, String> rowOf = new TreeMap<>();
      float[][] values = rows.rows(rows.documents());
      float[][] otherValues = other.rows(other.documents());
      for (int i = 0; i < values.length; i++) {
        rowOf.put(
            rows.documents()[i], Arrays.toString(values[i]) + Arrays.toString(otherValues[i]));
      }
      for (LeafReaderContext leaf : reader.leaves()) {
        Bits live = leaf.reader().getLiveDocs();
        var parents = leaf.reader().getNumericDocValues("last");
        for (int d = 0; d < leaf.reader().maxDoc(); d++) {
          if (live == null || live.get(d)) {
            int document = leaf.docBase + d;
            Document stored = searcher.storedFields().document(document);
            boolean parent = parents != null && parents.advanceExact(d);
            String behind =
                parent ? "parent" : searcher.storedFields().document(document + 1).get("number");
            contents.put(stored.get("number"), stored + behind + rowOf.get(document));
          }
        }
      }
    }
    assertTrue(contents.size() > 20, contents.size() + " documents");
    return contents;
  }

  private static void assertClean(Directory index) throws IOException {
    try (CheckIndex check = new CheckIndex(index)) {
      check.setInfoStream(
          new java.io.PrintStream(
              java.io.OutputStream.nullOutputStream(),
              false,
              java.nio.charset.StandardCharsets.UTF_8));
      assertTrue(check.checkIndex().clean, "CheckIndex");
    }
  }

  @Test
  void aModelThatFailsIsAskedAgainAndNothingIsLost() throws IOException {
    Directory index = new ByteBuffersDirectory();
    AtomicBoolean down = new AtomicBoolean(true);
    try (IndexWriter writer = new IndexWriter(index, config(false, CurCodec.flat()));
        AnchorRowWriter rows = AnchorRowWriter.over(writer, "rows", anchors, failingWhile(down))) {
      rows.add(document(3, "a"), SyntheticScores.text(3));
      assertThrows(IllegalStateException.class, rows::flush);
      rows.add(document(4, "a"), SyntheticScores.text(4));
      assertThrows(IllegalStateException.class, rows::flush);
      down.set(false);
      rows.flush();
      assertEquals(2 * ANCHORS, rows.calls());
    }
    try (DirectoryReader reader = DirectoryReader.open(index)) {
      assertEquals(2, reader.numDocs());
    }
  }

  private InteractionModel failingWhile(AtomicBoolean down) {
    InteractionModel good = SyntheticIndex.model(scores);
    return new InteractionModel() {
      @Override
      public String fingerprint() {
        return good.fingerprint();
      }

      @Override
      public float[][] score(List<String> queries, List<String> documents) {
        if (down.get()) {
          throw new IllegalStateException("model is down");
        }
        return good.score(queries, documents);
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void aDocumentThatLuceneRefusesEndsTheWriterOfRowsOnly() throws IOException {
    Directory index = new ByteBuffersDirectory();
    AtomicInteger calls = new AtomicInteger();
    try (IndexWriter writer = new IndexWriter(index, config(false, CurCodec.flat()))) {
      AnchorRowWriter rows = AnchorRowWriter.over(writer, "rows", anchors, scores.model(calls));
      rows.add(document(1, "a"), SyntheticScores.text(1));
      rows.flush();
      Document bad = document(2, "a");
      bad.add(new NumericDocValuesField("group", 1)); // after it was indexed as a term only
      bad.add(new StringField("huge", "x".repeat(40_000), Field.Store.NO));
      rows.add(bad, SyntheticScores.text(2));
      assertThrows(IOException.class, rows::flush);
      int before = calls.get();
      rows.add(document(3, "a"), SyntheticScores.text(3));
      assertThrows(IOException.class, rows::flush);
      assertEquals(before, calls.get(), "no call for what cannot be written");
      assertThrows(IOException.class, rows::close);
      try (AnchorRowWriter again =
          AnchorRowWriter.over(writer, "rows", anchors, scores.model(calls))) {
        again.add(document(3, "a"), SyntheticScores.text(3));
      }
    }
    try (DirectoryReader reader = DirectoryReader.open(index)) {
      assertEquals(2, reader.numDocs());
    }
  }

  @Test
  void whatIsOnItsWayIsAFewBatchesWhateverTheCollection() throws IOException {
    AtomicInteger scored = new AtomicInteger();
    AtomicInteger written = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    IndexingOptions options =
        IndexingOptions.DEFAULT
            .withBatches(10, 1000)
            .withListener(
                new IndexingListener() {
                  @Override
                  public void scored(int documents, long calls, long nanos) {
                    most.accumulateAndGet(scored.addAndGet(documents) - written.get(), Math::max);
                  }
                });
    Directory index = new ByteBuffersDirectory();
    try (IndexWriter writer = new IndexWriter(index, config(false, CurCodec.flat()));
        AnchorRowWriter rows =
            AnchorRowWriter.over(
                writer,
                List.of(ComputedField.anchorRows("rows", anchors, SyntheticIndex.model(scores))),
                options)) {
      for (int d = 0; d < DOCUMENTS; d++) {
        Document document = new Document();
        document.add(new SlowField(written));
        rows.add(document, SyntheticScores.text(d));
      }
    }
    assertEquals(DOCUMENTS, written.get());
    assertTrue(most.get() <= 40 && most.get() >= 20, most + " documents at a time");
  }

  /** Takes its time to be indexed. */
  private static final class SlowField extends Field {
    private final AtomicInteger written;

    SlowField(AtomicInteger written) {
      super("slow", "slow", StringField.TYPE_NOT_STORED);
      this.written = written;
    }

    @Override
    public TokenStream tokenStream(Analyzer analyzer, @Nullable TokenStream reused) {
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      written.incrementAndGet();
      return super.tokenStream(analyzer, reused);
    }
  }

  @Test
  void threadsTakeTurns() throws Exception {
    Directory index = new ByteBuffersDirectory();
    AtomicInteger calls = new AtomicInteger();
    try (IndexWriter writer = new IndexWriter(index, config(false, CurCodec.flat()));
        AnchorRowWriter rows =
            AnchorRowWriter.over(
                writer,
                List.of(ComputedField.anchorRows("rows", anchors, scores.model(calls))),
                IndexingOptions.DEFAULT.withBatches(7, 50));
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Boolean>> running = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int from = t * 50;
        running.add(
            threads.submit(
                () -> {
                  for (int d = from; d < from + 50; d++) {
                    String id = SyntheticScores.id(d);
                    rows.update(
                        new Term("group", id),
                        List.of(new StringField("group", id, Field.Store.YES)),
                        SyntheticScores.text(d));
                  }
                  return true;
                }));
      }
      for (Future<Boolean> one : running) {
        assertTrue(one.get());
      }
    }
    assertEquals(200 * ANCHORS, calls.get());
    try (DirectoryReader reader = DirectoryReader.open(index)) {
      assertEquals(200, reader.numDocs());
    }
  }

  @Test
  void whatDoesNotGoTogetherIsRefusedBeforeAnyWork() throws IOException {
    Directory index = SyntheticIndex.build(scores, anchors, new int[] {1, 2}, 1);
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer()).setCodec(CurCodec.flat());
    try (IndexWriter writer = new IndexWriter(index, config)) {
      InteractionModel model = SyntheticIndex.model(others);
      AnchorSet wrong = others.anchorSet();
      IncompatibleIndexException e =
          assertThrows(
              IncompatibleIndexException.class,
              () -> AnchorRowWriter.over(writer, "anchors", wrong, model));
      assertTrue(String.valueOf(e.getMessage()).contains(anchors.fingerprint()), e.toString());
      ComputedField rows = ComputedField.anchorRows("rows", wrong, model);
      assertThrows(
          IllegalArgumentException.class,
          () -> AnchorRowWriter.over(writer, List.of(rows, rows), IndexingOptions.DEFAULT));
      assertThrows(
          IllegalArgumentException.class,
          () -> AnchorRowWriter.over(writer, List.of(), IndexingOptions.DEFAULT));
      assertThrows(
          IncompatibleIndexException.class,
          () -> ComputedField.anchorRows("rows", anchors.withQueryModel("x"), other("y")));
    }
    assertThrows(IllegalArgumentException.class, () -> IndexChange.addBlock(List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new IndexChange(
                null, List.of(anchored("g")), List.of(new IntField("f", 1, Field.Store.NO))));
  }

  private InteractionModel other(String fingerprint) {
    return new InteractionModel() {
      @Override
      public String fingerprint() {
        return fingerprint;
      }

      @Override
      public float[][] score(List<String> queries, List<String> documents) {
        throw new IllegalStateException("not to be called");
      }

      @Override
      public void close() {}
    };
  }
}
