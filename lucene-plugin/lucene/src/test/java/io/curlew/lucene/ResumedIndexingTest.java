package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.SyntheticScores;
import io.curlew.cur.model.InteractionModel;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream that is killed goes on where its last commit left it. */
class ResumedIndexingTest {

  @TempDir Path directory;

  private final Random random = Seeds.random();

  @Test
  void killedTheIndexEqualsTheOneNeverKilled() throws Exception {
    killed(2);
  }

  @Test
  @Tag("proof")
  void killedAtTenRandomMomentsTheIndexEqualsTheOneNeverKilled() throws Exception {
    killed(10);
  }

  private void killed(int kills) throws Exception {
    Path index = directory.resolve("index");
    Path scored = directory.resolve("scored");
    Path commits = directory.resolve("commits");
    for (int kill = 0; kill < kills; kill++) {
      Process process = start(index, scored, commits, 50);
      long lines = lines(scored);
      // somewhere after the process has come to scoring, the first time to a commit
      while (process.isAlive() && (lines(scored) == lines || committed(commits) == 0)) {
        Thread.sleep(5);
      }
      Thread.sleep(random.nextInt(700));
      process.destroyForcibly().waitFor();
    }
    long committedBefore = committed(commits);
    assertTrue(committedBefore < KilledIndexing.DOCUMENTS, "killed before the end");
    assertTrue(committedBefore > 0, "killed after a commit");
    assertEquals(0, start(index, scored, commits, 0).waitFor());
    assertEquals(KilledIndexing.DOCUMENTS, committed(commits));

    Directory never = new ByteBuffersDirectory();
    SyntheticScores scores = KilledIndexing.scores();
    try (TextIndexWriter writer = SyntheticIndex.writer(never, scores, scores.anchorSet())) {
      writer.addStream("synthetic", KilledIndexing.documents());
    }
    try (Directory resumed = FSDirectory.open(index);
        CheckIndex check = new CheckIndex(resumed)) {
      check.setInfoStream(
          new java.io.PrintStream(
              java.io.OutputStream.nullOutputStream(),
              false,
              java.nio.charset.StandardCharsets.UTF_8));
      assertTrue(check.checkIndex().clean, "CheckIndex");
      assertEquals(rows(never, scores).keySet(), rows(resumed, scores).keySet());
      Map<String, float[]> expected = rows(never, scores);
      rows(resumed, scores).forEach((id, row) -> assertArrayEquals(expected.get(id), row));
    }
    noCommittedBatchWasScoredTwice(scored, commits, kills);
  }

