package io.curlew.opensearch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.curlew.testing.Mutations;
import io.curlew.testing.Seeds;
import io.curlew.testing.models.WordModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests with damaged bodies, in their bytes and in what they hold: each is answered, or refused
 * as the client's error with a reason, and afterwards a search finds what it found before. {@code
 * -Dcurlew.opensearch.fuzz=10000} for the proof (some minutes).
 */
class OpenSearchFuzzTest {

  private static final int INPUTS = Integer.getInteger("curlew.opensearch.fuzz", 150);
  private static final int DOCUMENTS = 600;
  private static final int DEEP = 60;
  private static final WordModel MODEL = new WordModel(1);
  private static final String VECTOR = Arrays.toString(MODEL.vector("a small boat"));

  /** What OpenSearch, the queries within ours, and its reader of JSON do is theirs. */
  private static final Predicate<String> OURS =
      Pattern.compile(
              "^(?!.*StreamConstraintsException)(?:(?!parseInnerQueryBuilder).)*?"
                  + "\\tat io\\.curlew\\.(?!opensearch\\.CurTraceFilter)",
              Pattern.DOTALL)
          .asPredicate();

  private static final Map<String, Integer> STATUSES = new TreeMap<>();

  private static final String SEARCH =
      "{'query': {'curlew': {'field': 'anchors', 'query': 'a small boat', 'budget': 9, 'k': 10,"
          + " 'min_recall': 0.9, 'method': 'adaptive', 'profile': true, 'boost': 2, '_name': 'n',"
          + " 'first_stage': {'match': {'text': 'boat'}}, 'window': 20, 'features': {'prefix':"
          + " {'prefix': {'letter': 'a'}}}, 'filter': {'range': {'length': {'lte': 90}}}, 'dense':"
          + " {'field': 'vector', 'vector': VECTOR}}}, 'size': 5, 'timeout': '2s'}";
  private static final String SMALL =
      "{'query': {'curlew': {'field': 'anchors', 'query': 'boat', 'budget': 5}}, 'explain': true,"
          + " 'sort': ['_score', {'length': 'asc'}], 'from': 1, 'size': 3}";
  private static final String RESCORE =
      "{'query': {'match': {'text': 'boat'}}, 'rescore': {'window_size': 20, 'curlew': {'field':"
          + " 'anchors', 'query': 'a boat', 'budget': 6, 'min_recall': 0.5}}}";
  private static final String BOOL =
      "{'query': {'bool': {'should': [{'curlew': {'field': 'anchors', 'query': 'x y', 'budget': 3,"
          + " 'method': 'latent'}}, {'match': {'text': 'boat'}}], 'must_not': {'curlew': {'field':"
          + " 'anchors', 'query': 'z', 'budget': 1, 'k': 1}}}}}";
  private static final String PIPELINE =
      "{'processors': [{'anchor_row': {'field': 'anchors', 'batch_size': 7, 'tag': 't',"
          + " 'ignore_failure': true, 'if': null, 'description': 'd'}}]}";
  private static final String SIMULATED =
      "{'pipeline': {'processors': [{'anchor_row': {'field': 'anchors'}}]}, 'docs': [{'_index':"
          + " 'docs', '_id': '1', '_source': {'text': 'a boat', 'anchors': 'x:y:z'}}]}";
  private static final String DOCUMENT =
      "{'text': ['a boat', 7, null, true], 'letter': 'a', 'length': 7, 'anchors': 'ROW'}";
  private static final String MAPPING =
      "{'mappings': {'properties': {'text': {'type': 'text'}, 'anchors': {'type': 'anchor_row',"
          + " 'anchors': 'anchors.curlew', 'model': 'words', 'query_model': 'words', 'text':"
          + " ['text', 'title'], 'fields': {'x': {'type': 'keyword'}}, 'copy_to': 'text'}}}}";

  @TempDir static Path directory;
  private static Cluster cluster;
  private static String row = "";
  private static List<String> before = List.of();

  private final Random random = Seeds.random();

