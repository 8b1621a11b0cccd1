package io.curlew.opensearch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.ModelScores;
import io.curlew.data.Document;
import io.curlew.testing.models.MatrixModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What adding 5,000 documents costs beside the model, whose scores are known: rows of 400 anchors,
 * and the same numbers as a plain vector field. Times are compared, so it is run by hand: {@code
 * -Dtest=BulkProof}.
 */
class BulkProof {

  private static final int DOCUMENTS = 5000;
  private static final int BATCH = 500;

  @TempDir Path directory;

  @Test
  void rowsAreAddedFasterThanVectorsWithAGraph() throws Exception {
    MatrixModel model = MatrixModel.open(DOCUMENTS, 100);
    List<String> sample = model.data.documents().stream().limit(1200).map(Document::text).toList();
    AnchorSet anchors =
        AnchorSet.of(
            model.anchorQueries,
            model.fingerprint(),
            ModelScores.anchorRows(model, model.anchorQueries, sample),
            RowEncoding.int8());
    Map<String, Map<String, Object>> plain = new LinkedHashMap<>();
    Map<String, Map<String, Object>> withRows = new LinkedHashMap<>();
    for (Document document : model.data.documents()) {
      plain.putIfAbsent(document.id(), Samples.document(document.text()));
      float[] row = ModelScores.anchorRows(model, model.anchorQueries, List.of(document.text()))[0];
      Map<String, Object> with = new HashMap<>(Samples.document(document.text()));
      with.put("anchors", RowValue.of(anchors, document.text(), row));
      withRows.putIfAbsent(document.id(), with);
    }
    try (Cluster cluster =
        Cluster.start(
            directory, 1, anchors, MatrixModel.Factory.class, List.of(PlainVectorPlugin.class))) {
      double[] seconds = new double[3];
      for (int round = 0; round < 3; round++) { // the first warms up
        cluster.createIndex("rows" + round, 1, 0);
        cluster.put("/none" + round, Map.of("mappings", Map.of("dynamic", false))).ok();
        Map<String, Object> vector =
            Map.of("properties", Map.of("anchors", Map.of("type", "plain_vector")));
        cluster.put("/vectors" + round, Map.of("mappings", vector)).ok();
        seconds[0] = add(cluster, "none" + round, plain);
        seconds[1] = add(cluster, "rows" + round, plain);
        seconds[2] = add(cluster, "vectors" + round, withRows);
      }
      String report =
          String.format(
              Locale.ROOT,
              "%d documents: %.2f s without rows, %.2f s with rows by the processor, %.2f s with"
                  + " the same numbers as a plain vector field",
              plain.size(),
              seconds[0],
              seconds[1],
              seconds[2]);
      System.out.println(report);
      assertTrue(seconds[1] < seconds[2], report);
    }
  }

  private static double add(
      Cluster cluster, String index, Map<String, Map<String, Object>> documents) throws Exception {
    List<Map<String, Map<String, Object>>> batches = new ArrayList<>();
    List<String> ids = new ArrayList<>(documents.keySet());
    for (int from = 0; from < ids.size(); from += BATCH) {
      Map<String, Map<String, Object>> some = new LinkedHashMap<>();
      ids.subList(from, Math.min(from + BATCH, ids.size()))
          .forEach(id -> some.put(id, Found.get(documents, id)));
      batches.add(some);
    }
    long start = System.nanoTime();
    for (Map<String, Map<String, Object>> batch : batches) {
      cluster.bulk(index, batch).ok();
    }
    cluster.post("/" + index + "/_forcemerge?max_num_segments=1", "").ok();
    return (System.nanoTime() - start) / 1e9;
  }
}
