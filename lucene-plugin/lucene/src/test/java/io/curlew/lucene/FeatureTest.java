package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.FirstStage;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.QueryScores;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.Weight;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.QueryBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Lists and values of features against brute force: several segments, deletes, filters, many ties,
 * documents without a row and without a vector.
 */
class FeatureTest {

  private static final int DOCUMENTS = 300;
  private static final int WORDS = 6;
  private static final int VECTOR = 3;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(4, 1, DOCUMENTS, 3, random);
  private final AnchorSet anchors = scores.anchorSet();
  private final Map<String, float[]> vectors = new HashMap<>();

  private interface Use {
    void of(CurSearcher searcher, @Nullable Query filter) throws IOException;
  }

  /** Does something with random indexes, with a filter and without, on two threads. */
  private void searching(Use use) throws IOException {
    for (int round = 0; round < 6; round++) {
      try (Directory directory = build();
          DirectoryReader reader = DirectoryReader.open(directory);
          ExecutorService threads = Executors.newFixedThreadPool(2)) {
        CurSearcher searcher =
            CurSearcher.open(new IndexSearcher(reader, threads), CurSchema.DEFAULT, anchors);
        use.of(searcher, null);
        use.of(searcher, someDocuments());
      }
    }
  }

  private Query someDocuments() {
    return new TermInSetQuery(
        "id",
        IntStream.range(0, DOCUMENTS)
            .filter(d -> random.nextInt(3) > 0)
            .mapToObj(d -> new BytesRef(SyntheticScores.id(d)))
            .toList());
  }