  @BeforeAll
  static void index() throws Exception {
    Samples samples = Samples.wordNet(DOCUMENTS);
    cluster =
        Cluster.start(
            directory,
            1,
            samples.learnedAnchors(1, 0.5),
            WordModel.Factory.class,
            List.of(PlainVectorPlugin.class));
    for (String index : List.of("senses", "docs")) {
      cluster.createIndex(index, 2, 0);
      cluster.put("/" + index + "/_mapping", PlainVectorPlugin.mapping("vector")).ok();
      cluster.bulk(index, samples.documentsWithVectors(MODEL)).ok();
    }
    for (String search : List.of(SEARCH, SMALL, RESCORE, BOOL)) {
      cluster.post("/senses/_search", json(search)).ok();
    }
    String any = samples.data.documents().getFirst().id();
    row = cluster.get("/docs/_doc/" + any).ok().body().path("_source").path("anchors").asText();
    before = found();
  }

  /** What searches find, with their scores; no result is remembered from another time. */
  private static List<String> found() throws Exception {
    List<String> found = new ArrayList<>();
    String curlew = json(SMALL).replace("boat", "boat " + found.size());
    for (String body : List.of(curlew, json("{'query': {'match': {'text': 'boat'}}}"))) {
      for (JsonNode hit : Found.hits(cluster.post("/senses/_search", body))) {
        found.add(hit.path("_id").asText() + ' ' + hit.path("_score").asText());
      }
    }
    return found;
  }

  @AfterEach
  void theNodeLivesOnAndFindsWhatItFound() throws Exception {
    assertEquals(before, found());
  }

  @AfterAll
  static void close() throws Exception {
    System.out.println(STATUSES);
    cluster.close();
  }

  private static String json(String quoted) {
    return quoted.replace('\'', '"').replace("ROW", row).replace("VECTOR", VECTOR);
  }

  /** Sends a damaged body. */
  private interface Sender {
    Cluster.Answer send(Object body, int number) throws Exception;
  }

  private void fuzz(String what, List<String> seeds, Sender sender) throws Exception {
    List<String> good = seeds.stream().map(OpenSearchFuzzTest::json).toList();
    List<byte[]> bytes = Mutations.texts(good.toArray(String[]::new));
    for (int i = 0; i < INPUTS; i++) {
      Object body =
          i % 3 == 0
              ? new String(Mutations.of(bytes, one -> one, random), StandardCharsets.UTF_8)
              : damaged(good.get(random.nextInt(good.size())));
      Cluster.Answer answer = sender.send(body, i);
      STATUSES.merge(what + ' ' + answer.status(), 1, Integer::sum);
      check(answer.status(), answer.body().path("error"), body);
      for (JsonNode item : answer.body().path("items")) { // of a bulk request
        JsonNode one = item.elements().next();
        check(one.path("status").asInt(), one.path("error"), body);
      }
    }
  }

  /** Answered, or refused with a reason. */
  private static void check(int status, JsonNode error, Object body) {
    String shown = String.valueOf(body);
    String of = "for " + shown.substring(0, Math.min(600, shown.length())) + "\n" + error;
    boolean ours = error.findValuesAsText("stack_trace").stream().anyMatch(OURS::test);
    assertTrue(status < 500 || !ours, of);
    if (status >= 400 && ours) {
      assertTrue(error.path("reason").asText().length() > 10, of);
    }
  }

  /** A body with up to three values, keys or entries that it should not have. */
  private Map<String, Object> damaged(String good) throws Exception {
    Map<String, Object> body = Cluster.parse(good);
    for (int step = random.nextInt(3); step >= 0; step--) {
      damage(body, good);
    }
    return body;
  }

  @SuppressWarnings("unchecked") // what JSON is read into
  private void damage(Object container, String good) throws Exception {
    if (container instanceof List<?> list) {
      List<@Nullable Object> all = (List<@Nullable Object>) list;
      int at = all.isEmpty() ? -1 : random.nextInt(all.size());
      Object value = at < 0 ? null : all.get(at);
      if (at < 0 || random.nextInt(4) == 0) {
        all.add(odd(good));
      } else if (value != null && isContainer(value)) {
        damage(value, good);
      } else {
        all.set(at, odd(good));
      }
      return;
    }
    Map<String, @Nullable Object> all = (Map<String, @Nullable Object>) container;
    List<String> keys = List.copyOf(all.keySet());
    String key = keys.isEmpty() ? "x" : keys.get(random.nextInt(keys.size()));
    Object value = all.get(key);
    if (value != null && isContainer(value) && random.nextInt(16) > 5) {
      damage(value, good);
      return;
    }
    switch (random.nextInt(6)) {
      case 0 -> all.remove(key);
      case 1 -> all.put(keys.isEmpty() ? "curlew" : key + random.nextInt(3), value);
      default -> all.put(key, odd(good));
    }
  }

