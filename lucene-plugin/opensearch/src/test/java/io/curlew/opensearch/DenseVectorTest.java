package io.curlew.opensearch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.curlew.testing.models.WordModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A query's vector, what the anchors have learned to make of it, and the learned profile: on one
 * shard and on two. The vectors are the model's own: its score is their dot product.
 */
class DenseVectorTest {

  private static final int DOCUMENTS = 600;
  private static final double PROFILE = 0.5;
  private static final WordModel MODEL = new WordModel(1);

  @TempDir static Path directory;
  private static Cluster cluster;
  private static List<String> queries;
  private static Map<String, String> texts;

  @BeforeAll
  static void index() throws Exception {
    Samples samples = Samples.wordNet(DOCUMENTS);
    queries = samples.queries(8);
    texts = samples.texts();
    cluster =
        Cluster.start(
            directory,
            1,
            samples.learnedAnchors(1, PROFILE),
            WordModel.Factory.class,
            List.of(PlainVectorPlugin.class));
    for (int shards = 1; shards <= 2; shards++) {
      cluster.createIndex("on" + shards, shards, 0);
      cluster.put("/on" + shards + "/_mapping", PlainVectorPlugin.mapping("vector")).ok();
      cluster.bulk("on" + shards, samples.documentsWithVectors(MODEL)).ok();
    }
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  @AfterAll
  static void close() throws Exception {
    cluster.close();
  }

  private static Cluster.Answer ask(int shards, String text, Map<String, Object> parameters)
      throws Exception {
    Map<String, Object> request = Found.request(text, parameters);
    request.put("size", 50);
    request.put("explain", true);
    return cluster.post("/on" + shards + "/_search", request);
  }

  private static Map<String, Object> with(String text, Map<String, Object> parameters) {
    Map<String, Object> all = new HashMap<>(parameters);
    all.put("dense", Map.of("field", "vector", "vector", list(MODEL.vector(text))));
    return all;
  }

  @Test
  void theLearnedLatentQueryFindsWithoutCallsAndTheTraceSaysWhetherItIsUsed() throws Exception {
    double with = 0;
    double without = 0;
    for (String query : queries) {
      List<String> exact = Found.exact(MODEL, query, texts).subList(0, 10);
      Map<String, Object> latent = Map.of("method", "latent");
      long before = WordModel.CALLS.get();
      Cluster.Answer one = ask(1, query, with(query, latent));
      Cluster.Answer plain = ask(1, query, latent);
      // words are weighed by each shard's own statistics
      Map<String, Object> alone =
          Map.of("method", "latent", "first_stage", Map.of("match_none", Map.of()));
      Cluster.Answer whole = ask(1, query, with(query, alone));
      Cluster.Answer two = ask(2, query, with(query, alone));
      Cluster.Answer again = ask(2, query, with(query, alone));
      assertEquals(before, WordModel.CALLS.get());
      assertEquals(Found.ids(whole), Found.ids(two), query);
      for (Cluster.Answer learned : List.of(one, whole, two, again)) {
        assertTrue(Found.trace(learned).path("learned_latent").asBoolean());
      }
      assertTrue(Found.trace(again).path("cached").asBoolean());
      assertEquals("false", Found.trace(plain).path("learned_latent").asText());
      with += found(exact, one);
      without += found(exact, plain);
    }
    assertTrue(with > without, with + " with the vector, " + without + " without");
  }

  private static double found(List<String> exact, Cluster.Answer answer) {
    return Found.ids(answer).subList(0, 10).stream().filter(exact::contains).count() / 10.0;
  }

  @Test
  void theProfileAddsItsDotProducts() throws Exception {
    for (int shards = 1; shards <= 2; shards++) {
      String query = queries.get(1);
      Map<String, Object> parameters = Map.of("budget", 60, "profile", true);
      Cluster.Answer answer = ask(shards, query, with(query, parameters));
      JsonNode hits = Found.trace(answer).path("hits");
      int exact = 0;
      for (JsonNode hit : Found.hits(answer)) {
        String id = hit.path("_id").asText();
        float model = MODEL.score(List.of(query), List.of(Found.get(texts, id)))[0][0];
        if (hits.path(id).path("exact").asBoolean()) {
          assertEquals((1 + PROFILE) * model, hits.path(id).path("score").asDouble(), 1e-5);
          exact++;
        }
        assertEquals(model, value(hit.path("_explanation"), "first stage, dense"), 1e-5);
      }
      assertTrue(exact > 10, exact + " exact hits on the page");
    }
  }

  /** A value of an explanation, NaN if it is not there. */
  private static double value(JsonNode explanation, String of) {
    if (explanation.path("description").asText().equals(of)) {
      return explanation.path("value").asDouble();
    }
    double value = Double.NaN;
    for (JsonNode part : explanation.path("details")) {
      value = Double.isNaN(value) ? value(part, of) : value;
    }
    return value;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|dense must be a field and a vector, got: 1",
        "{\"field\": \"vector\"}|vector of dense must be given, got none",
        "{\"vector\": [1]}|field of dense must be given, got none",
        "{\"field\": \"vector\", \"vector\": []}|must have a number at least, got none",
        "{\"field\": \"vector\", \"vector\": 1}|vector of dense must be an array of numbers, got:"
            + " 1",
        "{\"field\": \"vector\", \"vector\": [{}]}|must be a number, got: an object",
        "{\"field\": \"vector\", \"vector\": [1e39]}|must be finite as floats, got: 1",
        "{\"field\": \"vector\", \"vector\": [1], \"k\": 1}|must be one of field, vector, got: k",
        "{\"field\": \"vector\", \"vector\": [1, 2]}|must have vectors of 2 floats, as its vector"
            + " has, got: \\\"vector\\\" with 24 of FLOAT32",
        "{\"field\": \"nobody\", \"vector\": [1]}|must be one of the index, got: \\\"nobody\\\"",
        "{\"field\": \"text\", \"vector\": [1]}|with none that Lucene reads",
        "{\"field\": \"anchors\", \"vector\": [1]}|with none that Lucene reads",
      })
  void aWrongVectorIsRefused(String dense, String rule) throws Exception {
    String query =
        "{\"query\":{\"curlew\":{\"field\":\"anchors\",\"query\":\"birds\",\"dense\":"
            + dense
            + "}}}";
    for (int shards = 1; shards <= 2; shards++) {
      Cluster.Answer answer = cluster.post("/on" + shards + "/_search", query);
      assertEquals(400, answer.status(), answer.body().toString());
      assertTrue(answer.error().contains(rule), answer.error());
    }
  }

  @Test
  void aFeatureOfTheSameNameIsRefused() throws Exception {
    Map<String, Object> words = Map.of("match", Map.of("text", "birds"));
    Cluster.Answer answer =
        ask(1, "birds", with("birds", Map.of("features", Map.of("dense", words))));
    assertEquals(400, answer.status());
    assertTrue(answer.error().contains("other names than the dense vector"), answer.error());
  }
}
