package io.curlew.demo.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.curlew.cur.SyntheticScores;
import io.curlew.data.Document;
import io.curlew.demo.SmallDataset;
import io.curlew.demo.evaluate.ScoreFile;
import io.curlew.lucene.ComputedField;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.IndexingOptions;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A file system that is full in the middle of writing: an error, and what was there before is there
 * still; with room again the work goes on. It needs a file system of a few megabytes, which it
 * mounts if it is run by root; {@code -Dcurlew.small.disk=DIR} names another one, as {@code mount
 * -t tmpfs -o size=4m tmpfs DIR} makes it. What is in there is deleted.
 */
@Tag("proof")
class FullDiskProof {

  private static final int ROUNDS = Integer.getInteger("curlew.full.rounds", 20);
  private static final String GIVEN = System.getProperty("curlew.small.disk", "");
  private static final Path DISK = Path.of(GIVEN.isEmpty() ? "target/small-disk" : GIVEN);
  private static final long MOST = 16L << 20;
  private static final int DOCUMENTS = 3000;
  private static final int COMMANDS = 10;
  private static final int INDEXED = 600;

  private final Random random = Seeds.random();
  private final Path ballast = DISK.resolve("ballast");

  @BeforeAll
  static void mount() throws Exception {
    if (GIVEN.isEmpty()) {
      Files.createDirectories(DISK);
      int exit = command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", DISK.toString());
      assumeTrue(exit == 0, "a small file system can be mounted, or is given");
    }
  }

  @AfterAll
  static void unmount() throws Exception {
    if (GIVEN.isEmpty()) {
      command("umount", DISK.toString());
    }
  }