  private static boolean isContainer(Object value) {
    return value instanceof Map || value instanceof List;
  }

  private @Nullable Object odd(String good) throws Exception {
    List<@Nullable Object> odd = new ArrayList<>();
    Collections.addAll(
        odd, null, true, "", " ", "x", "NaN", "-Infinity", "1e400", "anchors", "text", "_id", "*");
    Collections.addAll(odd, 0, -1, 1.5, 1e308, -1e-320, Integer.MIN_VALUE, 1L << 31, 1L << 62);
    odd.add("é\u0000\uD83D ".repeat(1 + random.nextInt(2000)));
    odd.add("a ".repeat(1 + random.nextInt(3000)));
    odd.add(new ArrayList<>());
    odd.add(new LinkedHashMap<>());
    odd.add(new ArrayList<>(List.of(1, "x", new ArrayList<>(List.of(true)))));
    odd.add(Cluster.parse(good));
    odd.add(Cluster.parse("{\"match_all\": {}}"));
    odd.add(Cluster.parse("{\"match_none\": {}}"));
    odd.add(Cluster.parse(json(SMALL)).get("query"));
    odd.add(random.doubles(1 + random.nextInt(30)).boxed().collect(Collectors.toList()));
    Object deep = 1;
    for (int i = random.nextInt(DEEP); i >= 0; i--) {
      deep =
          random.nextBoolean()
              ? new ArrayList<>(List.of(deep))
              : new LinkedHashMap<>(Map.of("bool", deep));
    }
    odd.add(deep);
    return odd.get(random.nextInt(odd.size()));
  }

  @Test
  void searches() throws Exception {
    List<String> paths = List.of("_search", "_search", "_search", "_count", "_validate/query");
    fuzz(
        "search",
        List.of(SEARCH, SMALL, RESCORE, BOOL),
        (body, i) ->
            cluster.post("/senses/" + paths.get(i % paths.size()) + "?error_trace=true", body));
  }

  @Test
  void pipelines() throws Exception {
    fuzz(
        "pipeline",
        List.of(PIPELINE),
        (body, i) -> cluster.put("/_ingest/pipeline/fuzz?error_trace=true", body));
    fuzz(
        "simulate",
        List.of(SIMULATED),
        (body, i) -> cluster.post("/_ingest/pipeline/_simulate?error_trace=true", body));
  }

  @Test
  void documents() throws Exception {
    fuzz(
        "document",
        List.of(DOCUMENT),
        (body, i) -> cluster.put("/docs/_doc/" + i % 7 + "?error_trace=true", body));
    fuzz(
        "update",
        List.of("{'doc': " + DOCUMENT + ", 'doc_as_upsert': true}"),
        (body, i) -> cluster.post("/docs/_update/" + i % 9 + "?error_trace=true", body));
    fuzz(
        "bulk",
        List.of(DOCUMENT),
        (body, i) -> {
          String two = "{\"index\": {\"_id\": \"b\"}}\n" + Cluster.json(body) + "\n";
          return cluster.post("/docs/_bulk?error_trace=true", two + two);
        });
    cluster.post("/docs/_refresh", "").ok();
    assertEquals(3, Found.hits(cluster.post("/docs/_search", json(SMALL))).size());
  }

  @Test
  void mappings() throws Exception {
    fuzz(
        "mapping",
        List.of(MAPPING),
        (body, i) -> {
          Cluster.Answer answer = cluster.put("/fuzz?error_trace=true", body);
          if (answer.status() < 300) {
            cluster.put("/fuzz/_doc/1?error_trace=true", json(DOCUMENT));
            cluster.request(0, "DELETE", "/fuzz", "").ok();
          }
          return answer;
        });
  }
}
