package io.curlew.opensearch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.lucene.rows.EngineScores;
import io.curlew.testing.models.WordModel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Searching on one node, over HTTP. */
class OneNodeTest {

  private static final int DOCUMENTS = 1000;
  private static final WordModel MODEL = new WordModel(1);

  @TempDir static Path directory;
  private static Cluster cluster;
  private static List<String> queries;
  private static Map<String, String> texts;

  @BeforeAll
  static void index() throws Exception {
    Samples samples = Samples.wordNet(DOCUMENTS);
    queries = samples.queries(40);
    texts = samples.texts();
    cluster =
        Cluster.start(
            directory, 1, samples.anchors(1, RowEncoding.int8()), WordModel.Factory.class);
    cluster.createIndex("senses", 1, 0);
    cluster.bulk("senses", samples.documents()).ok();
  }

  @AfterAll
  static void close() throws Exception {
    cluster.close();
  }

  @AfterEach
  void fast() {
    WordModel.MICROS_PER_CALL.set(0);
  }

  private static Cluster.Answer ask(String text, Map<String, Object> parameters) throws Exception {
    return cluster.post("/senses/_search", Found.request(text, parameters));
  }

  @Test
  void spendsTheBudgetAndNoMore() throws Exception {
    long before = WordModel.CALLS.get();
    Cluster.Answer answer = ask(queries.get(0), Map.of("budget", 150, "k", 50));
    assertEquals(150, WordModel.CALLS.get() - before);
    assertEquals(150, Found.calls(answer));
    assertEquals(50, answer.body().path("hits").path("total").path("value").asInt());
    JsonNode hits = Found.trace(answer).path("hits");
    for (int rank = 0; rank < 10; rank++) {
      String id = Found.ids(answer).get(rank);
      JsonNode hit = hits.path(id);
      float raw = (float) hit.path("score").asDouble();
      assertEquals(EngineScores.of(raw), Found.scores(answer).get(rank), 1e-5);
      if (hit.path("exact").asBoolean()) {
        float exact = MODEL.score(List.of(queries.get(0)), List.of(Found.get(texts, id)))[0][0];
        assertEquals(exact, raw, 1e-6);
      }
    }
  }

  @Test
  void isExactWhereAllIsScored() throws Exception {
    Map<String, Object> request =
        Found.request(queries.get(1), Map.of("budget", DOCUMENTS, "k", DOCUMENTS));
    request.put("size", DOCUMENTS);
    Cluster.Answer answer = cluster.post("/senses/_search", request);
    assertEquals(Found.exact(MODEL, queries.get(1), texts), Found.ids(answer));
    assertEquals(1.0, Found.trace(answer).path("expected_recall").asDouble());
    assertTrue(Found.trace(answer).path("shard_requests").get(0).asInt() > 0);
  }

  @Test
  void searchesWhatItsFilterLetsThrough() throws Exception {
    Map<String, String> shortOnes = new LinkedHashMap<>(texts);
    shortOnes.values().removeIf(text -> text.length() > 40);
    int n = shortOnes.size();
    assertTrue(n > 20 && n < 500, "filtered: " + n);
    Map<String, Object> filter = Map.of("range", Map.of("length", Map.of("lte", 40)));
    Map<String, Object> request =
        Found.request(queries.get(2), Map.of("budget", 500, "k", 20, "filter", filter));
    request.put("size", 20);
    long before = WordModel.CALLS.get();
    Cluster.Answer answer = cluster.post("/senses/_search", request);
    assertEquals(n, WordModel.CALLS.get() - before, "all that the filter lets through");
    assertEquals(Found.exact(MODEL, queries.get(2), shortOnes).subList(0, 20), Found.ids(answer));
  }

