package io.curlew.lucene;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.InMemorySpace;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SoftDeletesDirectoryReaderWrapper;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSortField;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.analysis.MockAnalyzer;
import org.apache.lucene.tests.search.CheckHits;
import org.apache.lucene.tests.search.QueryUtils;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.BytesRef;

/**
 * {@link CurQuery} on random indexes of Lucene's own test framework: segments, merges, deletions,
 * soft deletions, blocks, an index sort, rows of two anchor sets, flat and with a graph. {@code
 * CheckIndex} runs on close.
 */
@LuceneTestCase.SuppressCodecs("*") // rows are written by our format, through the default codec
public class RandomCurQueryTest extends LuceneTestCase {

  private static final int ANCHORS = 10;
  private static final CurSchema FIRST = new CurSchema("id", "text", "rows", "none");
  private static final CurSchema SECOND = new CurSchema("id", "other", "others", "none");

  private SyntheticScores scores;
  private SyntheticScores others;
  private AnchorSet anchors;
  private AnchorSet otherAnchors;
  private final Map<String, List<Integer>> groups = new HashMap<>(); // documents with a row

  @Override
  public void setUp() throws Exception {
    super.setUp();
    int documents = atLeast(120);
    scores = SyntheticScores.draw(ANCHORS, 1, documents, 4, random());
    others = SyntheticScores.draw(6, 1, documents, 3, random());
    anchors = scores.anchorSet();
    otherAnchors = others.anchorSet(RowEncoding.int8());
    groups.clear();
  }

  private AnchoredDocument document(int d, String group, boolean parent) {
    Document document = new Document();
    document.add(new StringField("id", SyntheticScores.id(d), Field.Store.YES));
    document.add(new BinaryDocValuesField("id", new BytesRef(SyntheticScores.id(d))));
    document.add(new StringField("group", group, Field.Store.NO));
    document.add(new LongField("price", d % 9, Field.Store.NO));
    // the same again: Lucene takes blocks for sorted, which are by their parents only
    document.add(new LongField("cost", d % 9, Field.Store.NO));
    document.add(new StoredField("text", SyntheticScores.text(d)));
    document.add(new StoredField("other", SyntheticScores.text(d)));
    document.add(new LongField("first", rank(scores, ANCHORS, d), Field.Store.NO));
    return AnchoredDocument.of(document, parent ? null : SyntheticScores.text(d));
  }

  private static long rank(SyntheticScores scores, int query, int d) {
    return Math.round((scores.firstStage(query, d) + 50) * 1e6);
  }

  private DirectoryReader build(Directory directory) throws IOException {
    IndexWriterConfig config = newIndexWriterConfig(new MockAnalyzer(random()));
    config.setCodec(random().nextBoolean() ? CurCodec.flat() : Codec.getDefault());
    config.setSoftDeletesField("gone");
    config.setParentField("parent");
    if (random().nextBoolean()) {
      config.setIndexSort(new Sort(new SortedNumericSortField("price", SortField.Type.LONG)));
    }
    IndexingOptions options = IndexingOptions.DEFAULT.withBatches(1 + random().nextInt(40), 1000);
    try (IndexWriter writer = new IndexWriter(directory, config);
        AnchorRowWriter rows =
            AnchorRowWriter.over(
                writer,
                List.of(
                    ComputedField.anchorRows("rows", anchors, SyntheticIndex.model(scores)),
                    ComputedField.anchorRows("others", otherAnchors, SyntheticIndex.model(others))),
                options)) {
      for (int d = 0; d < scores.documents(); ) {
        String group = "g" + d;
        List<AnchoredDocument> block = new ArrayList<>();
        List<Integer> withRow = new ArrayList<>();
        for (int i = random().nextInt(3); i >= 0 && d < scores.documents(); i--) {
          boolean parent = i == 0 && random().nextInt(3) == 0;
          block.add(document(d, group, parent));
          if (!parent) {
            withRow.add(d);
          }
          d++;
        }
        groups.put(group, withRow);
        rows.put(IndexChange.addBlock(block));
        change(rows);
        if (random().nextInt(30) == 0) {
          rows.commit(Map.of());
        }
      }
      rows.flush();
      if (random().nextBoolean()) {
        writer.forceMerge(1 + random().nextInt(3));
      }
    }
    return new SoftDeletesDirectoryReaderWrapper(DirectoryReader.open(directory), "gone");
  }

