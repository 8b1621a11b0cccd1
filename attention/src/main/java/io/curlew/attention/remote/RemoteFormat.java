package io.curlew.attention.remote;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;

/** What a remote re-ranker is sent and answers. */
public enum RemoteFormat {

  /**
   * {@code model}, {@code query}, {@code documents} and {@code top_n}; {@code results} of {@code
   * index} and {@code relevance_score}: Cohere, Jina and servers that speak like them, at {@code
   * /v1/rerank} or {@code /v2/rerank}.
   */
  RERANK("relevance_score") {
    @Override
    JsonObject request(String model, String query, List<String> documents) {
      JsonObject request = new JsonObject();
      request.addProperty("model", model);
      request.addProperty("query", query);
      request.add("documents", array(documents));
      request.addProperty("top_n", documents.size());
      return request;
    }

    @Override
    JsonElement results(JsonElement answer) {
      return answer.getAsJsonObject().get("results");
    }
  },

  /**
   * {@code query} and {@code texts}; a list of {@code index} and {@code score}: Hugging Face's
   * text-embeddings-inference, at {@code /rerank}. The server has one model.
   */
  TEXTS("score") {
    @Override
    JsonObject request(String model, String query, List<String> documents) {
      JsonObject request = new JsonObject();
      request.addProperty("query", query);
      request.add("texts", array(documents));
      return request;
    }

    @Override
    JsonElement results(JsonElement answer) {
      return answer;
    }
  };

  private final String score;

  RemoteFormat(String score) {
    this.score = score;
  }

  abstract JsonObject request(String model, String query, List<String> documents);

  abstract JsonElement results(JsonElement answer);

  /**
   * The scores of an answer, in the order of the documents.
   *
   * @throws RuntimeException if it is not an answer for so many documents
   */
  float[] scores(JsonElement answer, int documents) {
    JsonArray results = results(answer).getAsJsonArray();
    if (results.size() != documents) {
      throw new IllegalArgumentException(
          "results must be as many as the documents, " + documents + ", got: " + results.size());
    }
    float[] scores = new float[documents];
    boolean[] given = new boolean[documents];
    for (JsonElement result : results) {
      int index = result.getAsJsonObject().get("index").getAsInt();
      float value = result.getAsJsonObject().get(score).getAsFloat();
      if (index < 0 || index >= documents || given[index]) {
        throw new IllegalArgumentException(
            "index must be of a document, below " + documents + ", and new, got: " + index);
      }
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(score + " must be finite, got: " + value);
      }
      given[index] = true;
      scores[index] = value;
    }
    return scores;
  }

  private static JsonArray array(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }
}