  @Test
  void isAQueryAmongOthers() throws Exception {
    Map<String, Object> cur = Map.of("curlew", Found.cur(queries.get(3), Map.of("k", 30)));
    Map<String, Object> request = new HashMap<>();
    request.put("query", cur);
    request.put("size", 30);
    List<String> best = Found.ids(cluster.post("/senses/_search", request));
    assertEquals(30, best.size());

    // beside a filter: what it lets through of the hits; the search is not run again
    long before = WordModel.CALLS.get();
    Map<String, Object> shortOnes = Map.of("range", Map.of("length", Map.of("lte", 60)));
    request.put("query", Map.of("bool", Map.of("must", cur, "filter", shortOnes)));
    List<String> some = best.stream().filter(id -> Found.get(texts, id).length() <= 60).toList();
    assertTrue(!some.isEmpty() && some.size() < 30, "some: " + some.size());
    assertEquals(some, Found.ids(cluster.post("/senses/_search", request)));

    // aggregated, sorted, from the tenth on
    request.put("query", cur);
    request.put("aggs", Map.of("letters", Map.of("terms", Map.of("field", "letter"))));
    request.put("sort", List.of(Map.of("length", "desc"), Map.of("_score", "desc")));
    Cluster.Answer sorted = cluster.post("/senses/_search", request);
    int counted = 0;
    for (JsonNode bucket : sorted.body().path("aggregations").path("letters").path("buckets")) {
      counted += bucket.path("doc_count").asInt();
    }
    assertEquals(
        30,
        counted
            + sorted
                .body()
                .path("aggregations")
                .path("letters")
                .path("sum_other_doc_count")
                .asInt());
    List<JsonNode> hits = Found.hits(sorted);
    for (int i = 1; i < hits.size(); i++) {
      assertTrue(
          Found.get(texts, hits.get(i - 1).path("_id").asText()).length()
              >= Found.get(texts, hits.get(i).path("_id").asText()).length());
    }
    assertEquals(new HashSet<>(best), new HashSet<>(Found.ids(sorted)));
    request.put("search_after", hits.get(9).path("sort"));
    request.remove("aggs");
    assertEquals(
        Found.ids(sorted).subList(10, 30), Found.ids(cluster.post("/senses/_search", request)));
    assertEquals(before, WordModel.CALLS.get(), "the same search, whatever is made of it");

    // a clause of several
    Map<String, Object> other = Map.of("match", Map.of("text", "bird"));
    request.keySet().removeAll(List.of("search_after", "sort"));
    request.put("query", Map.of("bool", Map.of("should", List.of(cur, other))));
    request.put("size", 1000);
    assertTrue(Found.ids(cluster.post("/senses/_search", request)).containsAll(best));
    assertEquals(
        30, cluster.post("/senses/_count", Map.of("query", cur)).ok().body().path("count").asInt());
  }

  @Test
  void pagesAreOneRankingAndCostNothingMore() throws Exception {
    Map<String, Object> request = Found.request(queries.get(4), Map.of("budget", 100));
    request.put("size", 60);
    List<String> whole = Found.ids(cluster.post("/senses/_search", request));
    long before = WordModel.CALLS.get();
    for (int from = 0; from < 60; from += 15) {
      request.put("size", 15);
      request.put("from", from);
      Cluster.Answer page = cluster.post("/senses/_search", request);
      assertEquals(whole.subList(from, from + 15), Found.ids(page));
      assertEquals(15, Found.trace(page).path("hits").size());
      assertTrue(Found.trace(page).path("cached").asBoolean());
    }
    assertEquals(before, WordModel.CALLS.get());
  }

  @Test
  void explainsHighlightsAndProfilesWithoutFurtherCalls() throws Exception {
    Map<String, Object> request =
        Found.request("a small bird of the shore", Map.of("budget", 40, "k", 100));
    request.put("size", 60);
    request.put("explain", true);
    request.put("profile", true);
    request.put("highlight", Map.of("fields", Map.of("text", Map.of())));
    long before = WordModel.CALLS.get();
    Cluster.Answer answer = cluster.post("/senses/_search", request);
    assertEquals(40, WordModel.CALLS.get() - before);
    boolean estimated = false;
    boolean exact = false;
    int marked = 0;
    for (JsonNode hit : Found.hits(answer)) {
      JsonNode explanation = hit.path("_explanation");
      assertEquals(hit.path("_score").asDouble(), explanation.path("value").asDouble(), 1e-6);
      String text = explanation.toString();
      estimated |= text.contains("estimate, the model was not called");
      exact |= text.contains("exact score, from the model in round");
      marked += hit.path("highlight").path("text").size();
      assertTrue(text.contains("of anchor "), text);
    }
    assertTrue(estimated && exact);
    assertTrue(marked > 0, "words of the query must be marked");
    assertTrue(answer.body().path("profile").toString().contains("ShardHitsQuery"));
  }

