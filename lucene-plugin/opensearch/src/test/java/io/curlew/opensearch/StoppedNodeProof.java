package io.curlew.opensearch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.testing.models.WordModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node stopped while documents are added, and again while queries are asked. */
@Tag("proof")
class StoppedNodeProof {

  private static final int DOCUMENTS = 4000;
  private static final int BATCH = 50;
  private static final int BUDGET = 60;

  @TempDir static Path directory;

  @Test
  void nothingAcknowledgedIsLostAndQueriesGoOn() throws Exception {
    Samples samples = Samples.wordNet(DOCUMENTS);
    AnchorSet anchors = samples.anchors(1, RowEncoding.int8());
    List<String> queries = samples.queries(50);
    try (Cluster cluster = Cluster.start(directory, 2, anchors, WordModel.Factory.class);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      cluster.createIndex("senses", 2, 1);
      Set<String> acknowledged = ConcurrentHashMap.newKeySet();
      AtomicInteger refused = new AtomicInteger();
      CountDownLatch third = new CountDownLatch(DOCUMENTS / BATCH / 3);
      CountDownLatch stopped = new CountDownLatch(1);
      Future<?> indexing =
          threads.submit(
              () -> add(cluster, samples.documents(), acknowledged, refused, third, stopped));
      await(third);
      cluster.stop(1);
      stopped.countDown();
      int atStop = acknowledged.size();
      assertTrue(atStop < DOCUMENTS, "the node must be stopped while documents are added");
      indexing.get();
      assertEquals(DOCUMENTS, acknowledged.size());
      cluster.start(1);
      cluster.get("/_cluster/health/senses?wait_for_status=green&timeout=120s").ok();
      assertCopiesHoldTheSame(cluster, anchors, acknowledged);

      AtomicBoolean end = new AtomicBoolean();
      AtomicInteger answered = new AtomicInteger();
      AtomicInteger failed = new AtomicInteger();
      long before = WordModel.CALLS.get();
      Future<?> asking = threads.submit(() -> ask(cluster, queries, end, answered, failed));
      waitFor(answered, 20);
      cluster.stop(1);
      int beforeStop = answered.get();
      waitFor(answered, beforeStop + 100);
      end.set(true);
      asking.get();
      long calls = WordModel.CALLS.get() - before;
      System.out.printf(
          Locale.ROOT,
          "added %d, %d of them before a node was stopped, %d batches sent again; queries answered"
              + " %d, %d since the node was stopped, %d sent again; %d calls, %.1f a query%n",
          acknowledged.size(),
          atStop,
          refused.get(),
          answered.get(),
          answered.get() - beforeStop,
          failed.get(),
          calls,
          (double) calls / answered.get());
      assertTrue(
          calls <= (long) BUDGET * (answered.get() + failed.get() + 1),
          "calls of the one query that went on with other copies may have been made twice");
    }
  }

  /** Sends again what was not acknowledged; the last third when a node has been stopped. */
  private static void add(
      Cluster cluster,
      Map<String, Map<String, Object>> documents,
      Set<String> acknowledged,
      AtomicInteger refused,
      CountDownLatch progress,
      CountDownLatch stopped) {
    List<String> ids = new ArrayList<>(documents.keySet());
    for (int from = 0; from < ids.size(); from += BATCH) {
      if (from >= ids.size() / 3 * 2) {
        await(stopped);
      }
      Map<String, Map<String, Object>> batch = new LinkedHashMap<>();
      ids.subList(from, Math.min(from + BATCH, ids.size()))
          .forEach(id -> batch.put(id, Found.get(documents, id)));
      while (true) {
        try {
          cluster.bulk("senses", batch).ok();
          break;
        } catch (Exception | AssertionError e) {
          refused.incrementAndGet();
          pause();
        }
      }
      acknowledged.addAll(batch.keySet());
      progress.countDown();
    }
  }

  private static void ask(
      Cluster cluster,
      List<String> queries,
      AtomicBoolean end,
      AtomicInteger answered,
      AtomicInteger failed) {
    for (int i = 0; !end.get(); i++) {
      // each asked once, so that none is remembered
      String query = queries.get(i % queries.size()) + " " + i;
      while (true) {
        try {
          Cluster.Answer answer =
              cluster.post("/senses/_search", Found.request(query, Map.of("budget", BUDGET)));
          assertEquals(10, Found.ids(answer).size());
          assertTrue(Found.calls(answer) <= BUDGET);
          answered.incrementAndGet();
          break;
        } catch (Exception | AssertionError e) {
          failed.incrementAndGet();
          pause();
        }
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(120, TimeUnit.SECONDS));
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
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (count.get() < value) {
      assertTrue(System.nanoTime() < end, "count must reach " + value + ", got: " + count);
      pause();
    }
  }

  private static void assertCopiesHoldTheSame(
      Cluster cluster, AnchorSet anchors, Set<String> acknowledged) throws IOException {
    Map<Integer, Map<String, float[]>> one = Rows.of(cluster.node(0), "senses", anchors);
    Map<Integer, Map<String, float[]>> two = Rows.of(cluster.node(1), "senses", anchors);
    assertEquals(2, one.size());
    Set<String> all = new HashSet<>();
    one.forEach(
        (shard, rows) -> {
          Map<String, float[]> others = Found.get(two, shard);
          assertEquals(rows.keySet(), others.keySet());
          rows.forEach((id, row) -> assertArrayEquals(row, Found.get(others, id), 0f, id));
          all.addAll(rows.keySet());
        });
    assertEquals(acknowledged, all);
  }
}
