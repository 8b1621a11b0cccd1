package io.curlew.solr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.data.Document;
import io.curlew.testing.models.LearnedWords;
import io.curlew.testing.models.WordModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.solr.client.solrj.SolrClient;
import org.apache.solr.client.solrj.SolrQuery;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrInputDocument;
import org.apache.solr.common.util.NamedList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several features, methods and the learned ranking profile, on one core and over shards, with rows
 * in bytes. The dense feature is the model itself: the dot product of what it makes of texts.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FeaturesTest {

  private static final int DOCUMENTS = 600;
  private static final int MAX_BUDGET = 500;
  private static final float PROFILE = 0.5f;
  private static final WordModel MODEL = new WordModel(1);

  @TempDir static Path directory;
  private static OneCore core;
  private static Cloud cloud;
  private static Samples samples;
  private static List<String> queries;
  private static Map<String, String> texts;

  @BeforeAll
  static void index() throws Exception {
    samples = Samples.wordNet(DOCUMENTS);
    queries = samples.queries(8);
    texts =
        samples.data.documents().stream()
            .collect(
                Collectors.toMap(Document::id, Document::text, (a, b) -> a, LinkedHashMap::new));
    core = OneCore.create(directory.resolve("one"), FeaturesTest::writeConfigset);
    cloud = Cloud.start(directory.resolve("cloud"), FeaturesTest::writeConfigset);
    List<SolrInputDocument> documents = new ArrayList<>();
    for (Document document : samples.data.documents()) {
      SolrInputDocument input = Samples.input(document);
      input.setField("vector", list(MODEL.vector(document.text())));
      documents.add(input);
    }
    core.server.add(documents);
    core.server.commit();
    cloud.add(documents);
    cloud.client.commit(Cloud.COLLECTION);
  }

  private static void writeConfigset(Path conf) throws IOException {
    Samples.writeConfigset(conf, anchors(), 1);
    edit(
        conf.resolve("schema.xml"),
        "<uniqueKey>",
        "<field name=\"vector\" type=\"vector\" indexed=\"true\" stored=\"false\"/>"
            + "<fieldType name=\"vector\" class=\"solr.DenseVectorField\" vectorDimension=\""
            + WordModel.DIMENSION
            + "\" similarityFunction=\"dot_product\"/><uniqueKey>");
    edit(
        conf.resolve("solrconfig.xml"),
        "<lst name=\"model\">",
        "<int name=\"maxBudget\">" + MAX_BUDGET + "</int><lst name=\"model\">");
  }

  private static void edit(Path file, String from, String to) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    assertTrue(text.contains(from), from);
    Files.writeString(file, text.replace(from, to), StandardCharsets.UTF_8);
  }

  private static AnchorSet anchors() {
    List<String> sample = samples.data.documents().stream().limit(300).map(Document::text).toList();
    return LearnedWords.anchors(MODEL, samples.anchorQueries(), sample, PROFILE);
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
    cloud.close();
    core.close();
  }

  private static QueryResponse onCore(SolrQuery query) throws Exception {
    return core.server.query(query);
  }

  private static QueryResponse onShards(SolrQuery query) throws Exception {
    try (SolrClient node = cloud.cluster.getJettySolrRunner(0).newClient()) {
      return node.query(Cloud.COLLECTION, query);
    }
  }

  private static SolrQuery with(SolrQuery query, String text) {
    return query
        .setParam("text", text)
        .setParam("dense", "{!knn f=vector topK=10}" + list(MODEL.vector(text)))
        .setParam("words", "{!edismax qf=text mm=0 v=$text}")
        .setParam("sort", "score desc, id asc")
        .setParam("fl", "id,score")
        .setRows(60);
  }

  private static SolrQuery cur(String text, String parameters) {
    return with(new SolrQuery("{!cur f=anchors " + parameters + " v=$text}"), text);
  }

  private static SolrQuery rerank(String text, String parameters) {
    SolrQuery query = new SolrQuery("{!edismax qf=text mm=0 v=$text}");
    query.setParam("rq", "{!curRerank f=anchors " + parameters + " v=$text}");
    return with(query, text);
  }

  @ParameterizedTest
  @CsvSource({
    "adaptive, 20, none",
    "adaptive, 120, learned",
    "latent, 50, none",
    "latent, 50, learned",
    "rerank, 15, learned",
    "fixed, 80, none"
  })
  void shardsFindWhatOneCoreFinds(String method, int budget, String profile) throws Exception {
    for (String query : queries) {
      String parameters = "method=%s budget=%d profile=%s feature.dense=$dense";
      SolrQuery both = cur(query, String.format(Locale.ROOT, parameters, method, budget, profile));
      long before = WordModel.CALLS.get();
      QueryResponse one = onCore(both);
      assertEquals(method.equals("latent") ? 0 : budget, WordModel.CALLS.get() - before);
      QueryResponse many = onShards(both);
      assertEquals(method.equals("latent") ? 0 : 2 * budget, WordModel.CALLS.get() - before);
      assertEquals(60, one.getResults().size());
      assertEquals(Found.ids(one), Found.ids(many), query);
      for (int rank = 0; rank < 60; rank++) {
        assertEquals(Found.score(one, rank), Found.score(many, rank));
      }
      assertEquals(method, Found.trace(many).get("method"));
      if (method.equals("adaptive")) { // one to begin with, one for each batch
        int batches = ((List<?>) Found.trace(many).get("rounds")).size();
        for (Object requests : (List<?>) Found.trace(many).get("shardRequests")) {
          assertTrue((int) requests <= 1 + batches, requests + " requests, " + batches);
        }
      }
    }
  }

  @Test
  void aVectorQueryIsItsDotProductsWithAllDocuments() throws Exception {
    for (String query : queries) {
      List<String> exact = Found.exact(MODEL, query, texts).subList(0, 40);
      SolrQuery free = cur(query, "method=rerank budget=40 topK=40 feature.dense=$dense");
      assertEquals(exact, Found.ids(onCore(free)), query);
      assertEquals(exact, Found.ids(onShards(free)), query);
    }
  }

  @Test
  void theProfileAddsFeaturesToScores() throws Exception {
    for (SolrQuery query :
        List.of(
            cur(queries.get(0), "budget=60 profile=learned feature.dense=$dense"),
            rerank(queries.get(1), "budget=60 profile=learned feature.dense=$dense"))) {
      query.setParam("debugQuery", "true");
      for (QueryResponse response : List.of(onCore(query), onShards(query))) {
        NamedList<?> hits = (NamedList<?>) Found.trace(response).get("hits");
        int exact = 0;
        for (int i = 0; i < hits.size(); i++) {
          NamedList<?> hit = (NamedList<?>) hits.getVal(i);
          String text = Found.text(texts, hits.getName(i));
          float model = MODEL.score(List.of(query.get("text")), List.of(text))[0][0];
          if ((boolean) hit.get("exact")) {
            assertEquals((1 + PROFILE) * model, ((Number) hit.get("score")).floatValue(), 1e-5);
            String why = String.valueOf(response.getExplainMap().get(hits.getName(i)));
            assertTrue(why.contains("feature \"dense\""), why);
            assertTrue(why.contains("added by the ranking profile"), why);
            exact++;
          }
        }
        assertTrue(exact > 10, exact + " exact hits on the page");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"adaptive", "latent", "rerank", "fixed"})
  void theFirstPassAndOtherFeaturesAreReRanked(String method) throws Exception {
    for (String query : queries) {
      String parameters = "method=%s budget=30 reRankDocs=100 firstPass=bm25 feature.dense=$dense";
      SolrQuery both = rerank(query, String.format(Locale.ROOT, parameters, method));
      for (QueryResponse response : List.of(onCore(both), onShards(both))) {
        int matches = (int) Math.min(100, response.getResults().getNumFound());
        int calls = method.equals("latent") ? 0 : Math.min(30, matches);
        assertEquals(calls, Found.calls(response), query);
      }
    }
  }

  @Test
  void severalFeaturesFindMoreThanTheirWords() throws Exception {
    double words = 0;
    double both = 0;
    for (String query : queries) {
      List<String> exact = Found.exact(MODEL, query, texts).subList(0, 10);
      String budget = "budget=15 feature.bm25=$words";
      words += found(exact, onShards(cur(query, budget)));
      both += found(exact, onShards(cur(query, budget + " feature.dense=$dense")));
    }
    assertTrue(both > words, both + " with dense vectors, " + words + " without");
  }

  private static double found(List<String> exact, QueryResponse response) {
    return Found.ids(response).subList(0, 10).stream().filter(exact::contains).count() / 10.0;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "method=best | method must be adaptive, latent, rerank or fixed, got: best",
        "profile=mine | profile must be none or learned, got: mine",
        "budget=501 | budget must be at most 500, got: 501",
        "feature.='text:a' | features must have different names, got: \"\" in feature.",
        "firstStage='text:a' feature.query='text:b' | features must have different names, got:"
            + " \"query\"",
      })
  void refusesAParameter(String parameters, String message) {
    for (SolrQuery query : List.of(cur("birds", parameters), rerank("birds", parameters))) {
      SolrException e = assertThrows(SolrException.class, () -> onCore(query));
      assertEquals(400, e.code());
      assertTrue(Found.message(e).contains(message), Found.message(e));
    }
    SolrException e = assertThrows(SolrException.class, () -> onShards(cur("birds", parameters)));
    assertEquals(400, e.code());
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void searchesGoOnWhileDocumentsChange() throws Exception {
    System.out.println(LivingCloud.run(cloud, samples, queries, Duration.ofSeconds(4)));
  }
}
