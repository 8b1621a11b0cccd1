package io.curlew.solr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.data.Document;
import io.curlew.lucene.rows.EngineScores;
import io.curlew.testing.models.WordModel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.solr.client.solrj.SolrQuery;
import org.apache.solr.client.solrj.SolrQuery.ORDER;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.util.NamedList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Searching a single core. */
class SingleCoreTest {

  private static final int DOCUMENTS = 1000;
  private static final WordModel MODEL = new WordModel(1);

  @TempDir static Path home;
  private static OneCore core;
  private static Samples samples;
  private static List<String> queries;
  private static Map<String, String> texts;

  @BeforeAll
  static void index() throws Exception {
    samples = Samples.wordNet(DOCUMENTS);
    queries = samples.queries(40);
    texts =
        samples.data.documents().stream()
            .collect(
                Collectors.toMap(Document::id, Document::text, (a, b) -> a, LinkedHashMap::new));
    core = OneCore.create(home, conf -> Samples.writeConfigset(conf, samples.anchors(1), 1));
    core.server.add(samples.documents().subList(0, 600));
    core.server.commit();
    core.server.add(samples.documents().subList(600, DOCUMENTS));
    core.server.commit();
  }

  @AfterAll
  static void close() throws Exception {
    core.close();
  }

  @AfterEach
  void fast() {
    WordModel.MICROS_PER_CALL.set(0);
  }

  private static SolrQuery cur(String text, String parameters) {
    return new SolrQuery("{!cur f=anchors " + parameters + " v=$text}").setParam("text", text);
  }

  private static SolrQuery rerank(String text, String firstPass, String parameters) {
    return new SolrQuery(firstPass)
        .setParam("rq", "{!curRerank f=anchors " + parameters + " v=$text}")
        .setParam("text", text);
  }

  private static QueryResponse ask(SolrQuery query) throws Exception {
    return core.server.query(query);
  }

  @Test
  void spendsTheBudgetAndNoMore() throws Exception {
    long before = WordModel.CALLS.get();
    QueryResponse response = ask(cur(queries.get(0), "budget=150 topK=50"));
    assertEquals(150, WordModel.CALLS.get() - before);
    assertEquals(150, Found.calls(response));
    assertEquals(50, response.getResults().getNumFound());
    NamedList<?> hits = (NamedList<?>) Found.trace(response).get("hits");
    for (int rank = 0; rank < 10; rank++) {
      String id = Found.ids(response).get(rank);
      NamedList<?> hit = (NamedList<?>) hits.get(id);
      float raw = ((Number) hit.get("score")).floatValue();
      assertEquals(EngineScores.of(raw), Found.score(response, rank), 1e-6);
      if (Boolean.TRUE.equals(hit.get("exact"))) {
        float exact = MODEL.score(List.of(queries.get(0)), List.of(Found.text(texts, id)))[0][0];
        assertEquals(exact, raw, 1e-6);
      }
    }
  }

  @Test
  void isExactWhereAllIsScored() throws Exception {
    QueryResponse response = ask(cur(queries.get(1), "budget=1000 topK=1000").setRows(1000));
    assertEquals(Found.exact(MODEL, queries.get(1), texts), Found.ids(response));
    assertEquals(1.0, Found.trace(response).get("expectedRecall"));
  }

  @Test
  void searchesWhatTheFiltersLetThrough() throws Exception {
    Map<String, String> shortOnes = new LinkedHashMap<>(texts);
    shortOnes.values().removeIf(text -> text.length() > 40);
    int n = shortOnes.size();
    assertTrue(n > 20 && n < 500, "filtered: " + n);
    QueryResponse response =
        ask(
            cur(queries.get(2), "budget=500 topK=20")
                .addFilterQuery("length_i:[* TO 40]")
                .setRows(20));
    assertEquals(Found.exact(MODEL, queries.get(2), shortOnes).subList(0, 20), Found.ids(response));
    assertEquals(n, Found.calls(response));
  }

