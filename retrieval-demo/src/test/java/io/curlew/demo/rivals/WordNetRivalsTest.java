package io.curlew.demo.rivals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.ExactSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.RerankSearch;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.data.TextQuery;
import io.curlew.demo.Curlew;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Datasets;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What rivals that are fitted to an index find in a little of WordNet with the real model. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WordNetRivalsTest {

  private static final int DOCUMENTS = 500;
  private static final int QUERIES = 40;
  private static final int LIST = 20;
  private static final int TOP = 10;
  private static final int SIZE = 384; // of features
  private static final int TOKENS = 2000;

  private CurlewIndex index;
  private List<String> queries;

  @BeforeAll
  void makeIndex(@TempDir Path directory) throws IOException {
    String at = directory.resolve("index").toString();
    String documents = Integer.toString(DOCUMENTS);
    assertEquals(
        0,
        Curlew.run(
            "index",
            "--dataset",
            "wordnet",
            "--documents",
            documents,
            "--anchors",
            "50",
            "--index",
            at));
    index = CurlewIndex.open(Path.of(at));
    queries =
        Datasets.open("wordnet", documents, 42).testQueries().stream()
            .map(TextQuery::text)
            .distinct()
            .limit(QUERIES)
            .toList();
  }

  @AfterAll
  void closeIndex() throws IOException {
    index.close();
  }

  private List<String> found(SearchMethod method, String query, int k, int budget)
      throws IOException {
    return index
        .searcher()
        .search(method, index.features(), index.model(), SearchRequest.of(query, k, budget))
        .hits()
        .stream()
        .map(Hit::id)
        .toList();
  }

  /** The share of the exact top that is among the hits of a method. */
  private double recall(SearchMethod method) throws IOException {
    int found = 0;
    for (String query : queries) {
      Set<String> exact = new HashSet<>(found(new ExactSearch(), query, TOP, DOCUMENTS));
      exact.retainAll(found(method, query, TOP, LIST));
      found += exact.size();
    }
    return found / (double) (queries.size() * TOP);
  }

  @Test
  void vectorsLearnedOfLateInteractionFindMoreOfItThanDenseOnes() throws IOException {
    LemurSearch lemur = LemurSearch.fit(index, SIZE, TOKENS, 42);
    assertEquals(DOCUMENTS, lemur.fittingCalls());
    double found = recall(lemur);
    double dense = recall(new RerankSearch(Feature.DENSE));
    assertTrue(found > dense + 0.01, found + " and " + dense);
  }

  @Test
  void factorsOfScoresFindMoreThanTheDenseList() throws IOException {
    FactorSearch factors =
        FactorSearch.fit(index, new DenseVectors(index), index.model(), index.queryEmbedder(), 42);
    double found = recall(factors);
    double dense = recall(new RerankSearch(Feature.DENSE));
    assertTrue(found > dense + 0.01, found + " and " + dense);
  }
}
