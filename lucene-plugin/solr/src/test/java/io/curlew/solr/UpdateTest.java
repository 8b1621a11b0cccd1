package io.curlew.solr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.lucene.rows.CurFlatVectorsFormat;
import io.curlew.testing.models.WordModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.solr.client.solrj.SolrQuery;
import org.apache.solr.client.solrj.SolrRequest;
import org.apache.solr.client.solrj.request.GenericSolrRequest;
import org.apache.solr.client.solrj.request.UpdateRequest;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrInputDocument;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.apache.solr.core.SolrCore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adding, changing and refusing documents, on a schema whose text is a title and a body. */
class UpdateTest {

  private static final WordModel MODEL = new WordModel(1);

  @TempDir Path home;
  private OneCore core;
  private AnchorSet anchors;

  @BeforeEach
  void open() throws Exception {
    anchors = Samples.wordNet(1000).anchors(1);
    core = OneCore.create(home, this::writeConfigset);
  }

  private void writeConfigset(Path conf) throws java.io.IOException {
    Samples.writeConfigset(conf, anchors, 1);
    edit(conf.resolve("schema.xml"), "text=\"text\"", "text=\"title,text\"");
    edit(
        conf.resolve("schema.xml"),
        "<field name=\"anchors\"",
        "<field name=\"title\" type=\"text_en\" indexed=\"true\" stored=\"true\"/>\n"
            + "<field name=\"anchors\"");
    edit(conf.resolve("solrconfig.xml"), "<int name=\"batch\">64", "<int name=\"batch\">4");
  }