  @Test
  void pagesAreOneRankingAndCostNothingMore() throws Exception {
    List<String> whole = Found.ids(ask(cur(queries.get(3), "budget=100").setRows(60)));
    long before = WordModel.CALLS.get();
    for (int start = 0; start < 60; start += 20) {
      QueryResponse page = ask(cur(queries.get(3), "budget=100").setStart(start).setRows(20));
      assertEquals(whole.subList(start, start + 20), Found.ids(page));
      assertEquals(true, Found.trace(page).get("cached"));
      assertEquals(0, Found.calls(page));
    }
    SolrQuery other = rerank(queries.get(3), "*:*", "reRankDocs=100 budget=30");
    List<String> reranked = Found.ids(ask(other.setRows(60)));
    assertEquals(30, WordModel.CALLS.get() - before);
    assertEquals(reranked.subList(30, 50), Found.ids(ask(other.setStart(30).setRows(20))));
    assertEquals(30, WordModel.CALLS.get() - before);
  }

  @Test
  void reranksTheFirstPass() throws Exception {
    SolrQuery first =
        new SolrQuery("text:(person genus plant small large used something act)")
            .setRows(1000)
            .setFields("id,score");
    QueryResponse firstPass = ask(first);
    List<String> ids = Found.ids(firstPass);
    assertTrue(ids.size() > 60, "first pass: " + ids.size());
    Map<String, String> top = new LinkedHashMap<>();
    ids.subList(0, 50).forEach(id -> top.put(id, Found.text(texts, id)));
    QueryResponse response =
        ask(
            rerank(
                    queries.get(4),
                    "text:(person genus plant small large used something act)",
                    "reRankDocs=50 budget=50")
                .setRows(60));
    List<String> expected = Found.exact(MODEL, queries.get(4), top);
    assertEquals(expected, Found.ids(response).subList(0, 50));
    float best =
        MODEL.score(List.of(queries.get(4)), List.of(Found.text(texts, expected.get(0))))[0][0];
    assertEquals(best, Found.score(response, 0), 1e-6);
    assertEquals(ids.subList(50, 60), Found.ids(response).subList(50, 60));
    for (int rank = 50; rank < 60; rank++) {
      assertEquals(
          EngineScores.below(Found.score(firstPass, rank)), Found.score(response, rank), 1e23);
    }
  }

