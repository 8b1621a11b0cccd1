package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LateInteractionField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.LateInteractionRescorer;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredTokenVectorsTest {

  private static final int DOCUMENTS = 300;
  private static final String QUERY = "w3 w14 w15 w92";

  private final Random random = Seeds.random();
  private final RandomTokenModel model = new RandomTokenModel(random.nextInt(1000));
  private final StoredTokenVectors tokens = new StoredTokenVectors("tokens", model);
  private final List<String> texts =
      IntStream.range(0, DOCUMENTS).mapToObj(d -> words(1 + random.nextInt(60))).toList();
  private final AnchorSet anchors =
      AnchorSet.create(IntStream.range(0, 20).mapToObj(a -> words(4)).toList(), model, texts);
  private final ExecutorService executor = Executors.newFixedThreadPool(3);

  @AfterEach
  void shutDown() {
    executor.shutdown();
  }

  private String words(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "w" + random.nextInt(100))
        .collect(Collectors.joining(" "));
  }

  private static List<IndexableField> document(int d, String text) {
    return List.of(
        new StringField("id", "d" + d, Field.Store.YES),
        new TextField("text", text, Field.Store.YES));
  }

  /** Several segments, in which some documents were deleted and some replaced. */
  private Directory index(boolean merged) throws IOException {
    Directory directory = new ByteBuffersDirectory();
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer())
            .setCodec(CurCodec.flat())
            .setMergeScheduler(new SerialMergeScheduler())
            .setMergePolicy(merged ? new LogDocMergePolicy() : NoMergePolicy.INSTANCE)
            .setMaxBufferedDocs(2 + random.nextInt(60));
    try (IndexWriter writer = new IndexWriter(directory, config);
        AnchorRowWriter rows = writer(writer, tokens)) {
      for (int d = 0; d < DOCUMENTS; d++) {
        rows.add(document(d, d % 7 == 0 ? "to be replaced" : texts.get(d)), texts.get(d));
        if (d % 11 == 0) {
          rows.add(document(-d, "to be deleted"), "to be deleted");
        }
      }
      for (int d = 0; d < DOCUMENTS; d++) {
        if (d % 7 == 0) {
          rows.update(new Term("id", "d" + d), document(d, texts.get(d)), texts.get(d));
        }
        if (d % 11 == 0 && d > 0) {
          rows.delete(new Term("id", "d" + -d));
        }
      }
      rows.flush();
      if (merged) {
        writer.forceMerge(1);
      }
    }
    return directory;
  }

  private AnchorRowWriter writer(IndexWriter writer, StoredTokenVectors stored) throws IOException {
    return AnchorRowWriter.over(
        writer,
        List.of(stored.withRows("anchors", anchors)),
        IndexingOptions.DEFAULT.withBatches(1 + random.nextInt(100), 8192));
  }

  private interface Check {
    void of(CurSearcher searcher) throws IOException;
  }

  /** In one segment and in several, by one thread and by several. */
  private void everywhere(Check check) throws IOException {
    for (boolean merged : new boolean[] {false, true}) {
      try (Directory directory = index(merged);
          DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(merged, reader.leaves().size() == 1);
        for (boolean threads : new boolean[] {false, true}) {
          IndexSearcher searcher =
              threads ? new IndexSearcher(reader, executor) : new IndexSearcher(reader);
          check.of(CurSearcher.open(searcher, CurSchema.DEFAULT, anchors));
        }
      }
    }
  }

  /** In any order. */
  private int[] shuffled(int[] documents) {
    List<Integer> order = new ArrayList<>(Arrays.stream(documents).boxed().toList());
    Collections.shuffle(order, random);
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  @Test
  void aCallIsMaxSimOverWhatIsStored() throws IOException {
    everywhere(
        searcher -> {
          int[] documents = shuffled(searcher.documents());
          float[] scores = tokens.of(searcher.indexSearcher(), QUERY).of(documents).run();
          List<String> read = searcher.texts(documents);
          for (int i = 0; i < documents.length; i++) {
            double expected =
                RandomTokenModel.maxSim(model.tokens(QUERY), model.tokens(read.get(i)));
            assertEquals(expected, scores[i], 1e-5 * Math.abs(expected) + 1e-7);
          }
        });
  }

  @Test
  void aSearchFindsWhatItFindsByTexts() throws IOException {
    everywhere(
        searcher -> {
          List<Feature> features = List.of(Feature.bm25("text", new WhitespaceAnalyzer()));
          SearchRequest request = SearchRequest.of(QUERY, 20, 60);
          SearchResult byTexts = searcher.search(new AdaptiveSearch(), features, model, request);
          int encoded = model.documents.get();
          int queries = model.queries.get();
          SearchResult stored = searcher.search(new AdaptiveSearch(), features, tokens, request);
          assertEquals(byTexts.hits(), stored.hits());
          assertEquals(byTexts.calls(), stored.calls());
          assertEquals(encoded, model.documents.get());
          assertEquals(queries + 1, model.queries.get());
        });
  }

  @Test
  void aQueryAndARescorerGoByThem() throws IOException {
    everywhere(
        searcher -> {
          IndexSearcher lucene = searcher.indexSearcher();
          SearchRequest request = SearchRequest.of(QUERY, 10, 30);
          CurQuery query =
              CurQuery.of(
                  CurSchema.DEFAULT,
                  anchors,
                  model,
                  request,
                  new WordsQuery(List.of("text"), new WhitespaceAnalyzer(), QUERY));
          CurQuery stored = query.withScorer(new StoredTokenVectors("tokens", model));
          int encoded = model.documents.get();
          assertEquals(stored, query.withScorer(tokens));
          assertNotEquals(query, stored);
          List<Hit> hits = stored.result(lucene).hits();
          assertEquals(encoded, model.documents.get());
          assertEquals(query.result(lucene).hits(), hits);

          TopDocs first = firstPass(searcher.documents());
          CurRescorer byTexts =
              new CurRescorer(
                  CurSchema.DEFAULT,
                  anchors,
                  DocumentScorer.of(DocumentText.stored("text"), model),
                  request);
          CurRescorer rescorer = new CurRescorer(CurSchema.DEFAULT, anchors, tokens, request);
          assertArrayEquals(
              documents(byTexts.rescore(lucene, first, 20)),
              documents(rescorer.rescore(lucene, first, 20)));
        });
  }

  private static TopDocs firstPass(int[] documents) {
    ScoreDoc[] hits =
        Arrays.stream(documents).mapToObj(d -> new ScoreDoc(d, 1)).toArray(ScoreDoc[]::new);
    return new TopDocs(new TotalHits(hits.length, TotalHits.Relation.EQUAL_TO), hits);
  }

  private static int[] documents(TopDocs hits) {
    return Arrays.stream(hits.scoreDocs).mapToInt(hit -> hit.doc).toArray();
  }

  @Test
  void lucenesRescorerRanksAlike() throws IOException {
    everywhere(
        searcher -> {
          int[] documents = searcher.documents();
          float[] scores = tokens.of(searcher.indexSearcher(), QUERY).of(documents).run();
          TopDocs lucenes =
              LateInteractionRescorer.create(
                      "tokens", model.tokens(QUERY), VectorSimilarityFunction.DOT_PRODUCT)
                  .rescore(searcher.indexSearcher(), firstPass(documents), documents.length);
          float before = Float.POSITIVE_INFINITY;
          for (ScoreDoc hit : lucenes.scoreDocs) {
            float score = scores[Arrays.binarySearch(documents, hit.doc)];
            assertTrue(score <= before + 1e-5f, score + " after " + before);
            assertEquals((1 + score) / 2 * model.tokens(QUERY).length, hit.score, 1e-4);
            before = score;
          }
        });
  }

  @Test
  void documentsAreEncodedOnceForRowsAndVectors() throws IOException {
    try (Directory directory = new ByteBuffersDirectory();
        IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig().setCodec(CurCodec.flat()));
        AnchorRowWriter rows = writer(writer, tokens)) {
      int before = model.documents.get();
      for (int d = 0; d < DOCUMENTS; d++) {
        rows.add(document(d, texts.get(d)), texts.get(d));
      }
      rows.flush();
      assertEquals(DOCUMENTS, model.documents.get() - before);
      assertEquals((long) DOCUMENTS * anchors.size(), rows.calls());
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        CurSearcher searcher =
            CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
        int[] documents = searcher.documents();
        float[][] read = searcher.rows(documents);
        float[][] expected = model.score(anchors.queries(), searcher.texts(documents));
        for (int d = 0; d < documents.length; d++) {
          for (int a = 0; a < anchors.size(); a++) {
            assertEquals(expected[a][d], read[d][a]);
          }
        }
      }
    }
  }

  @Test
  void refusesVectorsOfAnotherModel() throws IOException {
    RandomTokenModel other = new RandomTokenModel(-1);
    StoredTokenVectors others = new StoredTokenVectors("tokens", other);
    assertThrows(IncompatibleIndexException.class, () -> others.withRows("anchors", anchors));
    try (Directory directory = index(random.nextBoolean());
        DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      IncompatibleIndexException e =
          assertThrows(IncompatibleIndexException.class, () -> others.of(searcher, QUERY));
      assertTrue(String.valueOf(e.getMessage()).contains(model.fingerprint()), e.toString());
      assertTrue(String.valueOf(e.getMessage()).contains(other.fingerprint()), e.toString());
      CurSearcher opened = CurSearcher.open(searcher, CurSchema.DEFAULT, anchors);
      assertThrows(
          IncompatibleIndexException.class, () -> opened.space(QUERY, List.of(), others, null));
      AnchorSet others20 = AnchorSet.create(anchors.queries(), other, texts);
      try (Directory copy = new ByteBuffersDirectory();
          IndexWriter writer = new IndexWriter(copy, new IndexWriterConfig())) {
        writer.addIndexes(directory);
        assertThrows(
            IncompatibleIndexException.class,
            () ->
                AnchorRowWriter.over(
                    writer, List.of(others.withRows("rows", others20)), IndexingOptions.DEFAULT));
      }
    }
  }

  @Test
  void refusesVectorsThatDoNotSayTheirModel() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
        Document document = new Document();
        document.add(new LateInteractionField("tokens", model.tokens("a text")));
        writer.addDocument(document);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IncompatibleIndexException e =
            assertThrows(
                IncompatibleIndexException.class,
                () -> tokens.of(new IndexSearcher(reader), QUERY));
        assertTrue(String.valueOf(e.getMessage()).contains("got: []"), e.toString());
      }
    }
  }

  @Test
  void namesADocumentWithoutVectors() throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig());
          AnchorRowWriter with = writer(writer, tokens);
          AnchorRowWriter without = AnchorRowWriter.over(writer, "anchors", anchors, model)) {
        with.add(document(0, texts.get(0)), texts.get(0));
        with.flush();
        without.add(document(1, texts.get(1)), texts.get(1));
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        CurSearcher searcher =
            CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
        int[] documents = searcher.documents();
        assertEquals(2, documents.length);
        IncompatibleIndexException e =
            assertThrows(
                IncompatibleIndexException.class,
                () -> tokens.of(searcher.indexSearcher(), QUERY).of(documents));
        assertTrue(String.valueOf(e.getMessage()).contains("document number 1"), e.toString());
      }
    }
  }

  @Test
  void anIndexThatExistsIsCopiedWithThem(@TempDir Path work) throws IOException {
    try (Directory source = new ByteBuffersDirectory();
        Directory target = new ByteBuffersDirectory()) {
      try (IndexWriter writer = new IndexWriter(source, new IndexWriterConfig())) {
        for (int d = 0; d < DOCUMENTS; d++) {
          writer.addDocument(document(d, texts.get(d)));
          if (d % 50 == 0) {
            writer.flush();
          }
        }
      }
      new AnchoredCopy(
              List.of("text"),
              "id",
              List.of(tokens.withRows("anchors", anchors)),
              IndexingOptions.DEFAULT)
          .run(source, target, work, Map.of());
      try (DirectoryReader reader = DirectoryReader.open(target)) {
        CurSearcher searcher =
            CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
        int[] documents = searcher.documents();
        assertEquals(DOCUMENTS, documents.length);
        assertArrayEquals(
            model.score(List.of(QUERY), searcher.texts(documents))[0],
            tokens.of(searcher.indexSearcher(), QUERY).of(documents).run());
      }
    }
  }
}
