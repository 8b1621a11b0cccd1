package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Estimates;
import io.curlew.cur.ExactSearch;
import io.curlew.cur.FixedAnchorSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.RerankSearch;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurSearcherTest {

  private static final int DOCUMENTS = 400;
  private static final int ANCHORS = 25;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 4, DOCUMENTS, 6, random);
  private final AnchorSet anchors = scores.anchorSet();

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void rankingsDoNotDependOnSegmentsOrderOrThreads(int segments) throws IOException {
    int[] inOrder = IntStream.range(0, DOCUMENTS).toArray();
    Directory one = SyntheticIndex.build(scores, anchors, inOrder, 1);
    Directory many = SyntheticIndex.build(scores, anchors, shuffled(inOrder), segments);
    try (DirectoryReader oneReader = SyntheticIndex.open(one);
        DirectoryReader manyReader = SyntheticIndex.open(many);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      assertEquals(1, oneReader.leaves().size());
      assertEquals(segments, manyReader.leaves().size());
      IndexSearcher alone = new IndexSearcher(oneReader);
      IndexSearcher parallel = new IndexSearcher(manyReader, threads);
      for (SearchMethod method :
          List.of(
              new AdaptiveSearch(),
              new FixedAnchorSearch(42),
              new RerankSearch(),
              new ExactSearch())) {
        for (int query = ANCHORS; query < ANCHORS + 4; query++) {
          assertEquals(
              ids(search(alone, method, query, 50, 40)),
              ids(search(parallel, method, query, 50, 40)));
        }
      }
    }
  }

  @Test
  void estimatesAreProductsWithCentredRows() throws IOException {
    Directory directory =
        SyntheticIndex.build(scores, anchors, IntStream.range(0, DOCUMENTS).toArray(), 3);
    try (DirectoryReader reader = SyntheticIndex.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      SearchSpace space =
          searcher.space(
              SyntheticScores.queryText(ANCHORS),
              SyntheticIndex.firstStage(scores, ANCHORS),
              SyntheticIndex.model(scores),
              null);
      float[] weights = new float[ANCHORS];
      for (int a = 0; a < ANCHORS; a++) {
        weights[a] = (float) random.nextGaussian() * 1e-4f; // tiny, either sign
      }
      float[] mean = anchors.statistics().mean();
      LatentQuery estimate = anchors.latent(weights, -1);
      Estimates best = space.top(estimate, document -> false, DOCUMENTS);
      assertEquals(DOCUMENTS, best.documents().length);
      List<String> texts = searcher.texts(best.documents());
      for (int i = 0; i < DOCUMENTS; i++) {
        int d = documentOf(texts.get(i));
        double expected = -1;
        for (int a = 0; a < ANCHORS; a++) {
          expected += (double) weights[a] * (scores.score(a, d) - mean[a]);
        }
        assertEquals(expected, best.scores()[i], 1e-6);
        assertTrue(i == 0 || best.scores()[i - 1] >= best.scores()[i]);
      }
    }
  }

  @Test
  void deletedFilteredAndRowlessDocumentsAreNotFound() throws IOException {
    Directory directory =
        SyntheticIndex.build(scores, anchors, IntStream.range(0, DOCUMENTS).toArray(), 4);
    SyntheticIndex.addWithoutAnchors(directory, "no anchors");
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer()).setCodec(CurCodec.flat());
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int d = 0; d < DOCUMENTS; d += 3) {
        writer.deleteDocuments(new Term("id", SyntheticScores.id(d)));
      }
    }
    List<BytesRef> even = new ArrayList<>();
    for (int d = 0; d < DOCUMENTS; d += 2) {
      even.add(new BytesRef(SyntheticScores.id(d)));
    }
    Query filter = new TermInSetQuery("id", even);
    try (DirectoryReader reader = SyntheticIndex.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      assertEquals(DOCUMENTS - Math.ceilDiv(DOCUMENTS, 3), searcher.documentCount());
      for (SearchMethod method : List.of(new AdaptiveSearch(), new FixedAnchorSearch(1))) {
        SearchSpace space =
            searcher.space(
                SyntheticScores.queryText(ANCHORS),
                SyntheticIndex.firstStage(scores, ANCHORS),
                SyntheticIndex.model(scores),
                filter);
        List<Hit> hits =
            method
                .search(space, SearchRequest.of(SyntheticScores.queryText(ANCHORS), DOCUMENTS, 30))
                .hits();
        assertEquals(
            IntStream.range(0, DOCUMENTS).filter(d -> d % 2 == 0 && d % 3 != 0).count(),
            hits.size());
        for (String text : searcher.texts(hits.stream().mapToInt(Hit::document).toArray())) {
          int d = documentOf(text);
          assertTrue(d % 2 == 0 && d % 3 != 0, "document " + d);
        }
      }
    }
  }

  @Test
  void aReplacedDocumentIsThereOnce() throws IOException {
    Directory directory =
        SyntheticIndex.build(scores, anchors, IntStream.range(0, DOCUMENTS).toArray(), 2);
    try (TextIndexWriter writer = SyntheticIndex.writer(directory, scores, anchors)) {
      writer.add(List.of(new TextDocument(SyntheticScores.id(5), SyntheticScores.text(7))));
      writer.commit(java.util.Map.of("a", "b"));
    }
    try (DirectoryReader reader = SyntheticIndex.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      assertEquals(DOCUMENTS, searcher.documentCount());
      assertEquals("b", reader.getIndexCommit().getUserData().get("a"));
    }
  }

  @Test
  void closingWithoutCommitLeavesTheIndexAsItWas() throws IOException {
    Directory directory = SyntheticIndex.build(scores, anchors, new int[] {1, 2, 3}, 1);
    try (TextIndexWriter writer = SyntheticIndex.writer(directory, scores, anchors)) {
      writer.add(List.of(new TextDocument("new", SyntheticScores.text(7))));
    }
    try (DirectoryReader reader = SyntheticIndex.open(directory)) {
      assertEquals(3, reader.numDocs());
    }
  }

  @Test
  void rowsOfOtherAnchorsAreRefusedOnOpenAndOnWriteAndSurviveMerges() throws IOException {
    AnchorSet others =
        AnchorSet.create(
            List.of(SyntheticScores.queryText(0)),
            scores.model(new AtomicInteger()),
            List.of(SyntheticScores.text(0)));
    Directory directory = SyntheticIndex.build(scores, anchors, new int[] {1, 2, 3, 4}, 2);
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer()).setCodec(CurCodec.flat());
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      writer.forceMerge(1);
    }
    try (DirectoryReader reader = SyntheticIndex.open(directory)) {
      IncompatibleIndexException e =
          assertThrows(
              IncompatibleIndexException.class,
              () -> CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, others));
      assertTrue(String.valueOf(e.getMessage()).contains(anchors.fingerprint()), e.toString());
      assertTrue(String.valueOf(e.getMessage()).contains(others.fingerprint()), e.toString());
    }
    assertThrows(
        IncompatibleIndexException.class, () -> SyntheticIndex.writer(directory, scores, others));
  }

  @Test
  void anyLuceneKnnQueryFindsTheRowsToo() throws IOException {
    Directory directory =
        SyntheticIndex.build(scores, anchors, IntStream.range(0, DOCUMENTS).toArray(), 3);
    try (DirectoryReader reader = SyntheticIndex.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      float[] target = scores.row(17);
      ScoreDoc[] found =
          searcher.search(new KnnFloatVectorQuery("anchors", target, 5), 5).scoreDocs;
      SearchSpace space =
          CurSearcher.open(searcher, CurSchema.DEFAULT, anchors)
              .space(
                  SyntheticScores.queryText(ANCHORS),
                  SyntheticIndex.firstStage(scores, ANCHORS),
                  SyntheticIndex.model(scores),
                  null);
      int[] expected = space.top(anchors.latent(target, 0), document -> false, 5).documents();
      assertEquals(
          IntStream.of(expected).boxed().toList(),
          java.util.Arrays.stream(found).map(hit -> hit.doc).toList());
    }
  }

  /** Anchors of the same size that are others: their estimates would be silently wrong. */
  @Test
  void latentQueriesOfOtherAnchorsAreRefused() throws IOException {
    AnchorSet others =
        AnchorSet.of(
            anchors.queries().reversed(),
            anchors.modelFingerprint(),
            new float[][] {scores.row(0), scores.row(1)});
    LatentQuery latent = others.latent(new float[anchors.dimension()], 0);
    int[] order = IntStream.range(0, DOCUMENTS).toArray();
    try (Directory directory = SyntheticIndex.build(scores, anchors, order, 2);
        DirectoryReader reader = SyntheticIndex.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      SearchSpace space =
          searcher.space(
              SyntheticScores.queryText(ANCHORS),
              SyntheticIndex.firstStage(scores, ANCHORS),
              SyntheticIndex.model(scores),
              null);
      for (Executable wrong :
          List.<Executable>of(
              () -> searcher.top(List.of(latent), 3),
              () -> space.top(latent, document -> false, 3),
              () -> new EstimateQuery("anchors", anchors, latent),
              () -> new EstimateValuesSource("anchors", anchors, latent))) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, wrong);
        assertTrue(String.valueOf(e.getMessage()).contains(others.fingerprint()), e.toString());
      }
    }
  }

  @Test
  void documentsThatTieAreOrderedById() throws IOException {
    Directory directory =
        SyntheticIndex.build(scores, anchors, shuffled(IntStream.range(0, DOCUMENTS).toArray()), 5);
    try (DirectoryReader reader = SyntheticIndex.open(directory)) {
      SearchSpace space =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors)
              .space(
                  SyntheticScores.queryText(ANCHORS),
                  SyntheticIndex.firstStage(scores, ANCHORS),
                  SyntheticIndex.model(scores),
                  null);
      LatentQuery constant = anchors.latent(new float[ANCHORS], 1);
      List<String> ids = space.ids(space.top(constant, document -> false, 37).documents());
      List<String> expected =
          IntStream.range(0, DOCUMENTS).mapToObj(SyntheticScores::id).sorted().limit(37).toList();
      assertEquals(expected, ids);
      assertFalse(ids.isEmpty());
    }
  }

  private List<String> ids(List<Hit> hits) {
    return hits.stream().map(hit -> hit.id() + " " + hit.score() + " " + hit.exact()).toList();
  }

  private List<Hit> search(
      IndexSearcher searcher, SearchMethod method, int query, int k, int budget)
      throws IOException {
    return CurSearcher.open(searcher, CurSchema.DEFAULT, anchors)
        .search(
            method,
            SyntheticIndex.firstStage(scores, query),
            scores.model(new AtomicInteger()),
            SearchRequest.of(SyntheticScores.queryText(query), k, budget))
        .hits();
  }

  private int[] shuffled(int[] documents) {
    List<Integer> order = new ArrayList<>(IntStream.of(documents).boxed().toList());
    Collections.shuffle(order, random);
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int documentOf(String text) {
    return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
  }
}