  private Directory build() throws IOException {
    Directory directory = new ByteBuffersDirectory();
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer())
            .setCodec(CurCodec.flat())
            .setMergePolicy(NoMergePolicy.INSTANCE);
    AnchorField rows = new AnchorField(CurSchema.DEFAULT.anchors(), anchors);
    vectors.clear();
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int d : random.ints(0, DOCUMENTS).distinct().limit(DOCUMENTS).toArray()) {
        Document document = new Document();
        String id = SyntheticScores.id(d);
        document.add(new StringField("id", id, Field.Store.YES));
        document.add(new BinaryDocValuesField("id", new BytesRef(id)));
        String text =
            random
                .ints(random.nextInt(1, 5), 0, WORDS)
                .mapToObj(word -> "w" + word)
                .collect(Collectors.joining(" "));
        document.add(new TextField("text", text, Field.Store.YES));
        if (random.nextInt(4) > 0) { // small whole numbers, so that there are ties
          float[] vector = new float[VECTOR];
          for (int i = 0; i < VECTOR; i++) {
            vector[i] = random.nextInt(-2, 3);
          }
          vectors.put(id, vector);
          document.add(
              new KnnFloatVectorField("dense", vector, VectorSimilarityFunction.DOT_PRODUCT));
        }
        if (random.nextInt(10) > 0) {
          rows.addTo(document, scores.row(d));
        }
        writer.addDocument(document);
        if (random.nextInt(40) == 0) {
          writer.commit();
        }
      }
      for (int i = 0; i < DOCUMENTS / 10; i++) {
        writer.deleteDocuments(new Term("id", SyntheticScores.id(random.nextInt(DOCUMENTS))));
      }
    }
    return directory;
  }

  private SearchSpace space(
      CurSearcher searcher, @Nullable Query filter, String text, Feature... features)
      throws IOException {
    return searcher.space(text, List.of(features), SyntheticIndex.model(scores), filter);
  }

  /** By value, ties by id; NaN is no match. */
  private static void assertLists(SearchSpace space, int feature, Map<Integer, Float> values)
      throws IOException {
    int[] matching =
        space.size() == 0
            ? new int[0]
            : Arrays.stream(space.sample(space.size(), 1)).filter(values::containsKey).toArray();
    List<String> names = space.ids(matching);
    Map<Integer, String> ids = new HashMap<>();
    for (int i = 0; i < matching.length; i++) {
      ids.put(matching[i], names.get(i));
    }
    int[] expected =
        Arrays.stream(matching)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer d) -> -(values.getOrDefault(d, 0f) + 0f))
                    .thenComparing(ids::get))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int n : new int[] {0, 1, 2, 7, 30, DOCUMENTS, Integer.MAX_VALUE}) {
      int[] list = space.list(feature, n);
      assertArrayEquals(
          Arrays.copyOf(expected, Math.min(n, expected.length)), list, n + " documents");
    }
  }

  private static void assertValues(SearchSpace space, int feature, Map<Integer, Float> values)
      throws IOException {
    int[] all = space.sample(space.size(), 2);
    float[] found = space.rows(all).features()[feature];
    for (int i = 0; i < all.length; i++) {
      assertEquals(values.getOrDefault(all[i], Float.NaN), found[i], 1e-6f);
    }
  }

  @Test
  void aQuerysListAndValuesAreThoseOfBruteForce() throws IOException {
    searching(
        (searcher, filter) -> {
          String text = "w" + random.nextInt(WORDS) + " w" + random.nextInt(WORDS) + " unknown";
          for (Query query :
              List.of(
                  new QueryBuilder(new WhitespaceAnalyzer()).createBooleanQuery("text", text),
                  new TermQuery(new Term("text", "w1")),
                  new TermQuery(new Term("text", "unknown")),
                  new MatchAllDocsQuery(),
                  new GivenScores(given(searcher)))) {
            SearchSpace space =
                space(searcher, filter, "q", raw(query), Feature.query("scaled", q -> query));
            Map<Integer, Float> values = new HashMap<>();
            for (ScoreDoc hit : searcher.indexSearcher().search(query, DOCUMENTS).scoreDocs) {
              if (hit.score != Float.NEGATIVE_INFINITY) {
                values.put(hit.doc, hit.score);
              }
            }
            assertLists(space, 0, values);
            assertValues(space, 0, values);
            assertLists(space, 1, values);
            int[] best = space.list(1, 1);
            float highest = best.length == 0 ? 0 : values.getOrDefault(best[0], 0f);
            if (highest > 0) {
              values.replaceAll((d, value) -> value / highest);
              assertEquals(1, space.rows(best).features()[1][0]);
            }
            assertValues(space, 1, values);
          }
        });
  }

  /** The query's scores as they are. */
  private static Feature raw(Query query) {
    return new Feature() {
      @Override
      public String name() {
        return "raw";
      }

      @Override
      public FeatureScores of(
          IndexView view, String text, org.apache.lucene.util.FixedBitSet accepted)
          throws IOException {
        return new QueryScores(view, query, accepted);
      }
    };
  }

  /** Few different scores, of either sign, for all documents. */
  private float[] given(CurSearcher searcher) {
    float[] values = {-1.5f, 0, 0.25f, 2, Float.NEGATIVE_INFINITY, 1e30f};
    float[] given = new float[searcher.indexSearcher().getIndexReader().maxDoc()];
    for (int d = 0; d < given.length; d++) {
      given[d] = values[random.nextInt(values.length)];
    }
    return given;
  }

  @Test
  void positiveInfinityIsAnErrorThatNamesTheDocument() throws IOException {
    searching(
        (searcher, filter) -> {
          float[] given = given(searcher);
          int[] documents = space(searcher, filter, "q").sample(DOCUMENTS, random.nextLong());
          int infinite = documents[0];
          given[infinite] = Float.POSITIVE_INFINITY;
          String id = searcher.ids(new int[] {infinite}).getFirst();
          SearchSpace space = space(searcher, filter, "q", raw(new GivenScores(given)));
          Exception e = assertThrows(IOException.class, () -> space.list(0, 5));
          assertTrue(String.valueOf(e.getMessage()).contains("got: Infinity"), e.toString());
          assertTrue(String.valueOf(e.getMessage()).contains(id), e.toString());
          e = assertThrows(IOException.class, () -> space.rows(documents).features());
          assertTrue(String.valueOf(e.getMessage()).contains(id), e.toString());
        });
  }

  @Test
  void denseListsAndValuesAreDotProductsAndSomeDocumentsHaveNone() throws IOException {
    searching(
        (searcher, filter) -> {
          float[] vector = {random.nextInt(-2, 3), 1, random.nextInt(-2, 3)};
          Feature dense = Feature.dense("dense", texts -> new float[][] {vector});
          SearchSpace space = space(searcher, filter, "q", dense);
          Map<Integer, Float> values = new HashMap<>();
          int[] all = space.sample(space.size(), 0);
          List<String> ids = space.ids(all);
          for (int i = 0; i < all.length; i++) {
            float[] of = vectors.get(ids.get(i));
            if (of != null) {
              float sum = 0;
              for (int j = 0; j < VECTOR; j++) {
                sum += vector[j] * of[j];
              }
              values.put(all[i], sum);
            }
          }
          assertTrue(values.size() < all.length);
          assertLists(space, 0, values);
          assertValues(space, 0, values);
          Feature none = Feature.dense("no such field", texts -> new float[][] {vector});
          SearchSpace nothing = space(searcher, filter, "q", none);
          assertLists(nothing, 0, Map.of());
          assertValues(nothing, 0, Map.of());
        });
  }

  @Test
  void bm25OfStopWordsMatchesNothingAndTheListIsFilledFromTheOther() throws IOException {
    searching(
        (searcher, filter) -> {
          Feature dense = Feature.dense("dense", texts -> new float[][] {{1, 2, 3}});
          Feature bm25 = Feature.bm25("text", new WhitespaceAnalyzer());
          SearchSpace space = space(searcher, filter, " ", bm25, dense);
          assertEquals(List.of("bm25", "dense"), space.features());
          assertArrayEquals(new int[0], space.list(0, 5));
          assertValues(space, 0, Map.of());
          int[] list = space.list(1, 20);
          assertArrayEquals(list, FirstStage.of(space, Feature.BM25, 20).documents());
          assertEquals(space.size(), FirstStage.hybrid(space, DOCUMENTS).documents().length);
        });
  }

  @Test
  void featuresHaveDifferentNames() throws IOException {
    searching(
        (searcher, filter) -> {
          Feature one = Feature.bm25("text", new WhitespaceAnalyzer());
          Exception e =
              assertThrows(
                  IllegalArgumentException.class, () -> space(searcher, filter, "q", one, one));
          assertEquals("features must have different names, twice: bm25", e.getMessage());
        });
  }

  /** Matches all documents with scores that are given. */
  private static final class GivenScores extends Query {

    private final float[] scores;

    GivenScores(float[] scores) {
      this.scores = scores;
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) {
      return new Weight(this) {
        @Override
        public Explanation explain(LeafReaderContext context, int doc) {
          return Explanation.match(scores[context.docBase + doc], "given");
        }

        @Override
        public boolean isCacheable(LeafReaderContext context) {
          return false;
        }

        @Override
        public ScorerSupplier scorerSupplier(LeafReaderContext context) {
          DocIdSetIterator all = DocIdSetIterator.all(context.reader().maxDoc());
          return new DefaultScorerSupplier(
              new Scorer() {
                @Override
                public int docID() {
                  return all.docID();
                }

                @Override
                public DocIdSetIterator iterator() {
                  return all;
                }

                @Override
                public float getMaxScore(int upTo) {
                  return Float.POSITIVE_INFINITY;
                }

                @Override
                public float score() {
                  return scores[context.docBase + docID()];
                }
              });
        }
      };
    }

    @Override
    public void visit(QueryVisitor visitor) {
      visitor.visitLeaf(this);
    }

    @Override
    public String toString(String field) {
      return "given scores";
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