  /** Between two runs, what had been committed is not scored again. */
  private static void noCommittedBatchWasScoredTwice(Path scored, Path commits, int kills)
      throws IOException {
    Map<Integer, Integer> times = new TreeMap<>();
    for (String text : Files.readAllLines(scored)) {
      times.merge(Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1)), 1, Integer::sum);
    }
    // the sample of the anchor set is scored by another model, which does not log
    assertEquals(KilledIndexing.DOCUMENTS, times.size());
    long repeated = times.values().stream().filter(n -> n > 1).count();
    int runs = kills + 1;
    // at most what lies between two commits, with the batches in the pipe, for each kill
    assertTrue(repeated <= runs * (30 + 3 * 10L), repeated + " documents were scored again");
    List<String> order = Files.readAllLines(scored);
    int highest = -1;
    for (String text : order) {
      int d = Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
      assertTrue(d >= highest - (30 + 3 * 10), "document " + d + " scored again after " + highest);
      highest = Math.max(highest, d);
    }
    assertTrue(lines(commits) > 0);
  }

  private static long lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file).size() : 0;
  }

  private static long committed(Path commits) throws IOException {
    return Files.exists(commits)
        ? Files.readAllLines(commits).stream().mapToLong(Long::parseLong).max().orElse(0)
        : 0;
  }

  private static Process start(Path index, Path scored, Path commits, int pause)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules",
            "jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            KilledIndexing.class.getName(),
            index.toString(),
            scored.toString(),
            commits.toString(),
            Integer.toString(pause))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static Map<String, float[]> rows(Directory directory, SyntheticScores scores)
      throws IOException {
    Map<String, float[]> rows = new TreeMap<>();
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, scores.anchorSet());
      int[] documents = searcher.documents();
      List<String> ids = searcher.ids(documents);
      float[][] all = searcher.rows(documents);
      for (int i = 0; i < all.length; i++) {
        assertTrue(rows.put(ids.get(i), all[i]) == null, "twice: " + ids.get(i));
      }
      assertEquals(rows.size(), reader.numDocs());
    }
    return rows;
  }

  @Test
  void aSecondRunOfAStreamAddsNothingAndCallsNothing() throws IOException {
    SyntheticScores scores = KilledIndexing.scores();
    Directory index = new ByteBuffersDirectory();
    AtomicInteger calls = new AtomicInteger();
    for (int run = 0; run < 2; run++) {
      try (TextIndexWriter writer = writer(index, scores, scores.model(calls))) {
        long added = writer.addStream("s", KilledIndexing.documents());
        assertEquals(run == 0 ? KilledIndexing.DOCUMENTS : 0, added);
      }
      assertEquals(KilledIndexing.DOCUMENTS * 10, calls.get());
    }
    try (DirectoryReader reader = DirectoryReader.open(index)) {
      assertEquals(
          Integer.toString(KilledIndexing.DOCUMENTS * 10),
          reader.getIndexCommit().getUserData().get(AnchorRowWriter.CALLS));
    }
  }

  @Test
  void aFailingModelLeavesWhatWasCommittedAndTheStreamGoesOn() throws IOException {
    SyntheticScores scores = KilledIndexing.scores();
    Directory index = new ByteBuffersDirectory();
    InteractionModel good = scores.model(new AtomicInteger());
    AtomicInteger batches = new AtomicInteger();
    InteractionModel failing =
        new InteractionModel() {
          @Override
          public String fingerprint() {
            return good.fingerprint();
          }

          @Override
          public float[][] score(List<String> queries, List<String> documents) {
            if (batches.incrementAndGet() == 20) {
              throw new IllegalStateException("model broke");
            }
            return good.score(queries, documents);
          }

          @Override
          public void close() {}
        };
    try (TextIndexWriter writer = writer(index, scores, failing)) {
      IllegalStateException e =
          assertThrows(
              IllegalStateException.class, () -> writer.addStream("s", KilledIndexing.documents()));
      assertEquals("model broke", e.getMessage());
    }
    try (DirectoryReader reader = DirectoryReader.open(index)) {
      assertTrue(reader.numDocs() > 0 && reader.numDocs() % 30 == 0, "" + reader.numDocs());
    }
    try (TextIndexWriter writer = writer(index, scores, good)) {
      writer.addStream("s", KilledIndexing.documents());
    }
    assertEquals(KilledIndexing.DOCUMENTS, rows(index, scores).size());
  }

  @Test
  void scoringWaitsForWriting() throws Exception {
    List<Integer> taken = new ArrayList<>();
    AtomicInteger made = new AtomicInteger();
    AtomicInteger ahead = new AtomicInteger();
    try (BoundedPipe<Integer> pipe =
        new BoundedPipe<>(
            1,
            item -> {
              try {
                TimeUnit.MILLISECONDS.sleep(5);
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              ahead.accumulateAndGet(made.get() - item, Math::max);
              taken.add(item);
            })) {
      for (int i = 0; i < 40; i++) {
        made.set(i);
        pipe.put(i);
      }
      pipe.finish();
    }
    assertEquals(40, taken.size());
    assertTrue(ahead.get() <= 2, ahead + " items ahead");
  }

  private static TextIndexWriter writer(
      Directory index, SyntheticScores scores, InteractionModel model) throws IOException {
    return TextIndexWriter.open(
        index,
        CurSchema.DEFAULT,
        new WhitespaceAnalyzer(),
        scores.anchorSet(),
        model,
        SyntheticIndex.embedder(scores),
        IndexingOptions.DEFAULT.withBatches(10, 30));
  }

  @Test
  void anIteratorThatFailsIsHeardOf() throws IOException {
    SyntheticScores scores = KilledIndexing.scores();
    Iterator<TextDocument> broken =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public TextDocument next() {
            throw new IllegalStateException("no more");
          }
        };
    Directory index = new ByteBuffersDirectory();
    try (TextIndexWriter writer = writer(index, scores, scores.model(new AtomicInteger()))) {
      assertThrows(IllegalStateException.class, () -> writer.addStream("s", broken));
    }
  }
}