  /** Deletes a block, or puts one document in its place. */
  private void change(AnchorRowWriter rows) throws IOException {
    if (random().nextInt(6) > 0) {
      return;
    }
    List<String> names = new ArrayList<>(groups.keySet());
    Collections.sort(names);
    String group = names.get(random().nextInt(names.size()));
    Term term = new Term("group", group);
    int d = Integer.parseInt(group.substring(1));
    AnchoredDocument fresh = document(d, group, false);
    switch (random().nextInt(3)) {
      case 0 -> {
        rows.put(IndexChange.delete(term));
        groups.remove(group);
        return;
      }
      case 1 -> rows.put(IndexChange.update(term, fresh));
      default ->
          rows.put(
              IndexChange.softUpdate(term, List.of(fresh), new NumericDocValuesField("gone", 1)));
    }
    groups.put(group, List.of(d));
  }

  private CurQuery query(CurSchema schema, int budget, int k, AtomicInteger calls)
      throws IOException {
    boolean first = schema == FIRST;
    return CurQuery.of(
        schema,
        first ? anchors : otherAnchors,
        first ? scores.model(calls) : others.model(calls),
        SearchRequest.of(SyntheticScores.queryText(first ? ANCHORS : 6), k, budget),
        CurQueryTest.first());
  }

  /** The oracle: all documents that have a row, by their exact scores. */
  private List<String> ranking(CurSchema schema, int below) {
    boolean first = schema == FIRST;
    return groups.values().stream()
        .flatMap(List::stream)
        .filter(d -> d % 9 < below)
        .sorted(
            Comparator.comparingDouble(
                    (Integer d) -> first ? -scores.score(ANCHORS, d) : -others.score(6, d))
                .thenComparing(SyntheticScores::id))
        .map(SyntheticScores::id)
        .toList();
  }

  private static List<String> ids(IndexSearcher searcher, TopDocs hits) throws IOException {
    List<String> ids = new ArrayList<>();
    for (ScoreDoc hit : hits.scoreDocs) {
      ids.add(searcher.storedFields().document(hit.doc).get("id"));
    }
    return ids;
  }

  public void testWithCallsForAllItIsTheExactRankingOfEitherField() throws IOException {
    try (Directory directory = newDirectory();
        DirectoryReader reader = build(directory)) {
      IndexSearcher searcher = newSearcher(reader);
      for (CurSchema schema : List.of(FIRST, SECOND)) {
        int k = 1 + random().nextInt(scores.documents());
        CurQuery query = query(schema, scores.documents(), k, new AtomicInteger());
        List<String> expected = ranking(schema, 9).stream().limit(k).toList();
        assertEquals(expected, ids(searcher, searcher.search(query, scores.documents())));
        int below = random().nextInt(9);
        Query cheap = LongField.newRangeQuery("cost", 0, below - 1);
        assertEquals(
            ranking(schema, below).stream().limit(k).toList(),
            ids(searcher, searcher.search(query.withFilter(cheap), scores.documents())));
      }
    }
  }