  @Test
  void explainsOneDocument() throws Exception {
    Map<String, Object> request = Found.request(queries.get(6), Map.of("budget", 60));
    String best = Found.ids(cluster.post("/senses/_search", request)).getFirst();
    request.remove("_source");
    Cluster.Answer answer = cluster.post("/senses/_explain/" + best, request).ok();
    assertTrue(answer.body().path("matched").asBoolean(), answer.body().toString());
  }

  @Test
  void severalSearchesOfOneRequestHaveABudgetEach() throws Exception {
    Map<String, Object> one = Map.of("curlew", Found.cur(queries.get(7), Map.of("budget", 30)));
    Map<String, Object> two = Map.of("curlew", Found.cur(queries.get(8), Map.of("budget", 40)));
    long before = WordModel.CALLS.get();
    Cluster.Answer answer =
        cluster.post(
            "/senses/_search",
            Map.of("query", Map.of("bool", Map.of("should", List.of(one, two)))));
    assertEquals(70, WordModel.CALLS.get() - before);
    assertEquals(2, answer.ok().body().path("ext").path("curlew").size());
  }

  @Test
  void featuresAndFirstStageAreAnyQueries() throws Exception {
    Map<String, Object> words = Map.of("match", Map.of("text", queries.get(9)));
    Map<String, Object> prefix = Map.of("prefix", Map.of("letter", "a"));
    for (Map<String, Object> parameters :
        List.<Map<String, Object>>of(
            Map.of("first_stage", words),
            Map.of("features", Map.of("bm25", words, "letter", prefix)),
            Map.of("features", Map.of("letter", prefix), "first_stage", words))) {
      Map<String, Object> all = new HashMap<>(parameters);
      all.put("budget", 80);
      Cluster.Answer answer = ask(queries.get(9), all);
      assertEquals(80, Found.calls(answer));
      assertEquals(10, Found.ids(answer).size());
    }
  }

  @ParameterizedTest
  @CsvSource({"adaptive,60", "rerank,60", "fixed,60", "latent,0"})
  void everyMethodKeepsItsBudget(String method, int calls) throws Exception {
    long before = WordModel.CALLS.get();
    Cluster.Answer answer = ask(queries.get(10), Map.of("budget", 60, "method", method));
    assertEquals(10, Found.ids(answer).size());
    assertEquals(calls, WordModel.CALLS.get() - before);
  }

  @Test
  void stopsAtTheTimeout() throws Exception {
    WordModel.MICROS_PER_CALL.set(4_000);
    Map<String, Object> request = Found.request(queries.get(11), Map.of("budget", 1000));
    request.put("timeout", "1500ms");
    long start = System.nanoTime();
    Cluster.Answer answer = cluster.post("/senses/_search", request);
    double millis = (System.nanoTime() - start) / 1e6;
    assertTrue(millis < 2500, "took " + millis);
    assertEquals("timeout", Found.trace(answer).path("stop").asText());
    assertTrue(answer.body().path("timed_out").asBoolean());
    assertEquals(10, Found.ids(answer).size());
    WordModel.MICROS_PER_CALL.set(0);
    request.remove("timeout");
    assertEquals(
        1000,
        Found.calls(cluster.post("/senses/_search", request)),
        "what a timeout cut short is not kept");
  }

  @Test
  void stopsWhenEnoughIsExpectedToBeFound() throws Exception {
    Cluster.Answer answer = ask(queries.get(12), Map.of("budget", 900, "k", 10, "min_recall", 0.9));
    assertEquals("recall", Found.trace(answer).path("stop").asText());
    assertTrue(Found.calls(answer) < 900, "calls: " + Found.calls(answer));
  }

