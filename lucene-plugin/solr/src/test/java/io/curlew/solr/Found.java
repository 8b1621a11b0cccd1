package io.curlew.solr;

import io.curlew.testing.models.WordModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.util.NamedList;

/** Reads responses, and ranks by the model itself. */
final class Found {

  private Found() {}

  static List<String> ids(QueryResponse response) {
    return response.getResults().stream().map(doc -> (String) doc.getFieldValue("id")).toList();
  }

  static String message(Throwable e) {
    return String.valueOf(e.getMessage());
  }

  static String text(Map<String, String> textById, String id) {
    return Objects.requireNonNull(textById.get(id), id);
  }

  static float score(QueryResponse response, int rank) {
    return ((Number) response.getResults().get(rank).getFieldValue("score")).floatValue();
  }

  /** The trace of the only search. */
  static NamedList<?> trace(QueryResponse response) {
    List<?> entries = (List<?>) response.getResponse().get("cur");
    if (entries == null || entries.size() != 1) {
      throw new AssertionError("there must be one search in the trace, got: " + entries);
    }
    return (NamedList<?>) entries.get(0);
  }

  static long calls(QueryResponse response) {
    return ((Number) trace(response).get("calls")).longValue();
  }

  /** The ids of texts by falling score, ties by id. */
  static List<String> exact(WordModel model, String query, Map<String, String> textById) {
    List<String> ids = new ArrayList<>(textById.keySet());
    List<String> texts = ids.stream().map(id -> text(textById, id)).toList();
    float[] scores = model.score(List.of(query), texts)[0];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      order.add(i);
    }
    order.sort(
        Comparator.comparingDouble((Integer i) -> -scores[i]).thenComparing(i -> ids.get(i)));
    return order.stream().map(ids::get).toList();
  }
}
