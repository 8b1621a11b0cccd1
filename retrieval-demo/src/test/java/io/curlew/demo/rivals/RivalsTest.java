package io.curlew.demo.rivals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.ExactSearch;
import io.curlew.cur.FirstStage;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.model.InteractionModel;
import io.curlew.demo.Curlew;
import io.curlew.demo.SmallDataset;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What every rival keeps, on a small index and the real model. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RivalsTest {

  private static final List<String> QUERIES = List.of("stone garden in winter", "an old harbour");
  private static final int DOCUMENTS = SmallDataset.DOCUMENTS;

  private CurlewIndex index;
  private FeedbackTraining.Trained trained;
  private FactorSearch factors;
  private LemurSearch lemur;
  private DenseFit axn;

  @BeforeAll
  void makeIndex(@TempDir Path directory) throws IOException {
    Path data = SmallDataset.write(directory.resolve("data"));
    String at = directory.resolve("index").toString();
    String[] indexing = {
      "index", "--dataset", data.toString(), "--index", at, "--anchors", "12", "--no-bytes"
    };
    assertEquals(0, Curlew.run(indexing));
    index = CurlewIndex.open(Path.of(at));
    DenseVectors vectors = new DenseVectors(index);
    trained = FeedbackTraining.train(index, vectors, index.model());
    factors = FactorSearch.fit(index, vectors, index.model(), index.queryEmbedder(), 42);
    lemur = lemur();
    axn = DenseFit.of(index, vectors);
  }

  @AfterAll
  void closeIndex() throws IOException {
    index.close();
  }

  private LemurSearch lemur() throws IOException {
    return LemurSearch.fit(index, /* size= */ 64, /* tokenCount= */ 256, /* seed= */ 42);
  }

  private Map<String, SearchMethod> rivals() {
    DenseVectors vectors = new DenseVectors(index);
    Map<String, SearchMethod> rivals = new LinkedHashMap<>();
    rivals.put("rerank-rrf", new ListRerank(FirstLists::reciprocalRanks));
    rivals.put("rerank-latent", new ListRerank(FirstLists::latent));
    rivals.put("gar-bm25", new GraphRerank(CorpusGraph.byWords(index)));
    rivals.put("gar-dense", new GraphRerank(CorpusGraph.byVectors(vectors)));
    rivals.put("bagel", new GaussianProcessSearch(vectors, index.queryEmbedder()));
    rivals.put("qdrant", new FeedbackSearch(trained.formula(), vectors, index.queryEmbedder()));
    rivals.put(
        "qdrant, untrained",
        new FeedbackSearch(FeedbackFormula.UNTRAINED, vectors, index.queryEmbedder()));
    rivals.put("adaptive-published", round(AnchorFits.pseudoInverse()));
    rivals.put("axn", round(axn));
    rivals.put("axn-mf", factors);
    rivals.put("lemur", lemur);
    return rivals;
  }

  private static RoundSearch round(RoundSearch.Fit fit) {
    return new RoundSearch(
        /* rounds= */ 5, (space, n) -> FirstStage.of(space, Feature.DENSE, n).documents(), fit);
  }

  private SearchResult search(SearchMethod method, InteractionModel model, SearchRequest request)
      throws IOException {
    return index.searcher().search(method, index.features(), model, request);
  }

  @Test
  void theBudgetIsSpentAndKeptAndNoDocumentIsScoredTwice() throws IOException {
    for (Map.Entry<String, SearchMethod> rival : rivals().entrySet()) {
      for (int budget : new int[] {1, 2, 5, 9, 17, 40, 63, 64, 1000}) {
        for (int k : new int[] {1, 10, 100}) {
          String what = rival.getKey() + ", budget " + budget + ", k " + k;
          Counting model = new Counting(index.model());
          SearchRequest request = SearchRequest.of(QUERIES.getFirst(), k, budget);
          SearchResult result = search(rival.getValue(), model, request);
          assertEquals(Math.min(budget, DOCUMENTS), result.calls(), what);
          assertEquals(result.calls(), model.scored.size(), what);
          assertEquals(model.scored.size(), new HashSet<>(model.scored).size(), what);
          List<String> ids = result.hits().stream().map(Hit::id).toList();
          assertEquals(Math.min(k, DOCUMENTS), ids.size(), what);
          assertEquals(ids.size(), new HashSet<>(ids).size(), what);
          assertEquals(SearchResult.Stop.BUDGET, result.stop(), what);
        }
      }
    }
  }

  @Test
  void withCallsForAllDocumentsTheRankingIsTheExactOne() throws IOException {
    for (String query : QUERIES) {
      SearchRequest request = SearchRequest.of(query, DOCUMENTS, DOCUMENTS);
      Map<String, Float> exact = scores(search(new ExactSearch(), index.model(), request));
      for (Map.Entry<String, SearchMethod> rival : rivals().entrySet()) {
        Map<String, Float> found = scores(search(rival.getValue(), index.model(), request));
        assertEquals(exact, found, rival.getKey());
        assertEquals(List.copyOf(exact.values()), List.copyOf(found.values()), rival.getKey());
      }
    }
  }

  private static Map<String, Float> scores(SearchResult result) {
    Map<String, Float> scores = new LinkedHashMap<>();
    result.hits().forEach(hit -> scores.put(hit.id(), hit.score()));
    return scores;
  }

  @Test
  void theSameIsFoundAgainWhateverWasAskedBefore() throws IOException {
    Map<String, SearchMethod> again = rivals();
    for (Map.Entry<String, SearchMethod> once : rivals().entrySet()) {
      SearchMethod other = Objects.requireNonNull(again.get(once.getKey()));
      for (int budget : new int[] {3, 20, 40}) {
        for (String query : QUERIES) {
          SearchRequest request = SearchRequest.of(query, DOCUMENTS, budget);
          assertEquals(
              search(once.getValue(), index.model(), request).hits(),
              search(other, index.model(), request).hits(),
              once.getKey());
        }
      }
    }
  }

  @Test
  void aSearchWhoseTimeIsOverSaysSo() throws IOException {
    SearchRequest request =
        SearchRequest.of(QUERIES.getFirst(), 10, 20).withTimeout(Duration.ofNanos(1));
    for (Map.Entry<String, SearchMethod> rival : rivals().entrySet()) {
      SearchResult result = search(rival.getValue(), new Slow(index.model()), request);
      assertFalse(result.complete(), rival.getKey());
      assertTrue(result.calls() <= 20, rival.getKey());
    }
  }

  @Test
  void theSameSeedFitsTheSame() throws IOException {
    SearchRequest request = SearchRequest.of(QUERIES.getFirst(), DOCUMENTS, 5);
    assertEquals(
        search(lemur, index.model(), request).hits(),
        search(lemur(), index.model(), request).hits());
    FactorSearch again =
        FactorSearch.fit(
            index, new DenseVectors(index), index.model(), index.queryEmbedder(), /* seed= */ 42);
    assertEquals(
        search(factors, index.model(), request).hits(),
        search(again, index.model(), request).hits());
  }

  @Test
  void trainedOnAnchorQueries() {
    assertTrue(trained.formula().unit() > 0, trained.toString());
    assertEquals(0, trained.calls());
  }

  @Test
  void callsToFitAreCounted() throws IOException {
    DenseVectors vectors = new DenseVectors(index);
    Counting model = new Counting(index.model());
    FactorSearch fitted =
        FactorSearch.fit(index, vectors, model, index.queryEmbedder(), /* seed= */ 1);
    assertEquals(model.scored.size(), fitted.fittingCalls());
    assertEquals(DOCUMENTS, lemur.fittingCalls());
    assertTrue(fitted.fittingCalls() > 12 * 50, "more than the heads of 12 lists");
    TrainingScores heads = TrainingScores.called(index, vectors, index.model(), 50, 0, 1);
    TrainingScores known = TrainingScores.ofRows(index, vectors, 50);
    assertEquals(12 * 50, heads.calls());
    for (int q = 0; q < 12; q++) { // the index's rows hold them but for an offset
      float[] called = heads.queries().get(q).scores();
      float[] read = known.queries().get(q).scores();
      assertEquals(called[0] - called[49], read[0] - read[49], 1e-5f);
    }
  }

  @Test
  void neighboursAreTheNearestWithoutTheDocumentItself() throws IOException {
    DenseVectors vectors = new DenseVectors(index);
    int[] documents = index.searcher().documents();
    int dimension = index.queryEmbedder().embed(QUERIES)[0].length;
    for (CorpusGraph graph : List.of(CorpusGraph.byWords(index), CorpusGraph.byVectors(vectors))) {
      for (int document : documents) {
        int[] neighbours = graph.of(document);
        assertTrue(neighbours.length > 0 && neighbours.length <= CorpusGraph.NEIGHBOURS);
        Map<Integer, Boolean> seen = new LinkedHashMap<>();
        for (int neighbour : neighbours) {
          assertTrue(neighbour != document && seen.put(neighbour, true) == null);
        }
      }
    }
    int[] backwards = {documents[40], documents[3], documents[40]};
    float[][] read = vectors.of(backwards, dimension);
    assertEquals(dimension, read[0].length);
    assertEquals(List.of(box(read[0])), List.of(box(read[2])));
    assertEquals(backwards[1], vectors.nearest(read[1], 1)[0]);
  }

  private static List<Float> box(float[] values) {
    List<Float> boxed = new ArrayList<>();
    for (float value : values) {
      boxed.add(value);
    }
    return boxed;
  }

  /** Takes longer for a call than a search looks at its clock for the first time. */
  private record Slow(InteractionModel model) implements InteractionModel {

    @Override
    public String fingerprint() {
      return model.fingerprint();
    }

    @Override
    public float[][] score(List<String> queries, List<String> documents) {
      LockSupport.parkNanos(50_000_000);
      return model.score(queries, documents);
    }

    @Override
    public void close() {}
  }

  /** Notes the texts that it is asked to score. */
  private static final class Counting implements InteractionModel {

    private final InteractionModel model;
    private final List<String> scored = new ArrayList<>();

    Counting(InteractionModel model) {
      this.model = model;
    }

    @Override
    public String fingerprint() {
      return model.fingerprint();
    }

    @Override
    public float[][] score(List<String> queries, List<String> documents) {
      scored.addAll(documents);
      return model.score(queries, documents);
    }

    @Override
    public void close() {}
  }
}
