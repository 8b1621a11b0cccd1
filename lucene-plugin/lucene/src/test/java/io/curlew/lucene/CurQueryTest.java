package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.model.InteractionModel;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.LRUQueryCache;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSortField;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;

/** A search that is a query: what it composes with, and what it spends. */
class CurQueryTest {

  private static final int DOCUMENTS = 400;
  private static final int ANCHORS = 14;
  private static final int BUDGET = 50;
  private static final int K = 80;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 1, DOCUMENTS, 4, random);
  private final AnchorSet anchors = scores.anchorSet();
  private final AtomicInteger calls = new AtomicInteger();

  /** Documents with prices and a number by which the first stage ranks; some without a row. */
  private DirectoryReader index() throws IOException {
    Directory directory = new ByteBuffersDirectory();
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer())
            .setCodec(CurCodec.flat())
            .setMergePolicy(NoMergePolicy.INSTANCE);
    try (IndexWriter writer = new IndexWriter(directory, config);
        AnchorRowWriter rows =
            AnchorRowWriter.over(writer, "anchors", anchors, SyntheticIndex.model(scores))) {
      for (int d = 0; d < DOCUMENTS; d++) {
        rows.put(
            IndexChange.add(
                AnchoredDocument.of(document(d), d % 20 == 19 ? null : SyntheticScores.text(d))));
        if (d % 150 == 149) {
          rows.flush();
          writer.commit();
        }
      }
      rows.flush();
      writer.deleteDocuments(new Term("id", SyntheticScores.id(3)));
    }
    return DirectoryReader.open(directory);
  }

  private Document document(int d) {
    Document document = new Document();
    document.add(new StringField("id", SyntheticScores.id(d), Field.Store.YES));
    document.add(new TextField("text", SyntheticScores.text(d), Field.Store.YES));
    document.add(new LongField("price", d % 7, Field.Store.YES));
    document.add(new LongField("date", 1000 - d, Field.Store.YES));
    long rank = Math.round((scores.firstStage(ANCHORS, d) + 50) * 1e6);
    document.add(new LongField("first", rank, Field.Store.NO));
    return document;
  }

  /** Ranks by the synthetic first stage. */
  static Query first() {
    return LongField.newDistanceFeatureQuery("first", 1, 100_000_000, 10_000_000);
  }

  private CurQuery query(InteractionModel model) throws IOException {
    return CurQuery.of(CurSchema.DEFAULT, anchors, model, request(), first());
  }

  private static SearchRequest request() {
    return SearchRequest.of(SyntheticScores.queryText(ANCHORS), K, BUDGET);
  }

  private static int number(IndexSearcher searcher, int document) throws IOException {
    String text = searcher.storedFields().document(document).get("text");
    return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
  }

  @Test
  void hitsAreThoseOfTheSearchInItsOrder() throws IOException {
    try (DirectoryReader reader = index()) {
      IndexSearcher searcher = new IndexSearcher(reader);
      CurQuery query = query(scores.model(calls));
      SearchResult expected =
          CurSearcher.open(searcher, CurSchema.DEFAULT, anchors)
              .search(
                  new io.curlew.cur.AdaptiveSearch(),
                  List.of(Feature.of("query0", first())),
                  SyntheticIndex.model(scores),
                  request());
      TopDocs hits = searcher.search(query, 1000);
      assertEquals(K, hits.totalHits.value());
      assertEquals(
          expected.hits().stream().map(Hit::document).toList(),
          Arrays.stream(hits.scoreDocs).map(hit -> hit.doc).toList());
      assertEquals(expected.hits(), query.result(searcher).hits());
      assertEquals(BUDGET, calls.get());
      int estimates = 0;
      for (ScoreDoc hit : hits.scoreDocs) {
        Explanation why = searcher.explain(query, hit.doc);
        assertEquals(hit.score, why.getValue().floatValue());
        Explanation raw = why.getDetails()[0];
        if (raw.getDescription().contains("estimate")) {
          estimates++;
        } else {
          assertEquals(
              scores.score(ANCHORS, number(searcher, hit.doc)), raw.getValue().floatValue());
        }
      }
      assertTrue(estimates >= K - BUDGET, estimates + " estimates");
      assertEquals(BUDGET, calls.get(), "explaining is free");
    }
  }

  @Test
  void theBudgetIsSpentOnceWhateverIsDoneInHoweverManyThreads() throws Exception {
    try (DirectoryReader reader = index();
        ExecutorService executor = Executors.newFixedThreadPool(4);
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      IndexSearcher searcher = new IndexSearcher(reader, executor);
      CurQuery query = query(scores.model(calls));
      List<Future<List<Integer>>> running = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        running.add(threads.submit(() -> everything(searcher, query)));
      }
      Set<List<Integer>> answers = new HashSet<>();
      for (Future<List<Integer>> one : running) {
        answers.add(one.get());
      }
      assertEquals(1, answers.size());
      assertEquals(BUDGET, calls.get());
    }
  }

  /** Rewrites, searches, counts, explains every hit, and goes through three pages. */
  private static List<Integer> everything(IndexSearcher searcher, CurQuery query)
      throws IOException {
    assertEquals(searcher.rewrite(query), searcher.rewrite(query));
    assertEquals(K, searcher.count(query));
    List<Integer> paged = new ArrayList<>();
    ScoreDoc last = null;
    for (int page = 0; page < 3; page++) {
      for (ScoreDoc hit : searcher.searchAfter(last, query, 20).scoreDocs) {
        assertTrue(searcher.explain(query, hit.doc).isMatch());
        paged.add(hit.doc);
        last = hit;
      }
    }
    List<Integer> all =
        Arrays.stream(searcher.search(query, 60).scoreDocs).map(hit -> hit.doc).toList();
    assertEquals(all, paged);
    return all;
  }

  @Test
  void filtersSortsAndBooleanQueries() throws IOException {
    try (DirectoryReader reader = index()) {
      IndexSearcher searcher = new IndexSearcher(reader);
      Query cheap = LongField.newRangeQuery("price", 0, 2);
      CurQuery inside = query(scores.model(calls)).withFilter(cheap);
      assertEquals(K, searcher.count(inside));
      for (ScoreDoc hit : searcher.search(inside, K).scoreDocs) {
        assertTrue(number(searcher, hit.doc) % 7 <= 2);
      }
      CurQuery all = query(scores.model(calls));
      Query beside =
          new BooleanQuery.Builder().add(all, Occur.MUST).add(cheap, Occur.FILTER).build();
      int expected = 0;
      for (Hit hit : all.result(searcher).hits()) {
        expected += number(searcher, hit.document()) % 7 <= 2 ? 1 : 0;
      }
      assertEquals(expected, searcher.count(beside));
      assertTrue(expected > 0 && expected < K);
      long before = Long.MIN_VALUE;
      Sort byDate = new Sort(new SortedNumericSortField("date", SortField.Type.LONG));
      for (ScoreDoc hit : searcher.search(all, K, byDate).scoreDocs) {
        long date = 1000 - number(searcher, hit.doc);
        assertTrue(date >= before);
        before = date;
      }
      float top = searcher.search(all, 1).scoreDocs[0].score;
      ScoreDoc boosted = searcher.search(new BoostQuery(all, 3), 1).scoreDocs[0];
      assertEquals(3 * top, boosted.score, 1e-5f);
      assertEquals(
          boosted.score,
          searcher.explain(new BoostQuery(all, 3), boosted.doc).getValue().floatValue());
      assertEquals(2 * BUDGET, calls.get());
      CurQuery none = all.withFilter(LongField.newExactQuery("price", 99));
      assertEquals(0, searcher.count(none));
      assertEquals(2 * BUDGET, calls.get());
    }
  }

  @Test
  void anOffsetOfAMillionChangesNoRanking() throws IOException {
    try (DirectoryReader reader = index()) {
      IndexSearcher searcher = new IndexSearcher(reader);
      for (float offset : new float[] {0, 1e6f, -1e6f}) {
        InteractionModel shifted = shifted(offset);
        AnchorSet set = anchors.withQueryModel(shifted.fingerprint());
        CurQuery query =
            CurQuery.of(
                CurSchema.DEFAULT,
                set,
                shifted,
                SearchRequest.of(SyntheticScores.queryText(ANCHORS), K, DOCUMENTS),
                first());
        List<Hit> ranking = query.result(searcher).hits();
        TopDocs hits = searcher.search(query, K);
        assertEquals(
            ranking.stream().map(Hit::document).toList(),
            Arrays.stream(hits.scoreDocs).map(hit -> hit.doc).toList());
        Set<Float> distinct = new HashSet<>();
        for (ScoreDoc hit : hits.scoreDocs) {
          assertTrue(hit.score > 0 && hit.score <= 2, "score " + hit.score);
          distinct.add(hit.score);
        }
        assertEquals(K, distinct.size());
      }
    }
  }

  private InteractionModel shifted(float offset) {
    InteractionModel model = SyntheticIndex.model(scores);
    return new InteractionModel() {
      @Override
      public String fingerprint() {
        return "shifted by " + offset;
      }

      @Override
      public float[][] score(List<String> queries, List<String> documents) {
        float[][] shifted = model.score(queries, documents);
        for (float[] row : shifted) {
          for (int d = 0; d < row.length; d++) {
            row[d] += offset;
          }
        }
        return shifted;
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void scoresThatAreEqualOrFarApartStayInOrder() throws IOException {
    for (float[] raw :
        new float[][] {
          {1, 1, 1, 1}, {1e30f, 2, 1.5f, 1.5f, 1}, {0, -0.0f}, {Float.MAX_VALUE, -Float.MAX_VALUE}
        }) {
      List<Hit> hits =
          IntStream.range(0, raw.length)
              .mapToObj(i -> new Hit("id" + i, raw.length - i, raw[i], raw[i], true, 0))
              .toList();
      FoundHits found =
          FoundHits.of(
              new SearchResult(hits, 0, 0, 0, List.of(), SearchResult.Stop.BUDGET, null),
              new MultiReader());
      for (int i = 1; i < raw.length; i++) { // documents ascend as ranks descend
        assertTrue(found.scores()[i] > found.scores()[i - 1], Arrays.toString(found.scores()));
        for (float boost : new float[] {0.1f, 3, 7.7f}) {
          assertTrue(found.scores()[i] * boost > found.scores()[i - 1] * boost);
        }
      }
    }
  }

  @Test
  void aModelThatFailsIsAnIoExceptionAndIsAskedAgainNextTime() throws IOException {
    AtomicBoolean down = new AtomicBoolean(true);
    InteractionModel good = scores.model(calls);
    InteractionModel failing =
        new InteractionModel() {
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
    try (DirectoryReader reader = index()) {
      IndexSearcher searcher = new IndexSearcher(reader);
      CurQuery query = query(failing);
      IOException e = assertThrows(IOException.class, () -> searcher.search(query, 10));
      assertTrue(String.valueOf(e.getMessage()).contains("model is down"), e.toString());
      down.set(false);
      assertEquals(10, searcher.search(query, 10).scoreDocs.length);
    }
  }

  @Test
  void aTimeoutMakesAResultThatSaysSo() throws IOException {
    InteractionModel good = scores.model(calls);
    AtomicInteger batches = new AtomicInteger();
    InteractionModel slow =
        new InteractionModel() {
          @Override
          public String fingerprint() {
            return good.fingerprint();
          }

          @Override
          public float[][] score(List<String> queries, List<String> documents) {
            if (batches.incrementAndGet() > 1) {
              try {
                Thread.sleep(60_000);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
            return good.score(queries, documents);
          }

          @Override
          public void close() {}
        };
    try (DirectoryReader reader = index()) {
      IndexSearcher searcher = new IndexSearcher(reader);
      CurQuery query =
          CurQuery.of(
              CurSchema.DEFAULT,
              anchors,
              slow,
              request().withTimeout(Duration.ofMillis(1500)),
              first());
      int found = searcher.count(query);
      assertTrue(found > 0, "what was known by then");
      assertFalse(query.result(searcher).complete());
    }
  }

  @Test
  void equalQueriesShareAMemoThatIsGivenToBothAndNoOther() throws IOException {
    try (DirectoryReader reader = index()) {
      IndexSearcher searcher = new IndexSearcher(reader);
      QueryMemo memo = new QueryMemo();
      CurQuery one = query(scores.model(calls)).withMemo(memo);
      CurQuery two = query(scores.model(calls)).withMemo(memo);
      assertEquals(one, two);
      assertEquals(one.hashCode(), two.hashCode());
      assertSame(one.result(searcher), two.result(searcher));
      assertEquals(BUDGET, calls.get());
      CurQuery other = one.withFilter(LongField.newExactQuery("price", 1)).withMemo(memo);
      assertNotEquals(one, other);
      assertNotEquals(one.result(searcher), other.result(searcher));
    }
  }

  @Test
  void aMemoHoldsNoReader() throws Exception {
    CurQuery query = query(scores.model(calls));
    WeakReference<Object> identity = searched(query);
    for (int i = 0; i < 50 && identity.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertEquals(null, identity.get());
    try (DirectoryReader reader = index()) {
      assertEquals(K, new IndexSearcher(reader).count(query), "and is good for the next one");
    }
    assertEquals(2 * BUDGET, calls.get());
  }

  private WeakReference<Object> searched(CurQuery query) throws IOException {
    try (DirectoryReader reader = index()) {
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setQueryCache(null);
      assertEquals(K, searcher.count(query));
      return new WeakReference<>(reader.getContext().id());
    }
  }

  @Test
  void aRewrittenQuerySearchesTheReaderThatItIsGiven() throws IOException {
    try (DirectoryReader reader = index();
        DirectoryReader other = index()) {
      CurQuery query = query(scores.model(calls));
      Query rewritten = new IndexSearcher(reader).rewrite(query);
      assertEquals(BUDGET, calls.get());
      IndexSearcher searcher = new IndexSearcher(other);
      assertEquals(K, searcher.count(rewritten));
      assertEquals(2 * BUDGET, calls.get());
    }
  }

  @Test
  void aSegmentOfAReaderThatWasSearchedHasItsHitsInIt() throws IOException {
    try (DirectoryReader reader = index()) {
      IndexSearcher searcher = new IndexSearcher(reader);
      CurQuery query = query(scores.model(calls));
      Set<Integer> all = new HashSet<>();
      for (var leaf : reader.leaves()) {
        // before the reader was searched a segment is searched by itself
        assertTrue(new IndexSearcher(leaf.reader()).count(query) > 0);
      }
      assertEquals(BUDGET * reader.leaves().size(), calls.get());
      CurQuery fresh = query(scores.model(calls));
      calls.set(0);
      List<Integer> whole = fresh.result(searcher).hits().stream().map(Hit::document).toList();
      for (var leaf : reader.leaves()) {
        for (ScoreDoc hit : new IndexSearcher(leaf.reader()).search(fresh, K).scoreDocs) {
          all.add(leaf.docBase + hit.doc);
        }
      }
      assertEquals(new HashSet<>(whole), all);
      assertEquals(BUDGET, calls.get());
    }
  }

  @Test
  void aQueryCacheServesOneReaderOnly() throws IOException {
    try (DirectoryReader reader = index();
        DirectoryReader other = index()) {
      LRUQueryCache cache = new LRUQueryCache(100, 1 << 20, leaf -> true, Float.MAX_VALUE);
      CurQuery query = query(scores.model(calls));
      Query filtering = new BooleanQuery.Builder().add(query, Occur.FILTER).build();
      for (DirectoryReader one : List.of(reader, other, reader)) {
        IndexSearcher searcher = new IndexSearcher(one);
        searcher.setQueryCache(cache);
        searcher.setQueryCachingPolicy(
            new org.apache.lucene.search.QueryCachingPolicy() {
              @Override
              public void onUse(Query used) {}

              @Override
              public boolean shouldCache(Query used) {
                return true;
              }
            });
        for (int i = 0; i < 3; i++) {
          Set<Integer> found = new HashSet<>();
          for (ScoreDoc hit : searcher.search(filtering, K).scoreDocs) {
            found.add(hit.doc);
          }
          Set<Integer> expected = new HashSet<>();
          query.result(searcher).hits().forEach(hit -> expected.add(hit.document()));
          assertEquals(expected, found);
        }
      }
      assertEquals(2 * BUDGET, calls.get());
    }
  }

  @Test
  void itShowsTheWordsOfItsFirstStage() throws IOException {
    WordsQuery words = new WordsQuery(List.of("text"), new WhitespaceAnalyzer(), "number 7 12");
    CurQuery query =
        CurQuery.of(CurSchema.DEFAULT, anchors, scores.model(calls), request(), words, first());
    try (DirectoryReader reader = index()) {
      IndexSearcher searcher = new IndexSearcher(reader);
      for (Query shown : List.of(query, searcher.rewrite(query))) {
        Set<Term> terms = new HashSet<>();
        shown.visit(QueryVisitor.termCollector(terms));
        assertEquals(
            Set.of(new Term("text", "number"), new Term("text", "7"), new Term("text", "12")),
            terms);
      }
    }
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    assertThrows(
        IncompatibleIndexException.class,
        () -> CurQuery.of(CurSchema.DEFAULT, anchors, shifted(1), request(), first()));
    assertThrows(
        IllegalArgumentException.class,
        () -> CurQuery.of(CurSchema.DEFAULT, anchors, scores.model(calls), request()));
    assertEquals(0, calls.get());
  }
}
