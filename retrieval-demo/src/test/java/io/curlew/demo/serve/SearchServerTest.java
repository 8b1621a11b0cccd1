package io.curlew.demo.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.ExactSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.anchor.RankingProfile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the server answers is what the index says, and what its description says. */
class SearchServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String QUERY = "a vessel that carries passengers over water";
  private static final String API = "https://curlew.invalid/openapi.json";

  private static ServedWordNet served;
  private static HttpClient client;
  private static JsonNode openApi;
  private static JsonSchemaFactory schemas;

  @BeforeAll
  static void start() throws Exception {
    served = ServedWordNet.start();
    client = HttpClient.newHttpClient();
    openApi = new ObjectMapper(new YAMLFactory()).readTree(get("openapi.yaml"));
    String text = JSON.writeValueAsString(openApi);
    schemas =
        JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder -> builder.schemaLoaders(loaders -> loaders.schemas(Map.of(API, text))));
  }

  @AfterAll
  static void stop() throws IOException {
    served.close();
  }

  @Test
  void aSearchIsThatOfTheIndex() throws Exception {
    JsonNode answer = search(Map.of("query", QUERY, "budget", 60, "k", 20));
    assertEquals(
        searched(new AdaptiveSearch(), SearchRequest.of(QUERY, 20, 60)), ids(answer.get("hits")));
    assertEquals(60, answer.get("calls").asInt());
    int calls = 0;
    for (JsonNode round : answer.get("rounds")) {
      calls += round.get("documents").asInt();
      assertEquals(calls, round.get("calls").asInt());
      assertEquals(round.get("documents").asInt(), round.get("exact").size());
    }
    assertEquals(60, calls);
    for (JsonNode hit : answer.get("hits")) {
      assertEquals(hit.get("exact").asBoolean(), !hit.get("round").isNull());
    }
    JsonNode first = answer.get("firstStage").get(0);
    for (JsonNode hit : answer.get("hits")) {
      assertEquals(hit.get("id").equals(first.get("id")), hit.get("firstStageRank").asInt() == 1);
    }
  }

  @Test
  void theExactRankingIsThatOfTheIndexAndIsKept() throws Exception {
    String query = "{\"query\": \"something to sit on\"}";
    JsonNode answer = valid("ExactAnswer", post("api/exact", query));
    assertFalse(answer.get("known").asBoolean());
    List<String> ids = new ArrayList<>();
    for (JsonNode hit : answer.get("hits")) {
      ids.add(hit.get("id").asText());
    }
    assertEquals(
        served
            .index
            .searcher()
            .search(
                new ExactSearch(),
                served.index.features(),
                served.index.model(),
                SearchRequest.of("something to sit on", 100, 1))
            .hits()
            .stream()
            .map(Hit::id)
            .toList(),
        ids);
    assertEquals(ServedWordNet.DOCUMENTS, answer.get("calls").asInt());
    assertTrue(valid("ExactAnswer", post("api/exact", query)).get("known").asBoolean());
  }

  @Test
  void searchesAndTheExactRankingAreByTheSameProfile() throws Exception {
    RankingProfile learned = served.index.anchors().learned().profile();
    assertFalse(learned.isNone());
    for (String profile : List.of("none", "learned")) {
      SearchRequest request =
          SearchRequest.of(QUERY, 20, 60)
              .withProfile(profile.equals("none") ? RankingProfile.NONE : learned);
      assertEquals(
          searched(new AdaptiveSearch(), request),
          ids(
              search(Map.of("query", QUERY, "budget", 60, "k", 20, "profile", profile))
                  .get("hits")));
      String body = JSON.writeValueAsString(Map.of("query", QUERY, "profile", profile));
      assertEquals(
          searched(new ExactSearch(), request),
          ids(valid("ExactAnswer", post("api/exact", body)).get("hits")).subList(0, 20));
    }
  }

  private static List<String> searched(SearchMethod method, SearchRequest request)
      throws IOException {
    return served
        .index
        .searcher()
        .search(method, served.index.features(), served.index.model(), request)
        .hits()
        .stream()
        .map(Hit::id)
        .toList();
  }

  @Test
  void everyMethodAndFirstStageAnswersAsDescribed() throws Exception {
    for (String method : List.of("adaptive", "latent", "fixed", "rerank")) {
      for (String firstStage : List.of("hybrid", "dense", "bm25")) {
        JsonNode answer =
            search(
                Map.of(
                    "query",
                    QUERY,
                    "method",
                    method,
                    "firstStage",
                    firstStage,
                    "budget",
                    30,
                    "k",
                    5));
        assertEquals(5, answer.get("hits").size());
        assertEquals(method.equals("latent") ? 0 : 30, answer.get("calls").asInt());
      }
    }
  }

  @Test
  void aStreamTellsTheRoundsAndEndsWithTheAnswer() throws Exception {
    List<String> events = new ArrayList<>();
    JsonNode last = null;
    String body = JSON.writeValueAsString(Map.of("query", QUERY, "budget", 60));
    for (String line : stream("api/search", body)) {
      last = valid("SearchEvent", line);
      events.add(last.get("event").asText());
    }
    assertNotNull(last);
    assertEquals("round", events.getFirst());
    assertEquals("answer", events.getLast());
    JsonNode answer = last.get("data");
    assertEquals(answer.get("rounds").size(), events.stream().filter("round"::equals).count());
    assertEquals(answer.get("fits").size(), events.stream().filter("fit"::equals).count());

    List<String> exact = stream("api/exact", "{\"query\": \"a tool for digging\"}");
    for (String line : exact) {
      valid("ExactEvent", line);
    }
    assertTrue(exact.getFirst().contains("progress") && exact.getLast().contains("answer"));
  }

  @Test
  void explanationsAddUpForExactAndForApproximateHits() throws Exception {
    JsonNode answer = search(Map.of("query", QUERY, "budget", 20, "k", 100));
    Set<Boolean> seen = new TreeSet<>();
    for (JsonNode hit : answer.get("hits")) {
      if (seen.add(hit.get("exact").asBoolean())) {
        Map<String, Object> body =
            Map.of("query", QUERY, "budget", 20, "k", 100, "id", hit.get("id").asText());
        JsonNode explained =
            valid("ExplainAnswer", post("api/explain", JSON.writeValueAsString(body)));
        assertEquals(hit, explained.get("hit"));
        List<String> features = new ArrayList<>();
        explained.get("features").fieldNames().forEachRemaining(features::add);
        assertEquals(List.of("bm25", "dense"), features);
        assertFalse(explained.at("/features/dense").isNull());
        JsonNode tree = explained.get("explanation");
        double sum = 0;
        for (JsonNode detail : tree.get("details")) {
          sum += detail.get("value").asDouble();
        }
        assertEquals(tree.get("value").asDouble(), sum, 1e-5);
      }
    }
    assertEquals(Set.of(false, true), seen, "both kinds are among 100 hits of 20 calls");
  }

  @Test
  void whatIsSaidOfTheIndexIsAsDescribed() throws Exception {
    JsonNode index = valid("IndexAnswer", get("api/index"));
    assertEquals(ServedWordNet.DOCUMENTS, index.get("documents").asInt());
    assertEquals(
        served.index.anchors().fingerprint(), index.get("anchors").get("fingerprint").asText());
    assertEquals(40, valid("AnchorsAnswer", get("api/anchors")).size());
    assertTrue(valid("DriftAnswer", get("api/drift")).size() >= 1);
    assertEquals(6, valid("Examples", get("api/examples")).get("queries").size());
  }

  @Test
  void theDescriptionIsWhole() throws Exception {
    for (Map.Entry<String, JsonNode> path : openApi.get("paths").properties()) {
      String method = path.getValue().fieldNames().next();
      HttpResponse<String> wrong =
          send(request(path.getKey().substring(1)).method("DELETE", nothing()).build());
      assertEquals(405, wrong.statusCode(), path.getKey() + " is there, for " + method);
    }
    JsonNode question = openApi.at("/components/schemas/Question/properties");
    JsonNode limits = valid("IndexAnswer", get("api/index")).get("limits");
    assertEquals(limits.get("k"), question.at("/k/maximum"));
    assertEquals(limits.get("methods"), question.at("/method/enum"));
    assertEquals(limits.get("firstStages"), question.at("/firstStage/enum"));
    assertEquals(limits.get("queryLength"), openApi.at("/components/schemas/Query/maxLength"));
    ObjectNode asked = JSON.createObjectNode().put("query", "x");
    assertEquals(withDefaults(asked.deepCopy(), question), search(asked).get("question"));
  }

  /** What is asked, with the defaults of the description. */
  private static JsonNode withDefaults(ObjectNode asked, JsonNode question) {
    question
        .properties()
        .forEach(
            field -> {
              if (field.getValue().has("default")) {
                asked.set(field.getKey(), field.getValue().get("default"));
              }
            });
    return asked;
  }

  private static List<String> ids(JsonNode hits) {
    List<String> ids = new ArrayList<>();
    hits.forEach(hit -> ids.add(hit.get("id").asText()));
    return ids;
  }

  private static JsonNode search(Object question) throws Exception {
    return valid("SearchAnswer", post("api/search", JSON.writeValueAsString(question)));
  }

  private static JsonNode valid(String schema, String json) throws IOException {
    Set<ValidationMessage> wrong =
        schemas
            .getSchema(SchemaLocation.of(API + "#/components/schemas/" + schema))
            .validate(json, InputFormat.JSON);
    assertTrue(wrong.isEmpty(), wrong + " in " + json);
    return JSON.readTree(json);
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(served.server.address() + path));
  }

  private static HttpRequest.BodyPublisher nothing() {
    return HttpRequest.BodyPublishers.noBody();
  }

  private static String get(String path) throws Exception {
    HttpResponse<String> response = send(request(path).build());
    assertEquals(200, response.statusCode(), response.body());
    return response.body();
  }

  private static String post(String path, String body) throws Exception {
    HttpResponse<String> response =
        send(
            request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    assertEquals(200, response.statusCode(), response.body());
    return response.body();
  }

  private static List<String> stream(String path, String body) throws Exception {
    HttpResponse<String> response =
        send(
            request(path)
                .header("Content-Type", "application/json")
                .header("Accept", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    assertEquals(200, response.statusCode(), response.body());
    assertEquals("application/x-ndjson", response.headers().firstValue("Content-Type").orElse(""));
    return response.body().lines().toList();
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
