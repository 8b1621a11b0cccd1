package io.curlew.solr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.ModelScores;
import io.curlew.data.Document;
import io.curlew.testing.models.MatrixModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.solr.client.solrj.SolrClient;
import org.apache.solr.client.solrj.SolrQuery;
import org.apache.solr.common.SolrInputDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 5,000 WordNet senses and 100 test sentences, by the real model's scores: a cloud of two nodes,
 * two shards and two replicas over HTTP against a single core.
 */
@Tag("proof")
class WordNetCloudProof {

  private static final int DOCUMENTS = 5000;
  private static final int QUERIES = 100;
  private static final int BUDGET = 200;

  @TempDir static Path directory;
  private static MatrixModel model;
  private static OneCore core;
  private static Cloud cloud;
  private static SolrClient node;

  @BeforeAll
  static void index() throws Exception {
    model = MatrixModel.open(DOCUMENTS, QUERIES);
    List<String> sample = model.data.documents().stream().limit(1200).map(Document::text).toList();
    AnchorSet anchors =
        AnchorSet.of(
            model.anchorQueries,
            model.fingerprint(),
            ModelScores.anchorRows(model, model.anchorQueries, sample));
    OneCore.ConfigsetWriter configset =
        conf -> Samples.writeConfigset(conf, anchors, MatrixModel.Factory.class, 0);
    core = OneCore.create(directory.resolve("one"), configset);
    cloud = Cloud.start(directory.resolve("cloud"), configset);
    node = cloud.cluster.getJettySolrRunner(0).newClient();
    Map<String, Document> distinct = new LinkedHashMap<>(); // equal texts tie, by id in any case
    model.data.documents().forEach(document -> distinct.putIfAbsent(document.id(), document));
    List<SolrInputDocument> inputs = distinct.values().stream().map(Samples::input).toList();
    for (int from = 0; from < inputs.size(); from += 500) {
      List<SolrInputDocument> some = inputs.subList(from, Math.min(from + 500, inputs.size()));
      core.server.add(some);
      cloud.add(some);
    }
    core.server.commit();
    cloud.client.commit(Cloud.COLLECTION);
    assertEquals(DOCUMENTS, count(core.server));
    assertEquals(DOCUMENTS, count(node));
  }

  private static long count(SolrClient client) throws Exception {
    return ask(client, new SolrQuery("*:*").setRows(0)).size() == 0
        ? client.query(collection(client), new SolrQuery("*:*")).getResults().getNumFound()
        : -1;
  }

  private static String collection(SolrClient client) {
    return client == node ? Cloud.COLLECTION : OneCore.NAME;
  }

  private static List<String> ask(SolrClient client, SolrQuery query) throws Exception {
    return Found.ids(client.query(collection(client), query.setFields("id", "score")));
  }

  @AfterAll
  static void close() throws Exception {
    node.close();
    cloud.close();
    core.close();
  }

  private static SolrQuery cur(String text, String parameters) {
    return new SolrQuery("{!cur f=anchors " + parameters + " v=$text}")
        .setParam("text", text)
        .setParam("sort", "score desc, id asc");
  }

  @Test
  void mergedRankingIsThatOfOneCoreWhereAllIsScored() throws Exception {
    for (String query : model.testQueries) {
      SolrQuery all = cur(query, "budget=" + DOCUMENTS + " topK=" + DOCUMENTS);
      List<String> merged = ask(node, all.setRows(DOCUMENTS));
      assertEquals(DOCUMENTS, merged.size());
      assertEquals(ask(core.server, all), merged, query);
    }
    System.out.println(
        "merged ranking equals the single core's: "
            + model.testQueries.size()
            + " queries, "
            + DOCUMENTS
            + " documents each");
  }

  @Test
  void recallWithinTheBudgetIsThatOfOneCore() throws Exception {
    Map<String, String> texts =
        model.data.documents().stream().collect(Collectors.toMap(Document::id, Document::text));
    List<String> report = new ArrayList<>();
    for (String parser : List.of("cur", "curRerank")) {
      double single = 0;
      double distributed = 0;
      for (String query : model.testQueries) {
        Set<String> exact = exactTop(query, texts);
        SolrQuery asked = query(parser, query);
        single += recall(ask(core.server, asked), exact);
        long before = MatrixModel.CALLS.get();
        distributed += recall(ask(node, asked), exact);
        long spent = MatrixModel.CALLS.get() - before; // fewer where fewer match
        assertTrue(spent <= BUDGET && (spent == BUDGET || !parser.equals("cur")), "spent " + spent);
      }
      single /= model.testQueries.size();
      distributed /= model.testQueries.size();
      report.add(
          String.format(
              Locale.ROOT,
              "%s, budget %d: recall@10 single core %.4f, two shards %.4f",
              parser,
              BUDGET,
              single,
              distributed));
      assertTrue(distributed >= single - 0.02, report.toString());
    }
    report.forEach(System.out::println);
  }

  private static SolrQuery query(String parser, String text) {
    if (parser.equals("cur")) {
      return cur(text, "budget=" + BUDGET);
    }
    return new SolrQuery("{!edismax qf=text mm=0% v=$text}")
        .setParam("text", text)
        .setParam("rq", "{!curRerank f=anchors budget=" + BUDGET + " v=$text}");
  }

  private static Set<String> exactTop(String query, Map<String, String> texts) {
    List<String> ids = new ArrayList<>(texts.keySet());
    float[] scores = model.score(List.of(query), ids.stream().map(texts::get).toList())[0];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      order.add(i);
    }
    order.sort(
        (a, b) ->
            scores[a] != scores[b]
                ? Float.compare(scores[b], scores[a])
                : ids.get(a).compareTo(ids.get(b)));
    return order.stream().limit(10).map(ids::get).collect(Collectors.toSet());
  }

  private static double recall(List<String> found, Set<String> exact) {
    Set<String> top = new HashSet<>(found.subList(0, Math.min(10, found.size())));
    top.retainAll(exact);
    return top.size() / 10.0;
  }
}
