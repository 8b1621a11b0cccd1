package io.curlew.solr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.data.Document;
import io.curlew.testing.models.WordModel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.solr.client.solrj.SolrClient;
import org.apache.solr.client.solrj.SolrQuery;
import org.apache.solr.client.solrj.request.CoreAdminRequest;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrInputDocument;
import org.apache.solr.common.util.NamedList;
import org.apache.solr.embedded.JettySolrRunner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes, two shards, two replicas, over HTTP; requests go to a node, which distributes them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CloudTest {

  private static final int DOCUMENTS = 600;
  private static final WordModel MODEL = new WordModel(1);

  @TempDir static Path directory;
  private static Cloud cloud;
  private static SolrClient node;
  private static Samples samples;
  private static List<String> queries;
  private static Map<String, String> texts;

  @BeforeAll
  static void index() throws Exception {
    samples = Samples.wordNet(DOCUMENTS);
    queries = samples.queries(20);
    texts =
        samples.data.documents().stream()
            .collect(
                Collectors.toMap(Document::id, Document::text, (a, b) -> a, LinkedHashMap::new));
    cloud = Cloud.start(directory, conf -> Samples.writeConfigset(conf, samples.anchors(1), 1));
    long before = WordModel.CALLS.get();
    cloud.add(samples.documents());
    cloud.client.commit(Cloud.COLLECTION);
    assertEquals(
        (long) DOCUMENTS * Samples.ANCHORS, WordModel.CALLS.get() - before, "once per document");
    node = cloud.cluster.getJettySolrRunner(0).newClient();
  }

  @AfterAll
  static void close() throws Exception {
    node.close();
    cloud.close();
    assertEquals(0, WordModel.OPEN.get(), "models left open");
  }

  @AfterEach
  void fast() {
    WordModel.MICROS_PER_CALL.set(0);
  }

  private static QueryResponse ask(SolrQuery query) throws Exception {
    return node.query(Cloud.COLLECTION, query);
  }

  private static SolrQuery cur(String text, String parameters) {
    return new SolrQuery("{!cur f=anchors " + parameters + " v=$text}").setParam("text", text);
  }

  private static SolrQuery rerank(String text, String parameters) {
    return new SolrQuery("*:*")
        .setParam("rq", "{!curRerank f=anchors " + parameters + " v=$text}")
        .setParam("text", text);
  }

  @Test
  void oneModelForEachNode() {
    assertEquals(2, WordModel.OPEN.get());
  }

  @Test
  void theMergedRankingIsExactWhereAllIsScored() throws Exception {
    for (String query : queries.subList(0, 5)) {
      List<String> exact = Found.exact(MODEL, query, texts);
      SolrQuery both = cur(query, "budget=600 topK=600").setParam("sort", "score desc, id asc");
      QueryResponse response = ask(both.setRows(DOCUMENTS));
      assertEquals(exact, Found.ids(response));
      assertEquals(DOCUMENTS, Found.calls(response));
      SolrQuery ranked = rerank(query, "budget=600").setParam("sort", "score desc, id asc");
      assertEquals(exact, Found.ids(ask(ranked.setRows(DOCUMENTS))));
    }
  }

  @Test
  void theBudgetIsDividedAndNeverExceeded() throws Exception {
    for (int budget : new int[] {1, 3, 51, 200}) {
      for (SolrQuery query :
          List.of(
              cur(queries.get(6), "budget=" + budget),
              cur(queries.get(6), "budget=" + budget + " topK=31").setParam("fl", "id,score"),
              cur(queries.get(7), "budget=" + budget).setParam("debugQuery", "true"),
              rerank(queries.get(8), "budget=" + budget).setParam("debugQuery", "true"),
              cur(queries.get(9), "budget=" + budget)
                  .setFacet(true)
                  .addFacetField("letter_s")
                  .setFacetLimit(2))) {
        long before = WordModel.CALLS.get();
        QueryResponse response = ask(query);
        long spent = WordModel.CALLS.get() - before;
        assertEquals(budget, spent, query.toString());
        assertEquals(spent, Found.calls(response));
        assertEquals(budget, Found.trace(response).get("budget"));
        assertEquals(2, ((List<?>) Found.trace(response).get("shardCalls")).size());
        assertFewRequests(response, budget);
      }
    }
  }

  /**
   * One that opens the search, one for each batch of calls, and two where words name fewer
   * documents than are to be scored and found.
   */
  private static void assertFewRequests(QueryResponse response, int budget) {
    List<?> requests = (List<?>) Found.trace(response).get("shardRequests");
    int batches = Math.max(1, ((List<?>) Found.trace(response).get("rounds")).size());
    for (Object count : requests) {
      int most = ((Number) count).intValue();
      assertTrue(most >= 1 && most <= 1 + batches + 2, most + " requests, budget " + budget);
    }
  }

  @Test
  void pagesAreOneRankingAndCostNothingMore() throws Exception {
    for (SolrQuery query :
        List.of(cur(queries.get(10), "budget=100"), rerank(queries.get(10), "budget=100"))) {
      List<String> whole = Found.ids(ask(query.setRows(60)));
      long before = WordModel.CALLS.get();
      for (int start = 0; start < 60; start += 15) {
        QueryResponse page = ask(query.setStart(start).setRows(15));
        assertEquals(whole.subList(start, start + 15), Found.ids(page));
        NamedList<?> hits = (NamedList<?>) Found.trace(page).get("hits");
        assertEquals(15, hits.size());
        assertEquals(Found.ids(page).get(0), hits.getName(0));
      }
      assertEquals(before, WordModel.CALLS.get(), "whichever replicas are asked");
    }
  }

  @Test
  void scoresSortsAndExplanationsMerge() throws Exception {
    for (SolrQuery query :
        List.of(cur(queries.get(11), "budget=60"), rerank(queries.get(11), "budget=60"))) {
      QueryResponse response = ask(query.setRows(40).setParam("debugQuery", "true"));
      assertEquals(40, response.getExplainMap().size());
      for (int rank = 0; rank < 40; rank++) {
        String explained =
            String.valueOf(response.getExplainMap().get(Found.ids(response).get(rank)));
        float score = Found.score(response, rank);
        assertEquals(score, Float.parseFloat(explained.strip().split(" ", 2)[0]), 1e-6, explained);
        assertTrue(rank == 0 || score <= Found.score(response, rank - 1));
      }
    }
    QueryResponse sorted =
        ask(
            cur(queries.get(12), "budget=60 topK=20")
                .setParam("sort", "length_i desc")
                .setRows(40));
    assertEquals(20, sorted.getResults().getNumFound());
    int last = Integer.MAX_VALUE;
    for (String id : Found.ids(sorted)) {
      assertTrue(Found.text(texts, id).length() <= last);
      last = Found.text(texts, id).length();
    }
  }

  @Test
  void parametersOutOfRangeAreRefusedOverHttp() {
    for (String wrong : List.of("budget=0", "topK=0", "minRecall=2", "budget=x")) {
      SolrException e = assertThrows(SolrException.class, () -> ask(cur("birds", wrong)));
      assertEquals(400, e.code(), wrong);
      String value = wrong.substring(wrong.indexOf('=') + 1);
      assertTrue(Found.message(e).contains(", got: " + value), Found.message(e));
    }
  }

  @Test
  void theDeadlineHoldsForAllShards() throws Exception {
    WordModel.MICROS_PER_CALL.set(5_000);
    long start = System.nanoTime();
    QueryResponse response = ask(cur(queries.get(13), "budget=600").setTimeAllowed(1500));
    double millis = (System.nanoTime() - start) / 1e6;
    assertEquals(true, Found.trace(response).get("deadlineHit"));
    assertEquals("timeout", Found.trace(response).get("stop"));
    assertEquals(true, response.getHeader().get("partialResults"));
    assertEquals(10, response.getResults().size());
    assertTrue(millis < 2000, "took " + millis);
  }

  @Test
  @Order(Integer.MAX_VALUE - 1)
  void anAtomicUpdateFindsTheTextOnAnotherNode() throws Exception {
    for (Document document : samples.data.documents().subList(0, 8)) {
      for (JettySolrRunner runner : cloud.cluster.getJettySolrRunners()) {
        SolrInputDocument update = new SolrInputDocument("id", document.id());
        update.setField("text", Map.of("set", "a text of " + runner.getLocalPort()));
        try (SolrClient direct = runner.newClient()) {
          direct.add(Cloud.COLLECTION, update);
        }
      }
      SolrInputDocument added = new SolrInputDocument("id", document.id());
      added.setField("letter_s", Map.of("set", "x"));
      node.add(Cloud.COLLECTION, added);
    }
    cloud.client.commit(Cloud.COLLECTION);
    String last = "a text of " + cloud.cluster.getJettySolrRunner(1).getLocalPort();
    QueryResponse response = ask(cur(last, "budget=600 topK=8"));
    List<String> best = Found.ids(response).subList(0, 8);
    for (Document document : samples.data.documents().subList(0, 8)) {
      assertTrue(best.contains(document.id()), document.id());
    }
    assertEquals(2f, Found.score(response, 7), 1e-5);
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void otherAnchorsOnOneShardAreAnErrorAndNotMerged() throws Exception {
    AnchorSet others = AnchorSet.create(List.of("one", "another"), MODEL, List.of("a", "b", "c"));
    assertNotEquals(others.fingerprint(), samples.anchors(1).fingerprint());
    Path conf = directory.resolve("others");
    Samples.writeConfigset(conf, others, 1);
    cloud.cluster.uploadConfigSet(conf, "curlew");
    String shard = null;
    for (JettySolrRunner runner : cloud.cluster.getJettySolrRunners()) {
      try (SolrClient direct = runner.newClient()) {
        for (var core : runner.getCoreContainer().getCores()) {
          String of = core.getCoreDescriptor().getCloudDescriptor().getShardId();
          shard = shard == null ? of : shard;
          if (of.equals(shard)) {
            CoreAdminRequest.reloadCore(core.getName(), direct);
          }
        }
      }
    }
    Map<Integer, Integer> codes = new HashMap<>();
    for (SolrQuery query : List.of(cur("birds", "budget=50"), rerank("birds", "budget=50"))) {
      for (JettySolrRunner runner : cloud.cluster.getJettySolrRunners()) {
        try (SolrClient direct = runner.newClient()) {
          SolrException e =
              assertThrows(SolrException.class, () -> direct.query(Cloud.COLLECTION, query));
          codes.merge(e.code(), 1, Integer::sum);
          assertTrue(Found.message(e).contains(others.fingerprint()), Found.message(e));
          assertTrue(Found.message(e).contains(samples.anchors(1).fingerprint()), Found.message(e));
        }
      }
    }
    assertEquals(Map.of(409, 4), codes);
  }
}