  private static void edit(Path file, String from, String to) throws java.io.IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    assertTrue(text.contains(from), from);
    Files.writeString(file, text.replace(from, to), StandardCharsets.UTF_8);
  }

  @AfterEach
  void close() throws Exception {
    core.close();
    assertEquals(0, WordModel.OPEN.get(), "models left open");
  }

  private static SolrInputDocument document(String id, String title, String text) {
    return new SolrInputDocument("id", id, "title", title, "text", text);
  }

  private void add(SolrInputDocument... documents) throws Exception {
    core.server.add(List.of(documents));
    core.server.commit();
  }

  private float[] row(String text) {
    float[] row = new float[anchors.size()];
    float[][] scores = MODEL.score(anchors.queries(), List.of(text));
    for (int a = 0; a < row.length; a++) {
      row[a] = scores[a][0];
    }
    return row;
  }

  private @Nullable SolrDocument found(String id) throws Exception {
    return core
        .server
        .query(new SolrQuery("id:" + id).setFields("*", "anchors"))
        .getResults()
        .stream()
        .findFirst()
        .orElse(null);
  }

  private @Nullable Object value(String id, String field) throws Exception {
    return Objects.requireNonNull(found(id), id).getFieldValue(field);
  }

  private void assertRow(String id, String text) throws Exception {
    String stored = String.valueOf(value(id, "anchors"));
    String[] values = stored.substring(1, stored.length() - 1).split(", ", -1);
    float[] row = new float[values.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = Float.parseFloat(values[i]);
    }
    assertArrayEquals(row(text), row, 0f, id);
    try (SolrCore one = core.container.getCore(OneCore.NAME)) {
      float[] indexed =
          one.withSearcher(
              searcher ->
                  Documents.view(searcher, "anchors")
                      .rows()
                      .values(
                          new int[] {
                            searcher.getFirstMatch(new org.apache.lucene.index.Term("id", id))
                          })[0]);
      assertArrayEquals(row(text), indexed, 0f, id);
    }
  }

  @Test
  void computesRowsOfTitleAndText() throws Exception {
    add(document("a", "birds", "of the coast"), document("b", "", "music for the piano"));
    assertRow("a", "birds of the coast");
    assertRow("b", "music for the piano");
  }

  @Test
  void storesRowsFlatAndMarksSegments() throws Exception {
    add(document("a", "birds", "of the coast"));
    try (SolrCore one = core.container.getCore(OneCore.NAME)) {
      one.withSearcher(
          searcher -> {
            for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
              FieldInfo info = leaf.reader().getFieldInfos().fieldInfo("anchors");
              assertEquals(
                  CurFlatVectorsFormat.NAME,
                  info.getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_FORMAT_KEY));
              assertNotNull(info.getAttribute("curlew.anchors." + anchors.fingerprint()));
            }
            return null;
          });
    }
  }

  @Test
  void reportsWhatRowsTake() throws Exception {
    add(document("a", "birds", "of the coast"), document("b", "music", "for the piano"));
    String metrics =
        core.server
            .request(
                new GenericSolrRequest(
                    SolrRequest.METHOD.GET,
                    "/admin/metrics",
                    params("group", "core", "prefix", "OTHER.cur.anchors")))
            .toString();
    for (String part : List.of("anchors=60", "bytesPerDocument=484", anchors.fingerprint())) {
      assertTrue(metrics.contains(part), metrics);
    }
  }

  private static ModifiableSolrParams params(String... values) {
    ModifiableSolrParams params = new ModifiableSolrParams();
    for (int i = 0; i < values.length; i += 2) {
      params.set(values[i], values[i + 1]);
    }
    return params;
  }

  @Test
  void anAtomicUpdateOfSomethingElseKeepsTheRow() throws Exception {
    add(document("a", "birds", "of the coast"));
    long before = WordModel.CALLS.get();
    add(atomic("a", "letter_s", "set", "x"));
    assertEquals(before, WordModel.CALLS.get());
    assertEquals("x", value("a", "letter_s"));
    assertRow("a", "birds of the coast");
  }

  private static SolrInputDocument atomic(String id, String field, String operation, Object value) {
    SolrInputDocument update = new SolrInputDocument("id", id);
    update.setField(field, Map.of(operation, value));
    return update;
  }

  @Test
  void anAtomicUpdateOfTheTextComputesTheRowAgain() throws Exception {
    add(document("a", "birds", "of the coast"), document("b", "music", "for the piano"));
    add(atomic("a", "text", "set", "of the mountains"));
    assertRow("a", "birds of the mountains");
    core.server.add(atomic("a", "title", "set", "stones")); // the text is not yet committed
    core.server.add(atomic("a", "text", "set", "of the sea"));
    core.server.commit();
    assertRow("a", "stones of the sea");
    SolrInputDocument both = atomic("b", "text", "set", "for the flute");
    both.setField("title", Map.of("set", "tunes"));
    add(both);
    assertRow("b", "tunes for the flute");
    add(atomic("c", "text", "set", "a new document"));
    assertRow("c", "a new document");
  }

  @Test
  void anUpdateOfTheTextIsBoundToTheVersionThatWasRead() throws Exception {
    add(document("a", "birds", "of the coast"));
    SolrInputDocument stale = atomic("a", "text", "set", "of the sea");
    stale.setField("_version_", 17L);
    SolrException e = assertThrows(SolrException.class, () -> core.server.add(stale));
    assertEquals(409, e.code());
    assertRow("a", "birds of the coast");
  }

  @Test
  void aRowGivenByHandIsCheckedAndComputed() throws Exception {
    List<Float> row = new ArrayList<>(Collections.nCopies(anchors.size(), 0.5f));
    SolrInputDocument given = document("a", "birds", "of the coast");
    given.setField("anchors", row);
    add(given);
    assertRow("a", "birds of the coast");
    List<Float> notANumber = new ArrayList<>(row);
    notANumber.set(7, Float.NaN);
    for (List<Float> wrong : List.of(row.subList(1, row.size()), notANumber, List.of(1f))) {
      SolrInputDocument whole = document("b", "music", "for the piano");
      whole.setField("anchors", wrong);
      for (SolrInputDocument refused : List.of(whole, atomic("a", "anchors", "set", wrong))) {
        SolrException e = assertThrows(SolrException.class, () -> core.server.add(refused));
        assertEquals(400, e.code());
        String rule = "field \"anchors\" must hold " + anchors.size() + " finite numbers";
        assertTrue(Found.message(e).contains(rule), Found.message(e));
      }
    }
    SolrException e =
        assertThrows(
            SolrException.class, () -> core.server.add(atomic("a", "anchors", "add", row)));
    assertEquals(400, e.code());
    assertRow("a", "birds of the coast");
    assertNull(found("b"));
  }

  @Test
  void anAtomicUpdateOfTheRowComputesIt() throws Exception {
    add(document("a", "birds", "of the coast"));
    SolrInputDocument removed = new SolrInputDocument("id", "a");
    Map<String, Object> nothing = new HashMap<>();
    nothing.put("set", null);
    removed.setField("anchors", nothing);
    add(removed);
    assertRow("a", "birds of the coast");
    add(atomic("a", "anchors", "set", Collections.nCopies(anchors.size(), 0.5f)));
    assertRow("a", "birds of the coast");
  }

  @Test
  void refusesADocumentWithoutText() throws Exception {
    SolrException e =
        assertThrows(
            SolrException.class, () -> add(document("a", " ", ""), document("b", "x", "y")));
    assertEquals(400, e.code());
    assertTrue(Found.message(e).contains("must have text in [title, text], it has none: a"));
    add(document("c", "birds", "of the coast"));
    SolrInputDocument emptied = atomic("c", "text", "set", "");
    emptied.setField("title", Map.of("set", ""));
    assertEquals(400, assertThrows(SolrException.class, () -> add(emptied)).code());
    assertRow("c", "birds of the coast");
  }

  @Test
  void passesADocumentWithoutTextIfToldTo() throws Exception {
    edit(home.resolve("one/conf/solrconfig.xml"), "refuse</str>", "pass</str>");
    core.container.reload(OneCore.NAME);
    add(document("a", " ", ""), document("b", "birds", "of the coast"));
    assertNull(value("a", "anchors"));
    assertRow("b", "birds of the coast");
    SolrInputDocument emptied = atomic("b", "text", "set", "");
    emptied.setField("title", Map.of("set", ""));
    add(emptied);
    assertNull(value("b", "anchors"), "a row of a text that is gone");
    assertEquals(
        0, core.server.query(new SolrQuery("{!cur f=anchors}birds")).getResults().getNumFound());
    assertEquals(
        2,
        core.server
            .query(new SolrQuery("*:*").setParam("rq", "{!curRerank f=anchors}birds"))
            .getResults()
            .size());
  }

  @Test
  void aFailingModelAddsNothingOfItsBatch() throws Exception {
    UpdateRequest request = new UpdateRequest();
    for (int i = 0; i < 10; i++) {
      request.add(document("d" + i, "number", i == 6 ? WordModel.FAILS : "text " + i));
    }
    SolrException e = assertThrows(SolrException.class, () -> request.process(core.server));
    core.server.commit();
    assertEquals(500, e.code());
    assertTrue(
        Found.message(e).contains("none of these documents is added: [d4, d5, d6, d7]"),
        Found.message(e));
    long there = core.server.query(new SolrQuery("*:*")).getResults().getNumFound();
    assertEquals(4, there, "the batch before stands, nothing after it");
    for (int i = 0; i < 4; i++) {
      assertRow("d" + i, "number text " + i);
    }
  }

  @Test
  void rowsOfOtherAnchorsAreAnError() throws Exception {
    add(document("a", "birds", "of the coast"));
    AnchorSet others =
        AnchorSet.create(List.of("one query", "and another"), MODEL, List.of("a", "b", "c"));
    Files.delete(home.resolve("one/conf/anchors.curlew"));
    AnchorFile.write(others, home.resolve("one/conf/anchors.curlew"));
    core.container.reload(OneCore.NAME);
    for (SolrQuery query :
        List.of(
            new SolrQuery("{!cur f=anchors}birds"),
            new SolrQuery("*:*").setParam("rq", "{!curRerank f=anchors}birds"))) {
      SolrException e = assertThrows(SolrException.class, () -> core.server.query(query));
      assertEquals(409, e.code());
      assertTrue(Found.message(e).contains(others.fingerprint()), Found.message(e));
      assertTrue(Found.message(e).contains(anchors.fingerprint()), Found.message(e));
    }
  }

  @Test
  void aModelOfOtherAnchorsIsAnError() throws Exception {
    edit(home.resolve("one/conf/solrconfig.xml"), "\"seed\">1<", "\"seed\">2<");
    core.container.reload(OneCore.NAME);
    SolrException e =
        assertThrows(SolrException.class, () -> add(document("a", "birds", "of the coast")));
    assertEquals(409, e.code());
    assertTrue(Found.message(e).contains("words-1, got: words-2"), Found.message(e));
  }

  @Test
  void coresShareAModelAndAReloadKeepsIt() throws Exception {
    int opened = WordModel.OPENED.get();
    Path second = Files.createDirectories(home.resolve("two"));
    writeConfigset(second.resolve("conf"));
    core.container.create("two", Map.of()).getName();
    core.container.reload(OneCore.NAME);
    core.container.reload("two");
    add(document("a", "birds", "of the coast"));
    assertRow("a", "birds of the coast");
    assertEquals(opened, WordModel.OPENED.get(), "loaded once");
    assertEquals(1, WordModel.OPEN.get());
    core.container.unload("two");
    assertEquals(1, WordModel.OPEN.get());
  }
}
