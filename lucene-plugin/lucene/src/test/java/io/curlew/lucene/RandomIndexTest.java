package io.curlew.lucene;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.ExactSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.anchor.RowEncoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.analysis.MockAnalyzer;
import org.apache.lucene.tests.index.RandomIndexWriter;
import org.apache.lucene.tests.search.CheckHits;
import org.apache.lucene.tests.search.QueryUtils;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;

/**
 * Random indexes by Lucene's own test framework, which varies the directory, merge policy, flushes,
 * readers and searchers, and runs {@code CheckIndex} on close; with deletes, updates, documents
 * without a row, index sorting and byte rows: everything against a brute-force oracle.
 */
@LuceneTestCase.SuppressCodecs("*") // rows are written by our format, through the default codec
public class RandomIndexTest extends LuceneTestCase {

  private static final String FIELD = CurSchema.DEFAULT.anchors();
  private static final int ANCHORS = 12;

  private SyntheticScores scores;
  private AnchorSet anchors;
  private Set<Integer> alive; // documents with a row
  private Set<Integer> rowless;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    scores = SyntheticScores.draw(ANCHORS, 3, atLeast(150), 5, random());
    anchors = scores.anchorSet(encoding());
    alive = new TreeSet<>();
    rowless = new TreeSet<>();
  }

  private RowEncoding.Choice encoding() {
    int size = 1 + random().nextInt(ANCHORS);
    return switch (random().nextInt(5)) {
      case 0 -> RowEncoding.int8();
      case 1 -> RowEncoding.projected(size, RowEncoding.floats());
      case 2 -> RowEncoding.projected(size, RowEncoding.int8());
      case 3 -> RowEncoding.productQuantized(size);
      default -> RowEncoding.floats();
    };
  }

  /** What the index holds of a document's row, decoded. */
  private float[] held(int d) {
    float[] stored = anchors.encoding().project(scores.row(d));
    if (!anchors.encoding().isBytes()) {
      return stored;
    }
    float[] decoded = new float[anchors.dimension()];
    anchors.encoding().decode(anchors.encoding().encode(stored), 1, decoded);
    return decoded;
  }

  private Document document(int d, int rowOf, AnchorField field) {
    Document document = new Document();
    document.add(new StringField("id", SyntheticScores.id(d), Field.Store.YES));
    document.add(new BinaryDocValuesField("id", new BytesRef(SyntheticScores.id(d))));
    document.add(new SortedDocValuesField("sort", new BytesRef(SyntheticScores.id(d))));
    document.add(new StoredField("text", SyntheticScores.text(rowOf)));
    if (rowOf >= 0) {
      field.addTo(document, scores.row(rowOf));
    }
    return document;
  }

  private IndexReader build(Directory directory) throws IOException {
    return build(directory, true);
  }

  private IndexReader build(Directory directory, boolean changes) throws IOException {
    IndexWriterConfig config = newIndexWriterConfig(new MockAnalyzer(random()));
    config.setCodec(CurCodec.flat());
    if (random().nextBoolean()) {
      config.setIndexSort(new Sort(new SortField("sort", SortField.Type.STRING)));
    }
    AnchorField field = new AnchorField(FIELD, anchors);
    try (RandomIndexWriter writer = new RandomIndexWriter(random(), directory, config)) {
      List<Integer> order =
          new ArrayList<>(IntStream.range(0, scores.documents()).boxed().toList());
      Collections.shuffle(order, random());
      for (int d : order) {
        boolean without = random().nextInt(10) == 0;
        writer.addDocument(document(d, without ? -1 : d, field));
        (without ? rowless : alive).add(d);
        if (changes && random().nextInt(8) == 0) {
          int victim = order.get(random().nextInt(scores.documents()));
          if (random().nextBoolean()) {
            writer.deleteDocuments(new Term("id", SyntheticScores.id(victim)));
            alive.remove(victim);
            rowless.remove(victim);
          } else if (alive.contains(victim)) {
            writer.updateDocument(
                new Term("id", SyntheticScores.id(victim)), document(victim, victim, field));
          }
        }
        if (random().nextInt(40) == 0) {
          writer.commit();
        }
      }
      if (random().nextBoolean()) {
        writer.forceMerge(1 + random().nextInt(3));
      }
      return writer.getReader();
    }
  }

  private LatentQuery latent() {
    float[] weights = new float[anchors.dimension()];
    for (int a = 0; a < weights.length; a++) {
      weights[a] = (float) random().nextGaussian();
    }
    return anchors.latent(weights, random().nextFloat());
  }

  private double estimate(LatentQuery latent, int d) {
    double sum = latent.intercept();
    float[] held = held(d);
    float[] mean = anchors.statistics().mean();
    for (int a = 0; a < held.length; a++) {
      sum += (double) latent.weights()[a] * (held[a] - mean[a]);
    }
    return sum;
  }

  /** The oracle: documents that pass, best estimate first. */
  private List<Integer> ranking(LatentQuery latent, IntPredicate passes) {
    return alive.stream()
        .filter(passes::test)
        .sorted(Comparator.comparingDouble(d -> -estimate(latent, d)))
        .toList();
  }

  private static int of(IndexSearcher searcher, int document) throws IOException {
    String text = searcher.storedFields().document(document).get("text");
    return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
  }

  private Query evenDocuments() {
    List<BytesRef> even = new ArrayList<>();
    for (int d = 0; d < scores.documents(); d += 2) {
      even.add(new BytesRef(SyntheticScores.id(d)));
    }
    return new TermInSetQuery("id", even);
  }

  public void testQueryRanksAsTheOracle() throws IOException {
    try (Directory directory = newDirectory();
        IndexReader reader = build(directory)) {
      IndexSearcher searcher = newSearcher(reader);
      LatentQuery latent = latent();
      for (boolean filtered : new boolean[] {false, true}) {
        EstimateQuery query =
            new EstimateQuery(FIELD, anchors, latent, filtered ? evenDocuments() : null);
        List<Integer> expected = ranking(latent, d -> !filtered || d % 2 == 0);
        ScoreDoc[] hits = searcher.search(query, scores.documents()).scoreDocs;
        assertEquals(expected.size(), hits.length);
        for (int i = 0; i < hits.length; i++) {
          int d = of(searcher, hits[i].doc);
          double value = estimate(latent, d);
          assertEquals(value, query.estimate(hits[i].score), 1e-4 * (1 + Math.abs(value)));
          assertEquals(estimate(latent, expected.get(i)), value, 1e-4 * (1 + Math.abs(value)));
        }
        CheckHits.checkExplanations(query, null, searcher, false);
      }
    }
  }

  /** Lucene's checks of a query, which take every document for alive. */
  public void testQueryKeepsTheContractOfQueries() throws IOException {
    try (Directory directory = newDirectory();
        IndexReader reader = build(directory, false)) {
      IndexSearcher searcher = newSearcher(reader);
      QueryUtils.check(random(), new EstimateQuery(FIELD, anchors, latent()), searcher);
      QueryUtils.check(
          random(), new EstimateQuery(FIELD, anchors, latent(), evenDocuments()), searcher);
    }
  }

  public void testQueriesAreEqualByWhatTheyAsk() {
    LatentQuery latent = latent();
    EstimateQuery query = new EstimateQuery(FIELD, anchors, latent, evenDocuments());
    LatentQuery same = anchors.latent(latent.weights().clone(), latent.intercept());
    QueryUtils.checkEqual(query, new EstimateQuery(FIELD, anchors, same, evenDocuments()));
    QueryUtils.checkUnequal(query, new EstimateQuery(FIELD, anchors, latent));
    QueryUtils.checkUnequal(query, new EstimateQuery("other", anchors, latent, evenDocuments()));
    QueryUtils.checkUnequal(query, new EstimateQuery(FIELD, anchors, latent(), evenDocuments()));
  }

  public void testValuesSourceSortsByRawEstimates() throws IOException {
    try (Directory directory = newDirectory();
        IndexReader reader = build(directory)) {
      IndexSearcher searcher = newSearcher(reader);
      LatentQuery latent = latent();
      EstimateValuesSource source = new EstimateValuesSource(FIELD, anchors, latent);
      Sort sort = new Sort(source.getSortField(true)).rewrite(searcher);
      Query all = new EstimateQuery(FIELD, anchors, latent); // those with a row
      ScoreDoc[] hits = searcher.search(all, scores.documents(), sort).scoreDocs;
      List<Integer> expected = ranking(latent, d -> true);
      assertEquals(expected.size(), hits.length);
      for (int i = 0; i < hits.length; i++) {
        assertEquals(
            estimate(latent, expected.get(i)), estimate(latent, of(searcher, hits[i].doc)), 1e-4);
      }
      if (hits.length > 0) {
        var leaf =
            reader
                .leaves()
                .get(org.apache.lucene.index.ReaderUtil.subIndex(hits[0].doc, reader.leaves()));
        Explanation explanation =
            source.explain(leaf, hits[0].doc - leaf.docBase, Explanation.match(0f, "none"));
        assertEquals(estimate(latent, expected.get(0)), explanation.getValue().doubleValue(), 1e-4);
        assertTrue(explanation.toString(), explanation.toString().contains("query number"));
      }
    }
  }

  public void testByteRowsEstimateNearly() throws IOException {
    anchors = scores.anchorSet();
    try (Directory directory = newDirectory();
        IndexReader reader = build(directory)) {
      IndexSearcher searcher = newSearcher(reader);
      LatentQuery latent = latent();
      double step = anchors.statistics().widthOf(latent.weights()) * 1.7 / 255;
      EstimateQuery query = new EstimateQuery(FIELD, anchors, latent);
      ScoreDoc[] hits = searcher.search(query, scores.documents()).scoreDocs;
      assertEquals(alive.size(), hits.length);
      for (ScoreDoc hit : hits) {
        int d = of(searcher, hit.doc);
        if (inRange(d)) {
          assertEquals(estimate(latent, d), query.estimate(hit.score), step);
        }
      }
    }
  }

  private boolean inRange(int d) {
    float[] low = anchors.statistics().low();
    float[] high = anchors.statistics().high();
    for (int a = 0; a < ANCHORS; a++) {
      float width = high[a] - low[a];
      float score = scores.row(d)[a];
      if (score < low[a] - 0.1 * width || score > high[a] + 0.6 * width) {
        return false;
      }
    }
    return true;
  }

  public void testSearchesFindWhatTheOracleFinds() throws IOException {
    try (Directory directory = newDirectory();
        DirectoryReader reader = (DirectoryReader) build(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      assertEquals(alive.size(), searcher.documentCount());
      int query = ANCHORS + random().nextInt(3);
      Query filter = random().nextBoolean() ? evenDocuments() : null;
      IntPredicate passes = d -> filter == null || d % 2 == 0;
      List<String> expected =
          alive.stream()
              .filter(passes::test)
              .sorted(
                  Comparator.comparingDouble((Integer d) -> -scores.score(query, d))
                      .thenComparing(SyntheticScores::id))
              .map(SyntheticScores::id)
              .limit(20)
              .toList();
      SearchSpace space =
          searcher.space(
              SyntheticScores.queryText(query),
              SyntheticIndex.firstStage(scores, query),
              SyntheticIndex.model(scores),
              filter);
      SearchRequest request =
          SearchRequest.of(SyntheticScores.queryText(query), 20, scores.documents());
      SearchResult exact = new ExactSearch().search(space, request);
      assertEquals(expected, exact.hits().stream().map(Hit::id).toList());
      SearchResult adaptive = new AdaptiveSearch().search(space, request);
      assertEquals(expected, adaptive.hits().stream().map(Hit::id).toList());
      if (!adaptive.hits().isEmpty()) {
        Hit first = adaptive.hits().getFirst();
        Explanation explanation = searcher.explain(space, adaptive, first);
        assertEquals(first.score(), explanation.getValue().floatValue(), 0);
        assertTrue(explanation.toString(), explanation.toString().contains("round"));
        assertTrue(explanation.toString(), explanation.toString().contains("query number"));
        assertTrue(explanation.toString(), explanation.toString().contains("intercept"));
        assertFalse(explanation.toString(), explanation.toString().contains("ranking profile"));
      }
      RankingProfile profile = new RankingProfile(Map.of(SyntheticScores.FEATURE, 0.5));
      SearchResult fused = new AdaptiveSearch().search(space, request.withProfile(profile));
      for (Hit hit : fused.hits()) {
        Explanation explanation = searcher.explain(space, fused, hit);
        double sum = 0;
        for (Explanation part : explanation.getDetails()) {
          sum += part.getValue().doubleValue();
        }
        assertEquals(hit.score(), sum, 1e-4 * Math.max(1, Math.abs(hit.score())));
        Explanation last = explanation.getDetails()[explanation.getDetails().length - 1];
        assertTrue(last.toString(), last.toString().contains("ranking profile"));
        assertEquals(hit.score() - hit.modelScore(), last.getValue().doubleValue(), 1e-5);
      }
    }
  }

  public void testRescorerIsExactWithinItsBudgetAndKeepsEveryHit() throws IOException {
    try (Directory directory = newDirectory();
        IndexReader reader = build(directory)) {
      IndexSearcher searcher = newSearcher(reader);
      int query = ANCHORS;
      TopDocs firstPass = searcher.search(new MatchAllDocsQuery(), atLeast(60));
      for (int budget : new int[] {1, 7, 40, scores.documents()}) {
        AtomicInteger calls = new AtomicInteger();
        CurRescorer rescorer =
            new CurRescorer(
                CurSchema.DEFAULT,
                anchors,
                DocumentScorer.of(DocumentText.stored("text"), scores.model(calls)),
                SearchRequest.of(SyntheticScores.queryText(query), 10, budget));
        TopDocs rescored = rescorer.rescore(searcher, firstPass, firstPass.scoreDocs.length);
        assertTrue(calls + " calls at budget " + budget, calls.get() <= budget);
        FixedBitSet seen = new FixedBitSet(reader.maxDoc());
        float last = Float.POSITIVE_INFINITY;
        for (ScoreDoc hit : rescored.scoreDocs) {
          assertFalse("twice", seen.getAndSet(hit.doc));
          assertTrue(hit.score <= last);
          last = hit.score;
          if (budget == scores.documents() && hit.score > -Float.MAX_VALUE) {
            assertEquals(scores.score(query, of(searcher, hit.doc)), hit.score, 0);
          }
        }
        assertEquals(firstPass.scoreDocs.length, rescored.scoreDocs.length);
        for (ScoreDoc hit : firstPass.scoreDocs) {
          assertTrue(seen.get(hit.doc));
        }
      }
    }
  }

  /** The searcher's own timeout ends the search before anything is estimated. */
  public void testRescorerKeepsTheOrderOfWhatATimeoutLeft() throws IOException {
    try (Directory directory = newDirectory();
        IndexReader reader = build(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      TopDocs firstPass = searcher.search(new MatchAllDocsQuery(), 60);
      searcher.setTimeout(() -> true);
      SearchRequest request = SearchRequest.of(SyntheticScores.queryText(ANCHORS), 10, 8);
      ScoreDoc[] hits =
          new CurRescorer(
                  CurSchema.DEFAULT,
                  anchors,
                  DocumentScorer.of(DocumentText.stored("text"), scores.model(new AtomicInteger())),
                  request)
              .rescore(searcher, firstPass, 60)
              .scoreDocs;
      assertEquals(firstPass.scoreDocs.length, hits.length);
      List<Integer> left = new ArrayList<>();
      for (ScoreDoc hit : hits) {
        if (hit.score == -Float.MAX_VALUE && alive.contains(of(searcher, hit.doc))) {
          left.add(hit.doc);
        }
      }
      assertTrue(left.size() > 1);
      List<Integer> sorted = new ArrayList<>(left);
      Collections.sort(sorted); // the first pass has them in the order of the index
      assertEquals(sorted, left);
    }
  }

  public void testScanLeavesOutWhatIsExcluded() throws IOException {
    try (Directory directory = newDirectory();
        IndexReader reader = build(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      LatentQuery latent = latent();
      CurSearcher rows = CurSearcher.open(searcher, CurSchema.DEFAULT, anchors);
      SearchSpace space =
          rows.space(
              SyntheticScores.queryText(ANCHORS),
              SyntheticIndex.firstStage(scores, ANCHORS),
              SyntheticIndex.model(scores),
              null);
      BitSet excluded = new BitSet();
      for (int document : rows.documents()) {
        excluded.set(document, random().nextBoolean());
      }
      int[] best = space.top(latent, excluded::get, 10).documents();
      List<Integer> expected = new ArrayList<>();
      for (int document : rows.documents()) {
        if (!excluded.get(document)) {
          expected.add(of(searcher, document));
        }
      }
      expected.sort(Comparator.comparingDouble(d -> -estimate(latent, d)));
      for (int i = 0; i < best.length; i++) {
        assertEquals(
            estimate(latent, expected.get(i)), estimate(latent, of(searcher, best[i])), 1e-4);
      }
      assertEquals(Math.min(10, expected.size()), best.length);
    }
  }
}
