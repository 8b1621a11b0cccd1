package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.model.InteractionModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Searches with a timeout in a process whose clock jumps by days, back and forth: each ends when
 * its time is over, and one that has time ends by its budget. It needs libfaketime: {@code mvn -q
 * -pl lucene-plugin/lucene -am test -Dtest=ClockJumpProof -Dsurefire.failIfNoSpecifiedTests=false
 * -Dcurlew.faketime=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1}. The build refuses calls
 * that read the clock of the day.
 */
class ClockJumpProof {

  private static final int SEARCHES = Integer.getInteger("curlew.clock.searches", 40);
  private static final int TIMEOUT = 300;

  @TempDir Path directory;

  /** The process: searches, alternately with a model that hangs, and says how long they took. */
  public static void main(String[] args) throws Exception {
    SyntheticScores scores = KilledIndexing.scores();
    int[] all = IntStream.range(0, KilledIndexing.DOCUMENTS).toArray();
    Directory index = SyntheticIndex.build(scores, scores.anchorSet(), all, 2);
    try (DirectoryReader reader = DirectoryReader.open(index)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, scores.anchorSet());
      search(searcher, scores, false, 60_000); // the first takes longer
      for (int i = 0; i < SEARCHES; i++) {
        boolean hangs = i % 2 == 0;
        long start = System.nanoTime();
        SearchResult result = search(searcher, scores, hangs, hangs ? TIMEOUT : 60_000);
        long millis = (System.nanoTime() - start) / 1_000_000;
        long day = LocalDate.now(ZoneOffset.UTC).toEpochDay();
        System.out.println(result.stop() + " " + millis + " " + day);
      }
    }
  }

  private static SearchResult search(
      CurSearcher searcher, SyntheticScores scores, boolean hangs, int timeout) throws IOException {
    InteractionModel model = scores.model(new AtomicInteger());
    AtomicInteger batches = new AtomicInteger();
    InteractionModel slow =
        new InteractionModel() {
          @Override
          public String fingerprint() {
            return model.fingerprint();
          }

          @Override
          public float[][] score(List<String> queries, List<String> documents) {
            try {
              Thread.sleep(hangs && batches.incrementAndGet() == 3 ? 20_000 : 15);
            } catch (InterruptedException e) {
              throw new IllegalStateException("given up", e);
            }
            return model.score(queries, documents);
          }

          @Override
          public void close() {}
        };
    return searcher.search(
        new AdaptiveSearch(),
        SyntheticIndex.dense(scores),
        slow,
        SearchRequest.of(SyntheticScores.queryText(10), 10, 60)
            .withTimeout(Duration.ofMillis(timeout)));
  }

  @Test
  void timeoutsDoNotFollowTheClockOfTheDay() throws Exception {
    Path clock = Files.writeString(directory.resolve("clock"), "+0d");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules",
            "jdk.incubator.vector",
            "-Dcurlew.clock.searches=" + SEARCHES,
            "-cp",
            System.getProperty("java.class.path"),
            ClockJumpProof.class.getName());
    builder.environment().put("LD_PRELOAD", System.getProperty("curlew.faketime", ""));
    builder.environment().put("FAKETIME_TIMESTAMP_FILE", clock.toString());
    builder.environment().put("FAKETIME_NO_CACHE", "1");
    builder.environment().put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    int seen = 0;
    int jumps = 0;
    long longest = 0;
    long lastDay = -1;
    try (BufferedReader out = process.inputReader(java.nio.charset.StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        String[] fields = line.split(" ");
        if (fields.length != 3 || !fields[0].matches("TIMEOUT|BUDGET")) {
          continue; // a warning of the JVM
        }
        boolean hung = seen++ % 2 == 0;
        long millis = Long.parseLong(fields[1]);
        assertEquals(hung ? "TIMEOUT" : "BUDGET", fields[0], line);
        assertTrue(!hung || (millis >= TIMEOUT - 50 && millis < 10 * TIMEOUT), line);
        longest = Math.max(longest, hung ? millis : 0);
        jumps += lastDay >= 0 && Math.abs(Long.parseLong(fields[2]) - lastDay) > 100 ? 1 : 0;
        lastDay = Long.parseLong(fields[2]);
        Files.writeString(clock, (seen % 4 < 2 ? "+" : "-") + (1000 + seen) + "d");
      }
    }
    assertEquals(0, process.waitFor());
    assertEquals(SEARCHES, seen);
    assertTrue(jumps > SEARCHES / 4, jumps + " jumps of the clock were seen");
    System.out.printf(
        Locale.ROOT,
        "clock: %d searches, %d jumps of the clock; timeouts of %d ms took at most %d ms%n",
        SEARCHES,
        jumps,
        TIMEOUT,
        longest);
  }
}