  @Test
  void reranksWithinTheBudget() throws Exception {
    double recall = 0;
    for (String query : queries) {
      long before = WordModel.CALLS.get();
      QueryResponse response = ask(rerank(query, "*:*", "reRankDocs=1000 budget=100"));
      assertEquals(100, WordModel.CALLS.get() - before);
      Set<String> exact = new HashSet<>(Found.exact(MODEL, query, texts).subList(0, 10));
      recall += Found.ids(response).stream().filter(exact::contains).count() / 10.0;
    }
    recall /= queries.size();
    // the model is of rank 24: a quarter of the calls of first-stage ranks would find a tenth
    assertTrue(recall > 0.9, "recall@10: " + recall);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{!cur f=anchors budget=0 v=$text}          | budget must be at least 1, got: 0",
        "{!cur f=anchors budget=-3 v=$text}         | budget must be at least 1, got: -3",
        "{!cur f=anchors budget=many v=$text}       | budget must be a whole number, got: many",
        "{!cur f=anchors topK=0 v=$text}            | topK must be at least 1, got: 0",
        "{!cur f=anchors topK=1.5 v=$text}          | topK must be a whole number, got: 1.5",
        "{!cur f=anchors minRecall=0 v=$text}       | minRecall must be in (0, 1], got: 0.0",
        "{!cur f=anchors minRecall=1.1 v=$text}     | minRecall must be in (0, 1], got: 1.1",
        "{!cur f=anchors minRecall=NaN v=$text}     | minRecall must be in (0, 1], got: NaN",
        "{!cur f=anchors minRecall=x v=$text}       | minRecall must be a number, got: x",
        "{!cur f=text v=$text}                      | f must be a field of type CurVectorField,"
            + " got: text",
        "{!cur f=nothing v=$text}                   | f must be a field of type CurVectorField,"
            + " got: nothing",
        "{!cur v=$text}                             | f must name an anchor field, got: none",
        "{!cur f=anchors v=$blank}                  | query must not be blank, got: \" \"",
        "{!cur f=anchors}                           | query must not be blank, got: \"\"",
      })
  void refusesAParameter(String q, String message) {
    SolrQuery query = new SolrQuery(q).setParam("text", "birds").setParam("blank", " ");
    SolrException e = assertThrows(SolrException.class, () -> ask(query));
    assertEquals(400, e.code());
    assertTrue(Found.message(e).contains(message), Found.message(e));
    String rq = q.replace("{!cur ", "{!curRerank ").replace("topK", "reRankDocs");
    SolrQuery ranked = new SolrQuery("*:*").setParam("rq", rq);
    ranked.setParam("text", "birds").setParam("blank", " ");
    SolrException other = assertThrows(SolrException.class, () -> ask(ranked));
    assertEquals(400, other.code());
    assertTrue(
        Found.message(other).contains(message.replace("topK", "reRankDocs")), Found.message(other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/select | cur.hits.0 | AAAA   | cur.hits.N must be a result that a node has handed out",
        "/select | cur.hits.0 | no 64  | cur.hits.N must be a result that a node has handed out",
        "/cur    | cur.plan   | 7      | cur.plan must be one of the 1 searches of the request",
        "/cur    | cur.question | AAAA | version of a shard's question must be 1, got: 0",
        "/cur    | cur.question | AQ== | a shard's question must have as many bytes as it says",
        "/cur    | cur.question | ''   | a shard's question must have as many bytes as it says",
      })
  void refusesADamagedMessageOfANode(String path, String name, String value, String message) {
    SolrQuery query = cur("birds", "budget=5").setParam("isShard", true).setParam(name, value);
    query.setRequestHandler(path);
    SolrException e = assertThrows(SolrException.class, () -> ask(query));
    assertEquals(400, e.code());
    assertTrue(Found.message(e).contains(message), Found.message(e));
  }

  @Test
  void refusesASortThatIsNotByScore() throws Exception {
    for (String sort : List.of("length_i asc", "score asc")) {
      SolrQuery query = rerank("birds", "*:*", "budget=10").setParam("sort", sort);
      SolrException e = assertThrows(SolrException.class, () -> ask(query));
      assertEquals(400, e.code());
      assertTrue(Found.message(e).contains("must begin with score desc"), Found.message(e));
      assertTrue(Found.message(e).contains(sort), Found.message(e));
    }
    assertEquals(
        Found.ids(ask(rerank("birds", "*:*", "budget=10"))),
        Found.ids(ask(rerank("birds", "*:*", "budget=10").setParam("sort", "score desc, id asc"))));
  }

  @Test
  void sortsFiltersAndCountsTheHits() throws Exception {
    SolrQuery query = cur(queries.get(5), "budget=100 topK=30").setRows(30);
    Set<String> best = new HashSet<>(Found.ids(ask(query)));
    QueryResponse sorted = ask(query.getCopy().setSort("length_i", ORDER.asc));
    assertEquals(best, new HashSet<>(Found.ids(sorted)));
    int last = 0;
    for (String id : Found.ids(sorted)) {
      assertTrue(Found.text(texts, id).length() >= last);
      last = Found.text(texts, id).length();
    }
    QueryResponse facets = ask(query.getCopy().setFacet(true).addFacetField("letter_s"));
    assertEquals(
        30,
        facets.getFacetField("letter_s").getValues().stream().mapToLong(c -> c.getCount()).sum());
    QueryResponse filtered =
        ask(
            new SolrQuery("*:*")
                .setRows(50)
                .addFilterQuery(query.getQuery())
                .setParam("text", queries.get(5)));
    assertEquals(best, new HashSet<>(Found.ids(filtered)));
    QueryResponse either =
        ask(
            new SolrQuery("{!bool should=$a should=id:nothing}")
                .setRows(50)
                .setParam("a", query.getQuery())
                .setParam("text", queries.get(5)));
    assertEquals(best, new HashSet<>(Found.ids(either)));
  }

  @Test
  void explainsWithoutFurtherCalls() throws Exception {
    for (SolrQuery query :
        List.of(
            cur(queries.get(6), "budget=40 topK=100"),
            rerank(
                queries.get(6),
                "text:(person genus plant small large used something act)",
                "reRankDocs=50 budget=20"))) {
      long before = WordModel.CALLS.get();
      QueryResponse response = ask(query.setRows(60).setParam("debugQuery", "true"));
      assertEquals(Found.calls(response), WordModel.CALLS.get() - before);
      boolean estimated = false;
      for (int rank = 0; rank < response.getResults().size(); rank++) {
        String explained = explanation(response, rank);
        float score = Found.score(response, rank);
        float value = Float.parseFloat(explained.strip().split(" ", 2)[0]);
        assertEquals(score, value, 1e-6 * Math.max(1, Math.abs(score)), explained);
        estimated |= explained.contains("estimate, the model was not called");
      }
      assertTrue(estimated);
      assertTrue(explanation(response, 0).contains("of anchor "));
    }
  }

  private static String explanation(QueryResponse response, int rank) {
    return String.valueOf(response.getExplainMap().get(Found.ids(response).get(rank)));
  }

  @Test
  void stopsAtTheDeadline() throws Exception {
    WordModel.MICROS_PER_CALL.set(4_000);
    for (SolrQuery query :
        List.of(
            cur(queries.get(7), "budget=1000 topK=100"),
            rerank(queries.get(7), "*:*", "budget=1000"))) {
      long start = System.nanoTime();
      QueryResponse response = ask(query.setTimeAllowed(1500));
      double millis = (System.nanoTime() - start) / 1e6;
      assertTrue(millis < 2000, "took " + millis);
      assertEquals(true, Found.trace(response).get("deadlineHit"));
      assertEquals(true, response.getHeader().get("partialResults"));
      assertTrue(Found.calls(response) < 1000, "calls: " + Found.calls(response));
      assertEquals(10, response.getResults().size());
    }
    WordModel.MICROS_PER_CALL.set(0);
    QueryResponse again = ask(cur(queries.get(7), "budget=1000 topK=100"));
    assertEquals(1000, Found.calls(again), "what a deadline cut short is not kept");
  }

  @Test
  void stopsWhenEnoughIsExpectedToBeFound() throws Exception {
    QueryResponse response = ask(cur(queries.get(8), "budget=900 topK=10 minRecall=0.9"));
    assertEquals("recall", Found.trace(response).get("stop"));
    assertTrue(Found.calls(response) < 900, "calls: " + Found.calls(response));
  }

  @Test
  void aQueryWithoutAMatchInTheFirstStageIsAnswered() throws Exception {
    QueryResponse response = ask(cur("the of", "budget=50 topK=10"));
    assertEquals(10, response.getResults().size());
    assertEquals(50, Found.calls(response));
  }

  @Test
  void aFailingModelIsAnErrorOfTheServer() {
    for (SolrQuery query :
        Stream.of(cur(WordModel.FAILS, "budget=5"), rerank(WordModel.FAILS, "*:*", "budget=5"))
            .toList()) {
      SolrException e = assertThrows(SolrException.class, () -> ask(query));
      assertEquals(500, e.code());
      assertTrue(Found.message(e).contains("model words-1 failed: cannot score"), Found.message(e));
    }
  }

  @Test
  void theSameIndexGivesTheSameRanking() throws Exception {
    SolrQuery query = cur(queries.get(9), "budget=120 topK=100").setRows(100);
    List<String> once = Found.ids(ask(query));
    core.container.reload(OneCore.NAME);
    QueryResponse again = ask(query);
    assertFalse((Boolean) Found.trace(again).get("cached"));
    assertEquals(once, Found.ids(again));
  }
}