  private static int command(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  /** Merge threads tell of the full disk too, as the writer does. */
  @BeforeEach
  void mergesFailQuietly() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> assertTrue(saysSpace(e), e.toString()));
  }

  @AfterEach
  void noMore() {
    Thread.setDefaultUncaughtExceptionHandler(null);
  }

  @BeforeEach
  void theDiskIsSmallAndEmpty() throws IOException {
    assertTrue(
        Files.getFileStore(DISK).getTotalSpace() <= MOST,
        "the file system of " + DISK + " is small");
    clear();
  }

  private static void clear() throws IOException {
    try (Stream<Path> files = Files.walk(DISK)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(DISK)) {
          Files.delete(file);
        }
      }
    }
  }

  /** Fills the disk but for so many bytes. */
  private void leave(long bytes) throws IOException {
    long filling = Files.getFileStore(DISK).getUsableSpace() - bytes;
    try (var out = Files.newOutputStream(ballast)) {
      for (long written = 0; written < filling; written += 4096) {
        out.write(new byte[4096]);
      }
    }
  }

  @Test
  void filesAreTheOldOrTheNew() throws Exception {
    for (StateFile kind : StateFile.all()) {
      int failed = 0;
      for (int round = 0; round < ROUNDS; round++) {
        clear();
        Path file = DISK.resolve("file");
        int old = random.nextInt(4) - 1;
        if (old >= 0) {
          kind.writer().write(file, old);
        }
        leave(random.nextInt(250_000));
        int version = 9;
        try {
          kind.writer().write(file, version);
          old = version;
        } catch (IOException e) {
          assertTrue(String.valueOf(e.getMessage()).contains("space"), e.toString());
          failed++;
        }
        assertEquals(old, Files.exists(file) ? kind.reader().read(file) : -1);
        try (Stream<Path> files = Files.list(DISK)) {
          assertEquals(
              0, files.filter(one -> !one.equals(file) && !one.equals(ballast)).count(), "others");
        }
        Files.delete(ballast);
        kind.writer().write(file, version);
        assertEquals(version, kind.reader().read(file));
      }
      System.out.printf(
          Locale.ROOT,
          "full disk, %s: %d times, %d failed clearly, %d had room%n",
          kind.name(),
          ROUNDS,
          failed,
          ROUNDS - failed);
    }
  }

  @Test
  void aScoreFileGoesOn() throws IOException {
    List<String> queries = IntStream.range(0, 20).mapToObj(q -> "q" + q).toList();
    List<String> documents = IntStream.range(0, DOCUMENTS).mapToObj(d -> "d" + d).toList();
    int failed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      clear();
      leave(random.nextInt(400_000));
      int runs = 0;
      for (boolean done = false; !done; runs++) {
        float[][] scores = new float[queries.size()][DOCUMENTS];
        try (ScoreFile file = ScoreFile.open(DISK.resolve("scores"), "m", queries, documents)) {
          int known = file.read(scores);
          for (int q = 0; q < queries.size(); q++) {
            for (int d = 0; d < known; d++) {
              assertEquals(q * DOCUMENTS + d, scores[q][d]);
            }
          }
          for (int from = known; from < DOCUMENTS; from += ScoreFile.BLOCK) {
            int to = Math.min(DOCUMENTS, from + ScoreFile.BLOCK);
            for (int q = 0; q < queries.size(); q++) {
              for (int d = from; d < to; d++) {
                scores[q][d] = q * DOCUMENTS + d;
              }
            }
            file.append(scores, from, to);
          }
          file.finish();
          done = true;
        } catch (IOException e) {
          assertTrue(String.valueOf(e.getMessage()).contains("space"), e.toString());
          failed++;
          Files.delete(ballast);
        }
      }
      assertTrue(runs <= 2);
    }
    System.out.printf(
        Locale.ROOT, "full disk, score file: %d times, %d failed and went on%n", ROUNDS, failed);
  }

  @Test
  void anIndexKeepsItsCommitsAndGoesOn() throws IOException {
    SyntheticScores scores = SyntheticScores.draw(40, 1, DOCUMENTS, 5, random);
    int failed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      clear();
      leave(random.nextInt(2_000_000));
      for (boolean done = false; !done; ) {
        try (FSDirectory directory = FSDirectory.open(DISK.resolve("index"));
            DatasetWriter writer = writer(directory, scores)) {
          writer.addStream("s", documents());
          done = true;
        } catch (IOException | IllegalStateException e) {
          assertTrue(saysSpace(e), e.toString());
          failed++;
          check(scores, DOCUMENTS);
          Files.deleteIfExists(ballast);
        }
      }
      assertEquals(DOCUMENTS, check(scores, DOCUMENTS));
    }
    System.out.printf(
        Locale.ROOT,
        "full disk, index: %d times, %d failed clearly with the last commit right, all went on%n",
        ROUNDS,
        failed);
  }

  @Test
  void theCommandResumes() throws IOException {
    Path room = Files.createTempDirectory("room");
    Path data = SmallDataset.write(room.resolve("data"), INDEXED);
    Path never = room.resolve("never");
    IndexingFixture.create(data, never);
    Map<String, float[]> expected = IndexingFixture.rows(never);
    int failed = 0;
    int resumed = 0;
    for (int round = 0; round < COMMANDS; round++) {
      clear();
      Path index = DISK.resolve("index");
      leave(random.nextInt(1_500_000));
      try {
        IndexingFixture.create(data, index);
      } catch (IOException | IllegalStateException e) {
        assertTrue(saysSpace(e), e.toString());
        failed++;
        assertFalse(Files.exists(DISK.resolve("index.lock")));
        Files.delete(ballast);
        long again = IndexingFixture.create(data, index);
        resumed += again < INDEXED ? 1 : 0;
      }
      Map<String, float[]> rows = IndexingFixture.rows(index);
      assertEquals(expected.keySet(), rows.keySet());
      rows.forEach((id, row) -> assertArrayEquals(expected.get(id), row));
      try (Stream<Path> files = Files.list(DISK)) {
        assertEquals(
            0, files.filter(one -> !one.equals(index) && !one.equals(ballast)).count(), "others");
      }
    }
    System.out.printf(
        Locale.ROOT,
        "full disk, curlew index: %d times, %d failed, %d of them resumed, the index is the same%n",
        COMMANDS,
        failed,
        resumed);
  }

  private static boolean saysSpace(Throwable e) {
    return e.toString().contains("space") || (e.getCause() != null && saysSpace(e.getCause()));
  }

  private static List<Document> documents() {
    return IntStream.range(0, DOCUMENTS)
        .mapToObj(d -> new Document(SyntheticScores.id(d), SyntheticScores.text(d)))
        .toList();
  }

  private static DatasetWriter writer(FSDirectory directory, SyntheticScores scores)
      throws IOException {
    return DatasetWriter.open(
        directory,
        ComputedField.anchorRows(
            CurSchema.DEFAULT.anchors(), scores.anchorSet(), scores.model(new AtomicInteger())),
        null,
        IndexingOptions.DEFAULT.withBatches(100, 300));
  }

  /** The documents of the last commit, whose rows are right. */
  private static int check(SyntheticScores scores, int most) throws IOException {
    try (FSDirectory directory = FSDirectory.open(DISK.resolve("index"))) {
      if (!DirectoryReader.indexExists(directory)) {
        return 0;
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        CurSearcher searcher =
            CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, scores.anchorSet());
        List<String> texts = searcher.texts(searcher.documents());
        float[][] rows = searcher.rows(searcher.documents());
        for (int i = 0; i < rows.length; i++) {
          int d = Integer.parseInt(texts.get(i).substring(texts.get(i).lastIndexOf(' ') + 1));
          assertTrue(Arrays.equals(scores.row(d), rows[i]), "row of " + d);
        }
        assertTrue(rows.length <= most);
        return rows.length;
      }
    }
  }
}
