package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.model.CachedModel;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ScoreCache;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;

/**
 * Mixed work for a given time on two indexes at once, one of float rows on mapped files and one of
 * bytes on file handles, while another thread searches what is committed. At every checkpoint what
 * the process holds is measured, and both indexes are compared with their oracles; at the end
 * nothing must have grown.
 */
final class Soak {

  private static final int DOCUMENTS = 1500;
  private static final int ANCHORS = 32;
  private static final int QUERIES = 4;
  private static final int CACHED = 2000;
  private static final int LEAST_STEPS = 20; // between checkpoints, however slow the machine
  private static final double MB = 1e6;

  private final Path root;
  private final double load;
  private final Random random;
  private final SyntheticScores scores;
  private final List<Footprint> footprints = new ArrayList<>();
  private final AtomicInteger searches = new AtomicInteger();
  private final ReentrantLock between = new ReentrantLock(/* fair= */ true); // its searches
  private int steps;

  /**
   * @param root an empty directory
   * @param load the share of its time that a thread works, the rest is think time; at most 1
   */
  Soak(Path root, double load, Random random) {
    this.root = root;
    this.load = load;
    this.random = random;
    this.scores = SyntheticScores.draw(ANCHORS, QUERIES, DOCUMENTS, 6, random);
  }

  /** Arguments: seconds, seconds between checkpoints, load. */
  public static void main(String[] args) throws Exception {
    Path root = Files.createTempDirectory("curlew-soak");
    new Soak(root, Double.parseDouble(args[2]), io.curlew.testing.Seeds.random())
        .run(Double.parseDouble(args[0]), Double.parseDouble(args[1]));
  }

  /** Works for so many seconds. */
  void run(double seconds, double checkpointEvery) throws Exception {
    Path saved = root.resolve("cache");
    ScoreCache cache = ScoreCache.open(saved, CACHED);
    try (Directory floats = new MMapDirectory(root.resolve("floats"));
        Directory bytes = new NIOFSDirectory(root.resolve("bytes"));
        InteractionModel model = new CachedModel(scores.model(new AtomicInteger()), cache)) {
      SoakedIndex first = new SoakedIndex(floats, scores, model, false, random);
      SoakedIndex second = new SoakedIndex(bytes, scores, model, true, random);
      try (first;
          second;
          CurSearcherManager outside =
              new CurSearcherManager(floats, CurSchema.DEFAULT, scores.anchorSet(), null);
          ExecutorService threads = Executors.newSingleThreadExecutor()) {
        AtomicBoolean stop = new AtomicBoolean();
        Future<?> other = threads.submit(() -> searchUntil(stop, outside));
        try {
          long start = System.nanoTime();
          for (int checkpoint = 1; checkpoint * checkpointEvery <= seconds; checkpoint++) {
            double end = checkpoint * checkpointEvery;
            int least = checkpoint * LEAST_STEPS;
            while ((since(start) < end || steps < least) && !other.isDone()) {
              long before = System.nanoTime();
              (steps++ % 2 == 0 ? first : second).step();
              think(before);
            }
            first.settle();
            second.settle();
            cache.save();
            ScoreCache.open(saved, CACHED);
            measure(since(start), outside);
          }
        } finally {
          stop.set(true);
          other.get(); // a search that went wrong throws
        }
      }
      checkFromDisk(floats, first);
      checkFromDisk(bytes, second);
    }
    assertFlat(seconds);
    System.out.printf(
        Locale.ROOT,
        "after %d steps and %d searches beside them both indexes equal the oracle%n",
        steps,
        searches.get());
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private void think(long workedSince) throws InterruptedException {
    double nanos = (System.nanoTime() - workedSince) * (1 / load - 1);
    Thread.sleep((long) (nanos / 1e6), (int) (nanos % 1e6));
  }

  /** Searches what is committed. */
  private Void searchUntil(AtomicBoolean stop, CurSearcherManager manager) throws Exception {
    InteractionModel model = scores.model(new AtomicInteger());
    while (!stop.get()) {
      long before = System.nanoTime();
      between.lock();
      try {
        search(manager, model);
      } finally {
        between.unlock();
      }
      think(before);
    }
    return null;
  }

  private void search(CurSearcherManager manager, InteractionModel model) throws IOException {
    manager.maybeRefresh();
    CurSearcher searcher = manager.acquire();
    try {
      int query = ANCHORS + searches.getAndIncrement() % QUERIES;
      SearchResult result =
          searcher.search(
              new AdaptiveSearch(),
              SyntheticIndex.firstStage(scores, query),
              model,
              SearchRequest.of(SyntheticScores.queryText(query), 10, 40));
      assertEquals(Math.min(10, searcher.documentCount()), result.hits().size());
    } finally {
      manager.release(searcher);
    }
  }

  private void measure(double seconds, CurSearcherManager outside) throws IOException {
    between.lock();
    try {
      outside.maybeRefreshBlocking();
      Footprint footprint = Footprint.measure(root);
      footprints.add(footprint);
      System.out.printf(
          Locale.ROOT,
          "%.1f s, %d steps, %d searches: %s%n",
          seconds,
          steps,
          searches.get(),
          footprint);
    } finally {
      between.unlock();
    }
  }

  private void checkFromDisk(Directory directory, SoakedIndex index) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      index.checkEverything(
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, index.anchors()));
    }
    try (CheckIndex check = new CheckIndex(directory)) {
      check.setInfoStream(
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
      assertTrue(check.checkIndex().clean, "CheckIndex");
    }
  }

  /** The last third holds no more than the first third, but for these bounds. */
  private void assertFlat(double seconds) {
    flat("heap", Footprint::heap, 4 * MB);
    flat("direct buffers", Footprint::direct, MB);
    flat("handles", Footprint::handles, 2);
    flat("mapped regions", Footprint::mapped, 2);
    flat("threads", Footprint::threads, 2);
    if (seconds >= 600) { // before, the compiler and the heap itself still grow
      flat("anonymous memory", Footprint::anonymous, 32 * MB);
      flat("RSS", Footprint::resident, 48 * MB);
    }
  }

  private void flat(String what, ToLongFunction<Footprint> of, double bound) {
    int third = Math.max(1, footprints.size() / 3);
    long first = median(footprints.subList(0, third), of);
    long last = median(footprints.subList(footprints.size() - third, footprints.size()), of);
    System.out.printf(Locale.ROOT, "%s: first third %d, last third %d%n", what, first, last);
    assertTrue(last - first <= bound, what + " must not grow, it did: " + first + " to " + last);
  }

  private static long median(List<Footprint> of, ToLongFunction<Footprint> value) {
    return of.stream().mapToLong(value).sorted().skip(of.size() / 2).findFirst().orElseThrow();
  }
}
