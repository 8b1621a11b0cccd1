package io.curlew.solr;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.solr.client.solrj.SolrQuery;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.SolrInputDocument;

/** Four clients that ask while documents are changed, deleted and added: none sees an error. */
final class LivingCloud {

  private static final int CLIENTS = 4;
  private static final int MOST_CALLS = 60;

  private LivingCloud() {}

  /** Runs for a time; says what was done. */
  static String run(Cloud cloud, Samples samples, List<String> queries, Duration time)
      throws Exception {
    long end = System.nanoTime() + time.toNanos();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1)) {
      List<Future<Integer>> clients = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int first = client;
        clients.add(threads.submit(() -> ask(cloud, queries, first, end)));
      }
      Future<Integer> updater = threads.submit(update(cloud, samples.documents(), end));
      int answered = 0;
      for (Future<Integer> client : clients) {
        answered += client.get();
      }
      int updates = updater.get();
      assertTrue(answered >= CLIENTS && updates > 1, answered + " answers, " + updates);
      return answered + " searches by " + CLIENTS + " clients beside " + updates + " updates";
    }
  }

  private static int ask(Cloud cloud, List<String> queries, int first, long end) throws Exception {
    int asked = first;
    for (; System.nanoTime() < end; asked++) {
      SolrQuery query =
          asked % 3 == 0
              ? new SolrQuery("{!edismax qf=text mm=0 v=$text}")
                  .setParam("rq", "{!curRerank f=anchors budget=" + MOST_CALLS + " v=$text}")
              : new SolrQuery("{!cur f=anchors budget=" + MOST_CALLS + " v=$text}");
      query.setParam("text", queries.get(asked % queries.size()));
      QueryResponse response = cloud.client.query(Cloud.COLLECTION, query);
      assertTrue(Found.calls(response) <= MOST_CALLS, "calls: " + Found.calls(response));
    }
    return asked - first;
  }

  /** Each update changes some texts and deletes others, which the next adds again. */
  private static Callable<Integer> update(
      Cloud cloud, List<SolrInputDocument> documents, long end) {
    return () -> {
      Random random = new Random(7);
      List<SolrInputDocument> deleted = new ArrayList<>();
      int updates = 0;
      for (; System.nanoTime() < end; updates++) {
        List<SolrInputDocument> added = new ArrayList<>(deleted);
        deleted.clear();
        for (int i = 0; i < 10; i++) {
          SolrInputDocument changed = documents.get(random.nextInt(documents.size())).deepCopy();
          changed.setField("text", changed.getFieldValue("text") + " " + updates);
          added.add(changed);
          deleted.add(documents.get(random.nextInt(documents.size())));
        }
        cloud.add(added);
        cloud.client.deleteById(
            Cloud.COLLECTION,
            deleted.stream().map(document -> (String) document.getFieldValue("id")).toList());
        cloud.client.commit(Cloud.COLLECTION, true, true, true);
      }
      return updates;
    };
  }
}
