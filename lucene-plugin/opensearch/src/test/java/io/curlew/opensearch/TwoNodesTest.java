package io.curlew.opensearch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
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
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes, two shards, a replica of each, over HTTP. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoNodesTest {

  private static final int DOCUMENTS = 600;
  private static final WordModel MODEL = new WordModel(1);

  @TempDir static Path directory;
  private static Cluster cluster;
  private static AnchorSet anchors;
  private static List<String> queries;
  private static Map<String, String> texts;

  @BeforeAll
  static void index() throws Exception {
    Samples samples = Samples.wordNet(DOCUMENTS);
    queries = samples.queries(20);
    texts = samples.texts();
    anchors = samples.anchors(1, RowEncoding.int8());
    cluster = Cluster.start(directory, 2, anchors, WordModel.Factory.class);
    cluster.createIndex("senses", 2, 1);
    long before = WordModel.CALLS.get();
    cluster.bulk("senses", samples.documents()).ok();
    assertEquals(
        (long) DOCUMENTS * Samples.ANCHORS, WordModel.CALLS.get() - before, "once per document");
  }

  @AfterAll
  static void close() throws Exception {
    cluster.close();
    assertEquals(0, WordModel.OPEN.get(), "models left open");
  }

  @AfterEach
  void fast() {
    WordModel.MICROS_PER_CALL.set(0);
  }

  private static Cluster.Answer ask(Map<String, Object> request) throws Exception {
    return cluster.post("/senses/_search", request);
  }

  @Test
  void copiesHoldTheSameRows() throws Exception {
    Map<Integer, Map<String, float[]>> one = Rows.of(cluster.node(0), "senses", anchors);
    Map<Integer, Map<String, float[]>> two = Rows.of(cluster.node(1), "senses", anchors);
    assertEquals(2, one.size());
    int documents = 0;
    for (Map.Entry<Integer, Map<String, float[]>> shard : one.entrySet()) {
      Map<String, float[]> others = Found.get(two, shard.getKey());
      assertEquals(others.keySet(), shard.getValue().keySet());
      shard.getValue().forEach((id, row) -> assertArrayEquals(Found.get(others, id), row, 0f, id));
      documents += others.size();
    }
    assertEquals(DOCUMENTS, documents);
  }

  @Test
  void theRankingIsExactWhereAllIsScored() throws Exception {
    for (String query : queries.subList(0, 5)) {
      Map<String, Object> request = Found.request(query, Map.of("budget", 600, "k", 600));
      request.put("size", DOCUMENTS);
      Cluster.Answer answer = ask(request);
      assertEquals(Found.exact(MODEL, query, texts), Found.ids(answer));
      assertEquals(DOCUMENTS, Found.calls(answer));
    }
  }

  @Test
  void theBudgetIsOfTheRequestAndNeverExceeded() throws Exception {
    for (int budget : new int[] {1, 3, 51, 200}) {
      for (Map<String, Object> extra :
          List.<Map<String, Object>>of(
              Map.of(),
              Map.of("explain", true),
              Map.of("sort", List.of(Map.of("length", "desc"))),
              Map.of("aggs", Map.of("letters", Map.of("terms", Map.of("field", "letter")))))) {
        Map<String, Object> request =
            Found.request(queries.get(6) + " " + extra.keySet(), Map.of("budget", budget));
        request.putAll(extra);
        long before = WordModel.CALLS.get();
        Cluster.Answer answer = ask(request);
        long spent = WordModel.CALLS.get() - before;
        assertEquals(budget, spent, request.toString());
        assertEquals(spent, Found.calls(answer));
        long sum = 0;
        for (JsonNode calls : Found.trace(answer).path("shard_calls")) {
          sum += calls.asLong();
        }
        assertEquals(budget, sum);
        assertEquals(2, Found.trace(answer).path("shard_requests").size());
      }
    }
  }

  @Test
  void pagesAreOneRankingWhicheverNodeAndCopyIsAsked() throws Exception {
    Map<String, Object> request = Found.request(queries.get(10), Map.of("budget", 100));
    request.put("size", 60);
    List<String> whole = Found.ids(ask(request));
    long before = WordModel.CALLS.get();
    request.put("size", 15);
    for (int from = 0; from < 60; from += 15) {
      request.put("from", from);
      assertEquals(whole.subList(from, from + 15), Found.ids(ask(request)));
    }
    assertEquals(before, WordModel.CALLS.get(), "copies hold the same");
    Cluster.Answer other = cluster.request(1, "POST", "/senses/_search", request);
    assertEquals(whole.subList(45, 60), Found.ids(other));
    assertEquals(before + 100, WordModel.CALLS.get(), "each node keeps its own results");
  }

  @Test
  void scoresAndExplanationsMerge() throws Exception {
    Map<String, Object> request = Found.request(queries.get(11), Map.of("budget", 60));
    request.put("size", 40);
    request.put("explain", true);
    List<JsonNode> hits = Found.hits(ask(request));
    assertEquals(40, hits.size());
    double last = Double.POSITIVE_INFINITY;
    for (JsonNode hit : hits) {
      double score = hit.path("_score").asDouble();
      assertEquals(score, hit.path("_explanation").path("value").asDouble(), 1e-6);
      assertTrue(score < last);
      last = score;
    }
  }

  @Test
  void aWindowIsTheBestOfAllShardsTogether() throws Exception {
    Map<String, Object> first = Map.of("match", Map.of("text", "a small bird or plant of the sea"));
    Map<String, Object> plain = new HashMap<>();
    plain.put("query", first);
    plain.put("size", 50);
    Map<String, String> window = new LinkedHashMap<>(texts);
    window.keySet().retainAll(Found.ids(ask(plain)));
    assertEquals(50, window.size());
    Map<String, Object> request =
        Found.request(queries.get(16), Map.of("budget", 50, "window", 50, "first_stage", first));
    request.put("size", 50);
    Cluster.Answer all = ask(request);
    assertEquals(Found.exact(MODEL, queries.get(16), window), Found.ids(all));
    assertEquals(50, Found.calls(all));
    request =
        Found.request(queries.get(17), Map.of("budget", 20, "window", 50, "first_stage", first));
    request.put("size", 100);
    Cluster.Answer some = ask(request);
    assertEquals(20, Found.calls(some));
    assertEquals(window.keySet(), new HashSet<>(Found.ids(some)), "beyond the calls, estimates");
  }

  @Test
  void aRescorerDividesItsBudget() throws Exception {
    Map<String, Object> request = new HashMap<>();
    request.put("query", Map.of("match", Map.of("text", "a small bird or plant of the sea")));
    request.put("size", 60);
    request.put("explain", true);
    List<String> first = Found.ids(ask(request));
    for (int budget : new int[] {2, 31, 200}) {
      request.put(
          "rescore",
          Map.of(
              "window_size",
              50,
              "curlew",
              Map.of("field", "anchors", "query", queries.get(18), "budget", budget)));
      long before = WordModel.CALLS.get();
      Cluster.Answer answer = ask(request);
      long spent = WordModel.CALLS.get() - before;
      assertTrue(spent <= budget && spent > 0, "spent " + spent + " of " + budget);
      List<JsonNode> hits = Found.hits(answer);
      assertEquals(first.size(), hits.size());
      double last = Double.POSITIVE_INFINITY;
      for (JsonNode hit : hits) {
        double score = hit.path("_score").asDouble();
        assertTrue(score <= last);
        last = score;
        double explained = hit.path("_explanation").path("value").asDouble();
        assertEquals(score, explained, 1e-6 * Math.max(1, Math.abs(score)), hit.toString());
      }
      if (budget == 200) { // a hundred calls for the fifty hits of a shard
        String best = hits.getFirst().path("_id").asText();
        float exact = MODEL.score(List.of(queries.get(18)), List.of(Found.get(texts, best)))[0][0];
        assertEquals(EngineScores.of(exact), hits.getFirst().path("_score").asDouble(), 1e-5);
      }
    }
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("budget", 1), Map.of("budget", 0), Map.of("x", 1), Map.of("field", "text"))) {
      Map<String, Object> rescorer = new HashMap<>(Found.cur("birds", Map.of()));
      rescorer.putAll(wrong);
      request.put("rescore", Map.of("window_size", 50, "curlew", rescorer));
      Cluster.Answer answer = ask(request);
      assertEquals(400, answer.status(), wrong + ": " + answer.body());
      assertTrue(answer.error().contains(", got: "), answer.error());
    }
  }

  @Test
  void parametersOutOfRangeAreRefused() throws Exception {
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("budget", 0), Map.of("k", 0), Map.of("min_recall", 2), Map.of("budget", "x"))) {
      for (int node = 0; node < 2; node++) {
        Cluster.Answer answer =
            cluster.request(node, "POST", "/senses/_search", Found.request("birds", wrong));
        assertEquals(400, answer.status(), wrong.toString());
        Object value = wrong.values().iterator().next();
        assertTrue(answer.error().contains(", got: " + value), answer.error());
      }
    }
  }

  @Test
  void theTimeoutHoldsForAllShards() throws Exception {
    WordModel.MICROS_PER_CALL.set(5_000);
    Map<String, Object> request = Found.request(queries.get(13), Map.of("budget", 600));
    request.put("timeout", "1500ms");
    long start = System.nanoTime();
    Cluster.Answer answer = ask(request);
    double millis = (System.nanoTime() - start) / 1e6;
    assertEquals("timeout", Found.trace(answer).path("stop").asText());
    assertTrue(answer.body().path("timed_out").asBoolean());
    assertEquals(10, Found.ids(answer).size());
    assertTrue(millis < 2500, "took " + millis);
  }

  @Test
  void severalIndicesAndAFilteredAliasAreOneSearch() throws Exception {
    cluster.createIndex("more", 1, 0);
    Map<String, Map<String, Object>> documents = new LinkedHashMap<>();
    String same = texts.keySet().iterator().next(); // ids are of an index
    documents.put(same, Samples.document("a document of another index about birds"));
    documents.put("hidden", Samples.document("hidden, it is about birds too"));
    cluster.bulk("more", documents).ok();
    Map<String, Object> request = Found.request("birds", Map.of("budget", 700, "k", 700));
    request.put("size", 700);
    Cluster.Answer both = cluster.post("/senses,more/_search", request);
    assertEquals(DOCUMENTS + 2, Found.ids(both).size());
    assertEquals(DOCUMENTS + 2, Found.calls(both));
    Map<String, Object> add =
        Map.of(
            "index", "more",
            "alias", "some",
            "filter", Map.of("match", Map.of("text", "document")));
    cluster.post("/_aliases", Map.of("actions", List.of(Map.of("add", add)))).ok();
    Cluster.Answer filtered = cluster.post("/some/_search", request);
    assertEquals(List.of(same), Found.ids(filtered));
    assertEquals(1, Found.calls(filtered), "what the alias hides is not scored");
    Cluster.Answer remote = cluster.post("/far:senses/_search", request);
    assertEquals(400, remote.status(), remote.body().toString());
  }

  @Test
  @Order(Integer.MAX_VALUE - 1)
  void otherAnchorsOnOneNodeAreAnErrorAndNotMerged() throws Exception {
    AnchorSet others = AnchorSet.create(List.of("one", "another"), MODEL, List.of("a", "b", "c"));
    assertNotEquals(others.fingerprint(), anchors.fingerprint());
    AnchorFile.write(others, directory.resolve("node1/config").resolve(Cluster.ANCHOR_FILE));
    Map<String, Object> request = Found.request("birds", Map.of("budget", 50));
    Cluster.Answer answer = cluster.request(1, "POST", "/senses/_search", request);
    AnchorFile.write(anchors, directory.resolve("node1/config").resolve(Cluster.ANCHOR_FILE));
    assertEquals(409, answer.status(), answer.body().toString());
    assertTrue(answer.error().contains(others.fingerprint()), answer.error());
    assertTrue(answer.error().contains(anchors.fingerprint()), answer.error());
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void aNodeThatIsGoneIsNotMissed() throws Exception {
    Map<String, Object> request = new HashMap<>(Found.request(queries.get(14), Map.of()));
    List<String> before = Found.ids(ask(request));
    cluster.stop(1);
    Map<String, Object> other = Found.request(queries.get(15), Map.of("budget", 100));
    assertEquals(before, Found.ids(ask(request)));
    Cluster.Answer answer = ask(other);
    assertEquals(100, Found.calls(answer));
    assertEquals(10, Found.ids(answer).size());
  }
}
