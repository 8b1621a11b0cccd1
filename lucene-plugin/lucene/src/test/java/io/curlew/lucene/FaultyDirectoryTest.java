package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.SyntheticScores;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.store.MockDirectoryWrapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A disk that fails at any moment, or is full, or loses what was not synced: every operation is
 * done right or fails with an exception of the disk's, and what was committed is there whole.
 * {@code -Dcurlew.faults=2000} for the proof (some minutes).
 */
class FaultyDirectoryTest {

  private static final int FAULTS = Integer.getInteger("curlew.faults", 25);
  private static final int DOCUMENTS = 120;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(12, 4, DOCUMENTS, 4, random);
  private final MockDirectoryWrapper disk = disk();
  private final FaultyDirectory faulty = new FaultyDirectory(disk, new Random(random.nextLong()));
  private final AtomicInteger failedMerges = new AtomicInteger();
  private Thread.UncaughtExceptionHandler before;

  private MockDirectoryWrapper disk() {
    MockDirectoryWrapper mock = new MockDirectoryWrapper(random, new ByteBuffersDirectory());
    mock.setThrottling(MockDirectoryWrapper.Throttling.NEVER);
    mock.setCheckIndexOnClose(false);
    mock.setAssertNoUnrefencedFilesOnClose(false);
    return mock;
  }

  /** Lucene's merge threads say so when they fail; the writer fails with them. */
  @BeforeEach
  void countFailedMerges() {
    before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          if (e instanceof MergePolicy.MergeException || e instanceof AlreadyClosedException) {
            failedMerges.incrementAndGet();
          } else {
            e.printStackTrace();
          }
        });
  }

  @AfterEach
  void noMore() {
    Thread.setDefaultUncaughtExceptionHandler(before);
  }

  /** Where Lucene cannot throw an IOException it wraps it; a writer that met one is closed. */
  private static void assertOfTheDisk(Throwable e) {
    if (!ofTheDisk(e)) {
      throw new AssertionError("a failure must be the disk's", e);
    }
  }

  private static boolean ofTheDisk(Throwable e) {
    return e instanceof AlreadyClosedException
        || (e instanceof IOException && String.valueOf(e.getMessage()).contains("disk f"))
        || (e.getCause() != null && ofTheDisk(e.getCause()))
        || Arrays.stream(e.getSuppressed()).anyMatch(FaultyDirectoryTest::ofTheDisk);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void failuresAreClearAndLeaveTheLastCommit(boolean bytes) throws IOException {
    work(
        bytes, () -> faulty.rate(Math.pow(10, -1 - 3 * random.nextDouble())), () -> faulty.rate(0));
  }

  @Test
  void aFullDiskLeavesTheLastCommit() throws IOException {
    work(
        false,
        () -> disk.setMaxSizeInBytes(disk.sizeInBytes() + random.nextInt(30_000)),
        () -> disk.setMaxSizeInBytes(0));
  }

  /** Changes what the disk does. */
  private interface Fault {
    void set() throws IOException;
  }

  private void work(boolean bytes, Fault on, Fault off) throws IOException {
    off.set();
    int steps = 0;
    int failed = 0;
    int crashed = 0;
    SoakedIndex index =
        new SoakedIndex(faulty, scores, scores.model(new AtomicInteger()), bytes, random);
    while (failed < FAULTS) {
      on.set();
      try {
        for (int i = 0; i < 10; i++) {
          steps++;
          index.step();
        }
        off.set();
        continue;
      } catch (IOException | RuntimeException e) {
        assertOfTheDisk(e);
        failed++;
      }
      if (random.nextBoolean()) {
        off.set();
      }
      try {
        index.close();
      } catch (IOException | RuntimeException e) {
        assertOfTheDisk(e);
      }
      off.set();
      if (random.nextBoolean()) {
        disk.crash();
        disk.clearCrash();
        crashed++;
      }
      index.recover();
    }
    index.settle();
    index.close();
    System.out.printf(
        Locale.ROOT,
        "%s rows: %d steps, %d failed clearly, %d merges failed, %d crashes; always the last"
            + " commit%n",
        bytes ? "byte" : "float",
        steps,
        failed,
        failedMerges.get(),
        crashed);
  }

  @Test
  void aCopyThatFailsIsGoneOnWith() throws IOException {
    int runs = 0;
    int failed = 0;
    while (failed < FAULTS / 2) {
      int[] some = IntStream.range(0, DOCUMENTS).filter(d -> random.nextInt(3) > 0).toArray();
      Directory source = SyntheticIndex.build(scores, scores.anchorSet(), some, 2);
      for (boolean done = false; !done; runs++) {
        faulty.rate(runs % 2 * Math.pow(10, -1 - 3 * random.nextDouble()));
        try (DirectoryReader reader = DirectoryReader.open(source);
            TextIndexWriter target = SyntheticIndex.writer(faulty, scores, scores.anchorSet())) {
          CurIndexCopy.Changes changes =
              CurIndexCopy.run(
                  reader,
                  CurSchema.DEFAULT,
                  target.rows(),
                  stored -> TextDocument.copy(stored, CurSchema.DEFAULT));
          assertEquals(some.length, changes.added() + changes.kept());
          done = true;
        } catch (IOException | RuntimeException e) {
          assertOfTheDisk(e);
          failed++;
        }
      }
      faulty.rate(0);
      try (DirectoryReader reader = DirectoryReader.open(faulty)) {
        assertEquals(some.length, reader.numDocs());
        for (int d : some) {
          assertTrue(holds(reader, SyntheticScores.id(d), SyntheticScores.text(d)));
        }
      }
    }
    System.out.printf(
        Locale.ROOT, "index copy: %d runs, %d failed clearly, all went on%n", runs, failed);
  }

  private static boolean holds(DirectoryReader reader, String id, String text) throws IOException {
    ScoreDoc[] found =
        new IndexSearcher(reader).search(new TermQuery(new Term("id", id)), 2).scoreDocs;
    return found.length == 1
        && text.equals(reader.storedFields().document(found[0].doc).get("text"));
  }
}
