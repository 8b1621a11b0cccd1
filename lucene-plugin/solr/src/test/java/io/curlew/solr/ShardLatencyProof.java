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
import org.apache.solr.client.solrj.SolrClient;
import org.apache.solr.client.solrj.SolrQuery;
import org.apache.solr.client.solrj.request.CollectionAdminRequest;
import org.apache.solr.client.solrj.request.UpdateRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a search takes over two shards and over one, both over HTTP in this JVM: 20,000 WordNet
 * senses, rows of 400 bytes, a model that takes no time. Prints a table. Run by hand.
 */
class ShardLatencyProof {

  private static final int DOCUMENTS = 20_000;
  private static final int ANCHORS = 400;
  private static final int WARM_UP = 100;
  private static final String ONE = "one";

  @TempDir static Path directory;

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
    List<String> queries = samples.queries(100);
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
          millis(node, collection, queries.get(i % queries.size()), 99, i);
        }
      }
      System.out.println("budget   one shard p50 / p90    two shards p50 / p90    [ms]");
      for (int budget : new int[] {20, 50, 100, 200}) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%6d", budget));
        for (String collection : List.of(ONE, Cloud.COLLECTION)) {
          double[] times = new double[queries.size()];
          for (int i = 0; i < times.length; i++) {
            times[i] = millis(node, collection, queries.get(i), budget, i);
          }
          Arrays.sort(times);
          line.append(
              String.format(
                  Locale.ROOT,
                  "%17.1f / %5.1f",
                  times[times.length / 2],
                  times[times.length * 9 / 10]));
        }
        System.out.println(line);
      }
    }
  }

  /** The time of one search that was not asked before. */
  private static double millis(
      SolrClient node, String collection, String text, int budget, int number) throws Exception {
    SolrQuery query =
        new SolrQuery("{!cur f=anchors budget=" + budget + " topK=" + (100 + number) + " v=$text}")
            .setParam("text", text)
            .setFields("id", "score");
    long start = System.nanoTime();
    assertEquals(10, node.query(collection, query).getResults().size());
    return (System.nanoTime() - start) / 1e6;
  }
}
