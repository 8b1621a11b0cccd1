package io.curlew.solr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.ModelScores;
import io.curlew.data.Document;
import io.curlew.testing.models.WordModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.solr.client.solrj.SolrClient;
import org.apache.solr.client.solrj.SolrQuery;
import org.apache.solr.client.solrj.request.CollectionAdminRequest;
import org.apache.solr.client.solrj.request.UpdateRequest;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a search takes over two shards and over one, both over HTTP in this JVM: 20,000 WordNet
 * senses, rows of 400 bytes, a model that takes no time. Prints a table, and what a plain query for
 * the same words takes, which asks each shard once: a search does so for each of its requests. Run
 * by hand.
 */
class ShardLatencyProof {

  private static final int DOCUMENTS = 20_000;
  private static final int ANCHORS = 400;
  private static final int QUERIES = 100;
  private static final int WARM_UP = 100;
  private static final String ONE = "one";

  @TempDir static Path directory;
  private int requests; // to a shard

  @Test
  void table() throws Exception {
    Samples samples = Samples.wordNet(DOCUMENTS);
    WordModel model = new WordModel(1);
    List<String> anchorQueries = samples.data.anchorQueryCandidates().subList(0, ANCHORS);
    List<String> sample =
        samples.data.documents().stream().limit(1000).map(Document::text).toList();
    AnchorSet anchors =
        AnchorSet.of(
            anchorQueries,
            model.fingerprint(),
            ModelScores.anchorRows(model, anchorQueries, sample),
            RowEncoding.int8());
    List<String> queries = samples.queries(QUERIES);
    try (Cloud cloud = Cloud.start(directory, conf -> Samples.writeConfigset(conf, anchors, 1));
        SolrClient node = cloud.cluster.getJettySolrRunner(0).newClient()) {
      CollectionAdminRequest.createCollection(ONE, "curlew", 1, 1).process(cloud.client);
      cloud.cluster.waitForActiveCollection(ONE, 30, TimeUnit.SECONDS, 1, 1);
      for (String collection : List.of(Cloud.COLLECTION, ONE)) {
        for (int from = 0; from < DOCUMENTS; from += 1000) {
          UpdateRequest request = new UpdateRequest();
          request.add(samples.documents().subList(from, from + 1000));
          request.process(cloud.client, collection);
        }
        cloud.client.commit(collection);
        for (int i = 0; i < WARM_UP; i++) {
          ask(node, collection, search(queries.get(i % queries.size()), 99, i));
          ask(node, collection, plain(queries.get(i % queries.size())));
        }
      }
      System.out.println("budget   one shard p50 / p90    two shards p50 / p90    [ms]  requests");
      System.out.println(
          " plain"
              + times(node, ONE, i -> plain(queries.get(i)))
              + times(node, Cloud.COLLECTION, i -> plain(queries.get(i))));
      for (int budget : new int[] {20, 50, 100, 200}) {
        requests = 0;
        IntFunction<SolrQuery> search = i -> search(queries.get(i), budget, i);
        System.out.printf(
            Locale.ROOT,
            "%6d%s%s%16.1f%n",
            budget,
            times(node, ONE, search),
            times(node, Cloud.COLLECTION, search),
            1.0 * requests / queries.size());
      }
    }
  }

  /** One that was not asked before. */
  private static SolrQuery search(String text, int budget, int number) {
    return new SolrQuery(
            "{!cur f=anchors budget=" + budget + " topK=" + (100 + number) + " v=$text}")
        .setParam("text", text)
        .setFields("id", "score");
  }

  private static SolrQuery plain(String text) {
    return new SolrQuery("{!edismax cache=false qf=text mm=1 v=$text}")
        .setParam("text", text)
        .setFields("id", "score");
  }

  private String times(SolrClient node, String collection, IntFunction<SolrQuery> query)
      throws Exception {
    double[] millis = new double[QUERIES];
    for (int i = 0; i < millis.length; i++) {
      millis[i] = ask(node, collection, query.apply(i));
    }
    Arrays.sort(millis);
    return String.format(
        Locale.ROOT, "%17.1f / %5.1f", millis[QUERIES / 2], millis[QUERIES * 9 / 10]);
  }

  private double ask(SolrClient node, String collection, SolrQuery query) throws Exception {
    long start = System.nanoTime();
    QueryResponse response = node.query(collection, query);
    double millis = (System.nanoTime() - start) / 1e6;
    if (response.getResponse().get(CurComponent.NAME) != null) {
      List<?> sent = (List<?>) Found.trace(response).get("shardRequests");
      requests += sent == null ? 0 : (int) sent.getFirst();
      assertEquals(10, response.getResults().size());
    }
    return millis;
  }
}
