package io.curlew.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import io.curlew.testing.models.WordModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Asks, reads answers, and ranks by the model itself. */
final class Found {

  private Found() {}

  /** A curlew query with a request around it. */
  static Map<String, Object> request(String text, Map<String, Object> parameters) {
    Map<String, Object> request = new HashMap<>();
    request.put("query", Map.of("curlew", cur(text, parameters)));
    request.put("_source", false);
    return request;
  }

  static Map<String, Object> cur(String text, Map<String, Object> parameters) {
    Map<String, Object> query = new HashMap<>(parameters);
    query.put("field", "anchors");
    query.put("query", text);
    return query;
  }

  static List<JsonNode> hits(Cluster.Answer answer) {
    List<JsonNode> hits = new ArrayList<>();
    answer.ok().body().path("hits").path("hits").forEach(hits::add);
    return hits;
  }

  static List<String> ids(Cluster.Answer answer) {
    return hits(answer).stream().map(hit -> hit.path("_id").asText()).toList();
  }

  static List<Float> scores(Cluster.Answer answer) {
    return hits(answer).stream().map(hit -> (float) hit.path("_score").asDouble()).toList();
  }

  /** The trace of the only search. */
  static JsonNode trace(Cluster.Answer answer) {
    JsonNode entries = answer.ok().body().path("ext").path("curlew");
    if (entries.size() != 1) {
      throw new AssertionError("there must be one search in the trace, got: " + answer.body());
    }
    return entries.get(0);
  }

  static long calls(Cluster.Answer answer) {
    return trace(answer).path("calls").asLong();
  }

  /** The ids of texts by falling score, ties by id. */
  static List<String> exact(WordModel model, String query, Map<String, String> textById) {
    List<String> ids = new ArrayList<>(textById.keySet());
    List<String> texts = ids.stream().map(id -> get(textById, id)).toList();
    float[] scores = model.score(List.of(query), texts)[0];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      order.add(i);
    }
    order.sort(
        Comparator.comparingDouble((Integer i) -> -scores[i]).thenComparing(i -> ids.get(i)));
    return order.stream().map(ids::get).toList();
  }

  /** What a map has. */
  static <K, V> V get(Map<K, V> map, K key) {
    return Objects.requireNonNull(map.get(key), key.toString());
  }
}