  /** The same search in memory, over the documents that are alive. */
  private SearchResult inMemory(int budget, int k) throws IOException {
    List<Integer> alive = groups.values().stream().flatMap(List::stream).sorted().toList();
    float[][] rows = alive.stream().map(scores::row).toArray(float[][]::new);
    float[] feature = new float[rows.length];
    float best = 0;
    for (int i = 0; i < feature.length; i++) {
      double distance = 1e8 - rank(scores, ANCHORS, alive.get(i)); // as Lucene's feature has it
      feature[i] = (float) (1f * (1e7 / (1e7 + distance)));
      best = Math.max(best, feature[i]);
    }
    for (int i = 0; i < feature.length; i++) {
      feature[i] /= best;
    }
    InMemorySpace space =
        new InMemorySpace(
            InMemorySpace.Documents.of(
                anchors, rows, alive.stream().map(SyntheticScores::id).toList()),
            List.of("query0"),
            new float[][] {feature},
            null,
            some -> {
              float[] exact = new float[some.length];
              for (int i = 0; i < some.length; i++) {
                exact[i] = scores.score(ANCHORS, alive.get(some[i]));
              }
              return exact;
            });
    return new AdaptiveSearch()
        .search(space, SearchRequest.of(SyntheticScores.queryText(ANCHORS), k, budget));
  }

  public void testHitsAreThoseOfTheSearchInMemory() throws IOException {
    try (Directory directory = newDirectory();
        DirectoryReader reader = build(directory)) {
      IndexSearcher searcher = newSearcher(reader);
      int budget = 10 + random().nextInt(50);
      int k = 1 + random().nextInt(60);
      SearchResult expected = inMemory(budget, k);
      CurQuery query = query(FIRST, budget, k, new AtomicInteger());
      assertEquals(
          expected.hits().stream().map(Hit::id).toList(),
          ids(searcher, searcher.search(query, scores.documents())));
      SearchResult found = query.result(searcher);
      assertEquals(expected.calls(), found.calls());
      for (int i = 0; i < found.hits().size(); i++) {
        assertEquals(expected.hits().get(i).exact(), found.hits().get(i).exact());
        assertEquals(expected.hits().get(i).score(), found.hits().get(i).score(), 1e-3f);
      }
    }
  }

  public void testLucenesOwnChecks() throws IOException {
    try (Directory directory = newDirectory();
        DirectoryReader reader = build(directory)) {
      IndexSearcher searcher = newSearcher(reader);
      AtomicInteger calls = new AtomicInteger();
      int k = 1 + random().nextInt(40);
      CurQuery query = query(FIRST, 25, k, calls);
      SearchResult result = query.result(searcher);
      int spent = calls.get();
      assertTrue(spent <= 25);
      TopDocs hits = searcher.search(query, k);
      assertEquals(result.hits().stream().map(Hit::id).toList(), ids(searcher, hits));
      CheckHits.checkExplanations(query, "text", searcher, true);
      for (ScoreDoc hit : hits.scoreDocs) {
        Explanation why = searcher.explain(query, hit.doc);
        assertEquals(hit.score, why.getValue().floatValue(), 0);
      }
      assertEquals("the searcher's own reader costs once", spent, calls.get());
      QueryUtils.check(random(), query, searcher);
      Query any =
          new BooleanQuery.Builder()
              .add(query, Occur.SHOULD)
              .add(LongField.newRangeQuery("cost", 3, 5), Occur.SHOULD)
              .build();
      QueryUtils.check(any); // not its skipping: scorers of its other clause know no deletions
      CheckHits.checkExplanations(any, "text", searcher, true);
    }
  }

  public void testPagesAreTheRanking() throws IOException {
    try (Directory directory = newDirectory();
        DirectoryReader reader = build(directory)) {
      IndexSearcher searcher = newSearcher(reader);
      AtomicInteger calls = new AtomicInteger();
      CurQuery query = query(FIRST, 20, 50, calls);
      List<String> expected = ids(searcher, searcher.search(query, 50));
      int spent = calls.get();
      List<String> paged = new ArrayList<>();
      ScoreDoc last = null;
      while (true) {
        TopDocs page = searcher.searchAfter(last, query, 1 + random().nextInt(9));
        if (page.scoreDocs.length == 0) {
          break;
        }
        paged.addAll(ids(searcher, page));
        last = page.scoreDocs[page.scoreDocs.length - 1];
      }
      assertEquals(expected, paged);
      assertEquals(spent, calls.get());
    }
  }
}
