package io.curlew.solr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.lucene.rows.IndexView;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.solr.client.solrj.SolrQuery;
import org.apache.solr.common.SolrInputDocument;
import org.apache.solr.core.SolrCore;
import org.apache.solr.embedded.JettySolrRunner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node stopped while documents are added, the other while queries are asked. */
@Tag("proof")
class StoppedNodeProof {

  private static final int DOCUMENTS = 4000;
  private static final int BATCH = 50;

  /** A node that has to be stopped with force takes some 120 seconds. */
  private static final int PATIENCE_SECONDS = 300;

  @TempDir static Path directory;

  /** Whoever adds or asks goes on until then. */
  private final AtomicBoolean end = new AtomicBoolean();

  @Test
  void nothingAcknowledgedIsLostAndQueriesGoOn() throws Exception {
    Samples samples = Samples.wordNet(DOCUMENTS);
    AnchorSet anchors = samples.anchors(1);
    try (Cloud cloud = Cloud.start(directory, conf -> Samples.writeConfigset(conf, anchors, 1));
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      try {
        JettySolrRunner first = cloud.cluster.getJettySolrRunner(0);
        JettySolrRunner second = cloud.cluster.getJettySolrRunner(1);
        Set<String> acknowledged = addWhile(second, cloud, threads, samples.documents());
        cloud.client.commit(Cloud.COLLECTION);
        askWhile(first, cloud, threads, samples.queries(50));
        cloud.client.commit(Cloud.COLLECTION);
        assertEquals(2, assertReplicasHoldTheSame(cloud, anchors, acknowledged), "shards");
      } finally {
        end.set(true);
      }
    }
  }

  /** Adds all documents while a node is stopped; the ids of those that were acknowledged. */
  private Set<String> addWhile(
      JettySolrRunner stops,
      Cloud cloud,
      ExecutorService threads,
      List<SolrInputDocument> documents)
      throws Exception {
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    AtomicInteger refused = new AtomicInteger();
    CountDownLatch third = new CountDownLatch(DOCUMENTS / BATCH / 3);
    CountDownLatch stopped = new CountDownLatch(1);
    Future<?> indexing =
        threads.submit(() -> add(cloud, documents, acknowledged, refused, third, stopped));
    await(third);
    cloud.stop(stops);
    stopped.countDown();
    int atStop = acknowledged.size();
    assertTrue(atStop < DOCUMENTS, "the node must be stopped while documents are added");
    indexing.get();
    assertEquals(DOCUMENTS, acknowledged.size());
    cloud.restart(stops);
    System.out.printf(
        Locale.ROOT,
        "added %d, %d of them before a node was stopped, %s batches sent again%n",
        acknowledged.size(),
        atStop,
        refused);
    return acknowledged;
  }

  /** Asks while a node is stopped, until it is there again. */
  private void askWhile(
      JettySolrRunner stops, Cloud cloud, ExecutorService threads, List<String> queries)
      throws Exception {
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    Future<?> asking = threads.submit(() -> ask(cloud, queries, answered, failed));
    waitFor(answered, 20);
    cloud.stop(stops);
    int before = answered.get();
    waitFor(answered, before + 100);
    cloud.restart(stops);
    end.set(true);
    asking.get();
    System.out.printf(
        Locale.ROOT,
        "queries answered %s, %d since the other node was stopped, %s sent again%n",
        answered,
        answered.get() - before,
        failed);
  }

  /** Sends again what was not acknowledged; the last third when a node has been stopped. */
  private void add(
      Cloud cloud,
      List<SolrInputDocument> documents,
      Set<String> acknowledged,
      AtomicInteger refused,
      CountDownLatch progress,
      CountDownLatch stopped) {
    for (int from = 0; from < documents.size(); from += BATCH) {
      if (from >= documents.size() / 3 * 2) {
        await(stopped);
      }
      List<SolrInputDocument> batch = documents.subList(from, from + BATCH);
      if (!sent(() -> cloud.add(batch), refused)) {
        return;
      }
      batch.forEach(document -> acknowledged.add((String) document.getFieldValue("id")));
      progress.countDown();
    }
  }

  private void ask(
      Cloud cloud, List<String> queries, AtomicInteger answered, AtomicInteger failed) {
    for (int i = 0; !end.get(); i++) {
      SolrQuery query =
          new SolrQuery("{!cur f=anchors budget=60 v=$text}")
              .setParam("text", queries.get(i % queries.size()));
      Request request =
          () -> assertEquals(10, cloud.client.query(Cloud.COLLECTION, query).getResults().size());
      if (sent(request, failed)) {
        answered.incrementAndGet();
      }
    }
  }

  /** What may fail while a node stops. */
  private interface Request {
    void send() throws Exception;
  }

  /** Sends until it is answered; false if it was not before the end. */
  private boolean sent(Request request, AtomicInteger failed) {
    while (!end.get()) {
      try {
        request.send();
        return true;
      } catch (Exception e) {
        failed.incrementAndGet();
        pause();
      }
    }
    return false;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void waitFor(AtomicInteger count, int value) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (count.get() < value) {
      assertTrue(System.nanoTime() < end, "count must reach " + value + ", got: " + count);
      pause();
    }
  }

  /** The number of shards, all of whose replicas hold the same rows for the same ids. */
  private static int assertReplicasHoldTheSame(
      Cloud cloud, AnchorSet anchors, Set<String> acknowledged) throws Exception {
    Map<String, Map<String, float[]>> byShard = new HashMap<>();
    int documents = 0;
    List<SolrCore> cores = cloud.cores();
    assertEquals(4, cores.size());
    for (SolrCore core : cores) {
      try (core) {
        String shard = core.getCoreDescriptor().getCloudDescriptor().getShardId();
        Map<String, float[]> rows = rows(core, anchors);
        Map<String, float[]> other = byShard.putIfAbsent(shard, rows);
        if (other == null) {
          documents += rows.size();
          continue;
        }
        assertEquals(other.keySet(), rows.keySet(), shard);
        rows.forEach((id, row) -> assertArrayEquals(other.get(id), row, 0f, id));
      }
    }
    assertEquals(acknowledged.size(), documents);
    byShard.values().forEach(rows -> assertTrue(acknowledged.containsAll(rows.keySet())));
    return byShard.size();
  }

  private static Map<String, float[]> rows(SolrCore core, AnchorSet anchors) throws Exception {
    return core.withSearcher(
        searcher -> {
          IndexView view = Documents.view(searcher, "anchors");
          int[] documents = IndexView.documents(view.searchable());
          List<String> ids = view.ids(documents);
          float[][] rows = view.rows().values(documents);
          Map<String, float[]> byId = new HashMap<>();
          for (int i = 0; i < rows.length; i++) {
            byId.put(ids.get(i), rows[i]);
          }
          return byId;
        });
  }
}
