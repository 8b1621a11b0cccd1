package io.curlew.opensearch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.testing.models.WordModel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How documents get rows and keep them. */
class IndexingTest {

  private static final int DOCUMENTS = 600;
  private static final WordModel MODEL = new WordModel(1);

  @TempDir static Path directory;
  private static Samples samples;
  private static AnchorSet anchors;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    samples = Samples.wordNet(DOCUMENTS);
    anchors = samples.anchors(1, RowEncoding.floats());
    cluster = Cluster.start(directory, 1, anchors, WordModel.Factory.class);
    cluster.createIndex("senses", 2, 0);
    long before = WordModel.CALLS.get();
    cluster.bulk("senses", samples.documents()).ok();
    assertEquals(
        (long) DOCUMENTS * Samples.ANCHORS, WordModel.CALLS.get() - before, "once per document");
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    assertEquals(0, WordModel.OPEN.get(), "models left open");
  }

  private static Map<String, float[]> rows(String index) throws Exception {
    Map<String, float[]> all = new HashMap<>();
    Rows.of(cluster.node(0), index, anchors).values().forEach(all::putAll);
    return all;
  }

  /** Checks that every document has the row of its text, and no other has one. */
  private static void check(String index, Map<String, String> texts) throws Exception {
    Map<String, float[]> rows = rows(index);
    assertEquals(texts.keySet(), rows.keySet());
    for (Map.Entry<String, String> document : texts.entrySet()) {
      float[][] scores = MODEL.score(anchors.queries(), List.of(document.getValue()));
      float[] row = Found.get(rows, document.getKey());
      for (int a = 0; a < scores.length; a++) {
        assertEquals(scores[a][0], row[a], 1e-6f, document.getKey());
      }
    }
  }

  @Test
  void everyDocumentHasItsRowAndNoGraph() throws Exception {
    check("senses", samples.texts());
    Cluster.Answer answer =
        cluster.post("/senses/_count", "{\"query\":{\"exists\":{\"field\":\"anchors\"}}}").ok();
    assertEquals(DOCUMENTS, answer.body().path("count").asInt());
    assertFalse(Rows.hasVectors(cluster.node(0), "senses"));
  }

  @Test
  void rowsSurviveMergesRestartsAndTheTranslog() throws Exception {
    cluster.createIndex("living", 1, 0);
    Map<String, String> texts = new LinkedHashMap<>();
    int part = 0;
    for (Map.Entry<String, String> one : samples.texts().entrySet()) {
      texts.put(one.getKey(), one.getValue());
      if (texts.size() % 40 == 0 && part++ < 5) {
        cluster.bulk("living", documents(texts)).ok(); // most of them again: updates
      }
      if (part == 5) {
        break;
      }
    }
    cluster.request(0, "DELETE", "/living/_doc/" + texts.keySet().iterator().next(), "").ok();
    texts.remove(texts.keySet().iterator().next());
    check("living", texts);
    cluster.post("/living/_forcemerge?max_num_segments=1", "").ok();
    check("living", texts);
    cluster.put("/living/_doc/late?pipeline=rows", Samples.document("late but not lost")).ok();
    texts.put("late", "late but not lost");
    long before = WordModel.CALLS.get();
    cluster.stop(0); // what is not committed is in the translog
    cluster.start(0);
    cluster.get("/_cluster/health/living?wait_for_status=green&timeout=60s").ok();
    assertEquals(before, WordModel.CALLS.get(), "the translog has the rows");
    check("living", texts);
  }

  private static Map<String, Map<String, Object>> documents(Map<String, String> texts) {
    Map<String, Map<String, Object>> documents = new LinkedHashMap<>();
    texts.forEach((id, text) -> documents.put(id, Samples.document(text)));
    return documents;
  }

  @Test
  void reindexingCostsNoCallWhereTheAnchorsAreTheSame() throws Exception {
    cluster.createIndex("copied", 1, 0);
    long before = WordModel.CALLS.get();
    cluster
        .post(
            "/_reindex?refresh=true",
            Map.of("source", Map.of("index", "senses"), "dest", Map.of("index", "copied")))
        .ok();
    assertEquals(before, WordModel.CALLS.get());
    check("copied", samples.texts());
  }

  @Test
  void anUpdateThatLeavesTheTextKeepsTheRow() throws Exception {
    cluster.createIndex("updated", 1, 0);
    cluster.bulk("updated", Map.of("a", Samples.document("a bird"))).ok();
    long before = WordModel.CALLS.get();
    cluster.post("/updated/_update/a", "{\"doc\":{\"letter\":\"z\"}}").ok();
    cluster
        .post(
            "/updated/_bulk?refresh=true",
            "{\"update\":{\"_id\":\"a\"}}\n{\"doc\":{\"letter\":\"y\"}}\n")
        .ok();
    assertEquals(before, WordModel.CALLS.get());
    check("updated", Map.of("a", "a bird"));
  }

  @Test
  void anUpdateOfTheTextGetsANewRowOrIsRefused() throws Exception {
    cluster.createIndex("changed", 1, 0);
    cluster.bulk("changed", Map.of("a", Samples.document("a bird"))).ok();
    Cluster.Answer bulk =
        cluster.post(
            "/changed/_bulk?refresh=true",
            "{\"update\":{\"_id\":\"a\"}}\n{\"doc\":{\"text\":\"a fish\"}}\n");
    assertTrue(bulk.body().path("errors").asBoolean(), bulk.body().toString());
    JsonNode refused = bulk.body().path("items").get(0).path("update");
    assertEquals(400, refused.path("status").asInt());
    assertTrue(
        refused.toString().contains("row must be of the document's text"), refused.toString());
    check("changed", Map.of("a", "a bird"));
    Cluster.Answer update =
        cluster.post("/changed/_update/a?refresh=true", "{\"doc\":{\"text\":\"a fish\"}}");
    assertEquals(200, update.status(), update.body().toString());
    check("changed", Map.of("a", "a fish"));
  }

  @Test
  void documentsThatTheModelRefusesFailAndOthersGoOn() throws Exception {
    cluster.createIndex("partly", 1, 0);
    Map<String, Map<String, Object>> documents = new LinkedHashMap<>();
    documents.put("good", Samples.document("one"));
    documents.put("bad", Samples.document("not " + WordModel.FAILS));
    documents.put("better", Samples.document("another"));
    documents.put("empty", Map.of("letter", "e"));
    Cluster.Answer answer = cluster.bulk("partly", documents);
    assertEquals(200, answer.status());
    JsonNode bad = answer.body().path("items").get(1).path("index");
    assertEquals(400, bad.path("status").asInt(), answer.body().toString());
    assertTrue(
        bad.toString().contains("model words-1 must score the document: cannot score"),
        bad.toString());
    check("partly", Map.of("good", "one", "better", "another"));
    assertEquals(
        3, cluster.get("/partly/_count").ok().body().path("count").asInt(), "without a row");
  }

  @Test
  void rowsOfOtherAnchorsAreRefused() throws Exception {
    AnchorSet others = AnchorSet.create(List.of("one", "another"), MODEL, List.of("a", "b", "c"));
    AnchorFile.write(others, directory.resolve("node0/config/others.curlew"));
    Map<String, Object> mappings = Cluster.mappings("others.curlew");
    cluster.put("/others", Map.of("mappings", mappings)).ok();
    String row = RowValue.of(anchors, "a bird", new float[anchors.size()]);
    Cluster.Answer answer = cluster.put("/others/_doc/a", Map.of("text", "a bird", "anchors", row));
    assertEquals(400, answer.status(), answer.body().toString());
    assertTrue(
        answer.error().contains("row must be of the anchor set " + others.fingerprint()),
        answer.error());
    for (Object wrong : List.of("x", List.of(1, 2), others.fingerprint() + ":00:AAAA", 7)) {
      Cluster.Answer none = cluster.put("/others/_doc/a", Map.of("text", "a", "anchors", wrong));
      assertEquals(400, none.status(), none.body().toString());
      assertTrue(none.error().contains("row must be"), none.error());
    }
  }

  @Test
  void aMappingThatIsNoneIsRefused() throws Exception {
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("anchors", "nowhere.curlew"),
            Map.of("anchors", "../anchors.curlew"),
            Map.of("model", "unknown"),
            Map.of("text", List.of()))) {
      Map<String, Object> field = new HashMap<>();
      field.put("type", "anchor_row");
      field.put("anchors", Cluster.ANCHOR_FILE);
      field.put("model", Cluster.MODEL);
      field.put("text", "text");
      field.putAll(wrong);
      Cluster.Answer answer =
          cluster.put(
              "/refused", Map.of("mappings", Map.of("properties", Map.of("anchors", field))));
      assertEquals(400, answer.status(), wrong + ": " + answer.body());
      assertTrue(answer.error().contains(", got"), answer.error());
    }
  }
}