  @Test
  void aQueryWithoutAMatchInTheFirstStageIsAnswered() throws Exception {
    Cluster.Answer answer = ask("qqq zzz", Map.of("budget", 50, "k", 10));
    assertEquals(10, Found.ids(answer).size());
    assertEquals(50, Found.calls(answer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"budget\": 0}|budget must be at least 1, got: 0",
        "{\"budget\": \"x\"}|budget must be a number, got: x",
        "{\"budget\": []}|budget must be a number, got: an array",
        "{\"budget\": null}|budget must be a number, got: null",
        "{\"field\": {}}|field must be text, got: an object",
        "{\"query\": null}|query must be text, got: null",
        "{\"method\": [\"latent\"]}|method must be text, got: an array",
        "{\"features\": [1]}|features must be queries by name, got: an array",
        "{\"budget\": 1.5}|budget must be a whole number, got: 1.5",
        "{\"budget\": 1001}|budget must be at most 1000",
        "{\"window\": 0}|window must be at least 1, got: 0",
        "{\"k\": 0}|k must be at least 1, got: 0",
        "{\"min_recall\": 2}|min_recall must be in (0, 1], got: 2",
        "{\"method\": \"best\"}|method must be one of adaptive, latent, fixed, rerank, got: best",
        "{\"query\": \" \"}|query must not be blank",
        "{\"field\": \"text\"}|field must be of type anchor_row in every index, got:",
        "{\"budgets\": 1}|parameter must be one of",
        "{\"first_stage\": 1}|first_stage must be a query, got: 1",
        "{\"profile\": true}|profile must have been learned",
      })
  void parametersOutOfRangeAreRefused(String wrong, String rule) throws Exception {
    Map<String, Object> query = new HashMap<>(Found.cur("birds", Map.of()));
    query.putAll(Cluster.parse(wrong));
    long before = WordModel.CALLS.get();
    Cluster.Answer answer =
        cluster.post("/senses/_search", Map.of("query", Map.of("curlew", query)));
    assertEquals(400, answer.status(), answer.body().toString());
    assertTrue(answer.error().contains(rule), answer.error());
    assertEquals(before, WordModel.CALLS.get());
  }

  @Test
  void theCeilingOfBudgetsCanBeChanged() throws Exception {
    cluster.put("/_cluster/settings", Map.of("transient", Map.of("curlew.max_budget", 20))).ok();
    Cluster.Answer answer = ask(queries.get(13), Map.of("budget", 21));
    assertEquals(400, answer.status());
    assertTrue(answer.error().contains("budget must be at most 20"), answer.error());
    Map<String, Object> none = new HashMap<>();
    none.put("curlew.max_budget", null);
    cluster.put("/_cluster/settings", Map.of("transient", none)).ok();
    assertEquals(21, Found.calls(ask(queries.get(13), Map.of("budget", 21))));
  }

  @Test
  void aFailingModelIsAnErrorOfTheServer() throws Exception {
    Cluster.Answer answer = ask(WordModel.FAILS, Map.of("budget", 5));
    assertEquals(500, answer.status());
    assertTrue(answer.error().contains("cannot score"), answer.error());
  }

  @Test
  void aNegativeWindowOfARescorerIsRefused() throws Exception {
    Map<String, Object> rescore =
        Map.of("window_size", -1, "curlew", Found.cur("birds", Map.of("budget", 5)));
    Map<String, Object> words = Map.of("match", Map.of("text", "bird"));
    Cluster.Answer answer =
        cluster.post("/senses/_search", Map.of("query", words, "rescore", rescore));
    assertEquals(400, answer.status(), answer.body().toString());
    assertTrue(answer.error().contains("window_size must be at least 0, got: -1"), answer.error());
  }

  @Test
  void aTermOfRowsIsRefused() throws Exception {
    Cluster.Answer answer =
        cluster.post("/senses/_search", "{\"query\":{\"term\":{\"anchors\":\"x\"}}}");
    assertEquals(400, answer.status());
    assertTrue(answer.error().contains("must be searched by a curlew query"), answer.error());
  }
}
