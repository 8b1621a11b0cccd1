package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.Estimates;
import io.curlew.cur.FixedAnchors;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.Test;

/** Drift, rebuild, and the fixed mode when its anchor documents are gone. */
class MaintenanceTest {

  private static final int DOCUMENTS = 600;
  private static final int ANCHORS = 24;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 2, DOCUMENTS, 5, random);
  private final AnchorSet anchors = scores.anchorSet();

  /** Documents from {@code strange} on have rows of noise, as if of another kind. */
  private Directory index(int strange) throws IOException {
    Directory directory =
        SyntheticIndex.build(scores, anchors, IntStream.range(0, strange).toArray(), 2);
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer()).setCodec(CurCodec.flat());
    AnchorField field = new AnchorField("anchors", anchors);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int d = strange; d < DOCUMENTS; d++) {
        float[] row = new float[ANCHORS];
        for (int a = 0; a < ANCHORS; a++) {
          row[a] = 3 + (float) random.nextGaussian();
        }
        var document = new org.apache.lucene.document.Document();
        document.add(
            new org.apache.lucene.document.StringField(
                "id", SyntheticScores.id(d), org.apache.lucene.document.Field.Store.YES));
        document.add(
            new org.apache.lucene.document.BinaryDocValuesField(
                "id", new BytesRef(SyntheticScores.id(d))));
        field.addTo(document, row);
        writer.addDocument(document);
      }
    }
    return directory;
  }

  private static TermInSetQuery documents(int from, int to) {
    List<BytesRef> ids = new ArrayList<>();
    for (int d = from; d < to; d++) {
      ids.add(new BytesRef(SyntheticScores.id(d)));
    }
    return new TermInSetQuery("id", ids);
  }

  @Test
  void driftShowsOnDocumentsOfAnotherKindOnly() throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(index(400))) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      DriftReport same =
          DriftReport.of(
              CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors),
              documents(0, 200),
              1);
      DriftReport strange = DriftReport.of(searcher, documents(400, DOCUMENTS), 1);
      assertTrue(strange.oldExplained() > 0.95, strange.toString());
      assertTrue(strange.newExplained() < 0.5, strange.toString());
      assertTrue(strange.newSquaredNorm() > 2, strange.toString());
      assertTrue(same.newExplained() > 0.8, same.toString());
      assertEquals(200, same.newDocuments());
      assertThrows(
          IllegalArgumentException.class,
          () -> DriftReport.of(searcher, new TermInSetQuery("id", List.of()), 1));
    }
  }

  @Test
  void aRebuildTakesOverWhatChangesMeanwhile() throws IOException {
    SyntheticScores other = SyntheticScores.draw(10, 1, DOCUMENTS, 5, random);
    Directory source = SyntheticIndex.build(scores, anchors, IntStream.range(0, 300).toArray(), 3);
    Directory target = new ByteBuffersDirectory();
    AtomicInteger calls = new AtomicInteger();
    try (TextIndexWriter writer = writer(target, other, calls)) {
      assertEquals(new CurIndexCopy.Changes(300, 0, 0), copy(source, writer));
    }
    assertEquals(300 * 10, calls.get());
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer()).setCodec(CurCodec.flat());
    try (IndexWriter live = new IndexWriter(source, config)) {
      live.deleteDocuments(new Term("id", SyntheticScores.id(7)));
    }
    try (TextIndexWriter live = SyntheticIndex.writer(source, scores, anchors)) {
      live.add(
          List.of(
              new TextDocument(SyntheticScores.id(8), SyntheticScores.text(500)),
              new TextDocument(SyntheticScores.id(400), SyntheticScores.text(400))));
      live.commit(java.util.Map.of());
    }
    try (TextIndexWriter writer = writer(target, other, calls)) {
      assertEquals(new CurIndexCopy.Changes(2, 1, 298), copy(source, writer));
      assertEquals(new CurIndexCopy.Changes(0, 0, 300), copy(source, writer));
    }
    assertEquals(302 * 10, calls.get());
    try (DirectoryReader reader = DirectoryReader.open(target)) {
      assertEquals(300, reader.numDocs());
      CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, other.anchorSet());
    }
  }

  @Test
  void rowsAreAddedInTheEncodingThatTheIndexHas() throws IOException {
    Directory floats = SyntheticIndex.build(scores, anchors, new int[] {1, 2}, 1);
    AtomicInteger calls = new AtomicInteger();
    IncompatibleIndexException e =
        assertThrows(
            IncompatibleIndexException.class,
            () ->
                TextIndexWriter.open(
                    floats,
                    CurSchema.DEFAULT,
                    new WhitespaceAnalyzer(),
                    scores.anchorSet(RowEncoding.int8()),
                    scores.model(calls),
                    null));
    assertTrue(String.valueOf(e.getMessage()).contains(anchors.fingerprint()), e.toString());
    SyntheticIndex.writer(floats, scores, anchors).close();
  }

  private static TextIndexWriter writer(
      Directory target, SyntheticScores other, AtomicInteger calls) throws IOException {
    return TextIndexWriter.open(
        target,
        CurSchema.DEFAULT,
        new WhitespaceAnalyzer(),
        other.anchorSet(),
        other.model(calls),
        SyntheticIndex.embedder(other));
  }

  private static CurIndexCopy.Changes copy(Directory source, TextIndexWriter target)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(source)) {
      return CurIndexCopy.run(
          reader,
          CurSchema.DEFAULT,
          target.rows(),
          stored -> TextDocument.copy(stored, CurSchema.DEFAULT));
    }
  }

  @Test
  void fixedAnchorsEstimateWithoutFurtherCallsEvenWhenDeleted() throws IOException {
    Directory directory =
        SyntheticIndex.build(scores, anchors, IntStream.range(0, DOCUMENTS).toArray(), 3);
    FixedAnchors fixed;
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher searcher = searcher(reader);
      int[] documents = space(searcher).sample(40, 3);
      fixed = FixedAnchors.prepare(anchors, searcher.texts(documents), searcher.rows(documents));
    }
    try (IndexWriter writer =
        new IndexWriter(
            directory, new IndexWriterConfig(new WhitespaceAnalyzer()).setCodec(CurCodec.flat()))) {
      for (int d = 0; d < DOCUMENTS; d += 2) {
        writer.deleteDocuments(new Term("id", SyntheticScores.id(d)));
      }
    }
    AtomicInteger calls = new AtomicInteger();
    LatentQuery estimate = fixed.fit(scores.model(calls), SyntheticScores.queryText(ANCHORS));
    assertEquals(fixed.size(), calls.get());
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher searcher = searcher(reader);
      Estimates best = space(searcher).top(estimate, document -> false, DOCUMENTS / 2);
      List<String> texts = searcher.texts(best.documents());
      double error = 0;
      for (int i = 0; i < texts.size(); i++) {
        int d = Integer.parseInt(texts.get(i).substring(texts.get(i).lastIndexOf(' ') + 1));
        error += Math.pow(scores.score(ANCHORS, d) - best.scores()[i], 2) / texts.size();
      }
      assertEquals(fixed.size(), calls.get());
      assertTrue(Math.sqrt(error) < 0.15, "noise is 0.05, error " + Math.sqrt(error));
    }
    assertArrayEquals(
        estimate.weights(),
        fixed.fit(scores.model(calls), SyntheticScores.queryText(ANCHORS)).weights(),
        1e-6f);
  }

  private CurSearcher searcher(DirectoryReader reader) throws IOException {
    return CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
  }

  private SearchSpace space(CurSearcher searcher) throws IOException {
    return searcher.space(
        SyntheticScores.queryText(ANCHORS),
        SyntheticIndex.firstStage(scores, ANCHORS),
        SyntheticIndex.model(scores),
        null);
  }
}
