package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.SyntheticScores;
import io.curlew.cur.model.InteractionModel;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.IOContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A copy of 50,000 documents with deletions, a sort and vectors, by a process that is killed
 * half-way and run again: all fields are compared document by document, and the time with that of
 * {@code forceMerge} of the same. {@code mvn verify -Pproofs -Dtest=AnchoredCopyProof
 * -Dsurefire.failIfNoSpecifiedTests=false}: about two minutes.
 */
class AnchoredCopyProof {

  private static final int DOCUMENTS = Integer.getInteger("curlew.copy.documents", 50_000);
  private static final int BATCH = 256;

  @TempDir private Path room;

  private static SyntheticScores scores() {
    return SyntheticScores.draw(40, 1, DOCUMENTS, 4, new Random(11));
  }

  private static AnchoredCopy copy(InteractionModel model, SyntheticScores scores)
      throws IOException {
    return new AnchoredCopy(
        List.of("title", "body"),
        "key",
        List.of(ComputedField.anchorRows("rows", scores.anchorSet(), model)),
        IndexingOptions.DEFAULT.withBatches(BATCH, BATCH));
  }

  /** Arguments: source, target, work, a log of scored texts. */
  public static void main(String[] arguments) throws Exception {
    SyntheticScores scores = scores();
    InteractionModel model = SyntheticIndex.model(scores);
    InteractionModel slow =
        new InteractionModel() {
          @Override
          public String fingerprint() {
            return model.fingerprint();
          }

          @Override
          public float[][] score(List<String> queries, List<String> documents) {
            try {
              Files.write(
                  Path.of(arguments[3]),
                  documents,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.APPEND);
              Thread.sleep(20);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
            return model.score(queries, documents);
          }

          @Override
          public void close() {}
        };
    try (Directory source = FSDirectory.open(Path.of(arguments[0]));
        Directory target = FSDirectory.open(Path.of(arguments[1]))) {
      copy(slow, scores).run(source, target, Path.of(arguments[2]), Map.of());
    }
  }

  @Test
  @Tag("proof")
  void killedHalfWayAndRunAgainAllIsThereAndNothingIsPaidTwice() throws Exception {
    Random random = Seeds.random();
    SyntheticScores scores = scores();
    Path source = room.resolve("source");
    try (Directory directory = FSDirectory.open(source)) {
      SourceIndex.build(directory, scores, true, 6, random);
    }
    Path target = room.resolve("target");
    Path work = room.resolve("work");
    Path log = room.resolve("scored");
    int kills = 3;
    for (int kill = 0; kill < kills; kill++) {
      Process process = start(source, target, work, log);
      long before = lines(log);
      while (process.isAlive() && lines(log) < before + DOCUMENTS / 5) {
        Thread.sleep(20);
      }
      assertTrue(process.isAlive(), "killed before the end");
      process.destroyForcibly().waitFor();
    }
    assertEquals(0, start(source, target, work, log).waitFor());
    List<String> scored = Files.readAllLines(log);
    try (Directory from = FSDirectory.open(source);
        Directory to = FSDirectory.open(target)) {
      long texts = AnchoredCopy.check(from, List.of("title", "body"), "key", List.of());
      long again = scored.size() - texts;
      assertTrue(again <= kills * 3L * BATCH, again + " documents scored again");
      long values = IndexComparison.compare(from, to);
      AnchoredCopyTest.assertClean(to);
      assertFalse(Files.exists(work));
      System.out.printf(
          Locale.ROOT,
          "%d documents, %d killed runs: %d of them scored again, %d values the same%n",
          DOCUMENTS,
          kills,
          again,
          values);
    }
    times(source, scores);
  }

  /** Without the model: what the copy costs beside a merge of the same segments. */
  private void times(Path source, SyntheticScores scores) throws IOException {
    AtomicInteger calls = new AtomicInteger();
    InteractionModel model = scores.model(calls);
    for (int round = 0; round < 2; round++) { // the first warms up
      Path target = room.resolve("timed" + round);
      long start = System.nanoTime();
      try (Directory from = FSDirectory.open(source);
          Directory to = FSDirectory.open(target)) {
        copy(model, scores).run(from, to, room.resolve("w" + round), Map.of());
      }
      double copied = (System.nanoTime() - start) / 1e9;
      Path merged = Files.createDirectories(room.resolve("merged" + round));
      try (Directory from = FSDirectory.open(source);
          Directory to = FSDirectory.open(merged)) {
        for (String file : from.listAll()) {
          if (!file.equals("write.lock")) {
            to.copyFrom(from, file, file, IOContext.DEFAULT);
          }
        }
        IndexWriterConfig config =
            new IndexWriterConfig().setSoftDeletesField("gone").setParentField("parent");
        try (DirectoryReader reader = DirectoryReader.open(to)) {
          config.setIndexSort(reader.leaves().getFirst().reader().getMetaData().sort());
        }
        start = System.nanoTime();
        try (IndexWriter writer = new IndexWriter(to, config)) {
          writer.forceMerge(1);
        }
      }
      System.out.printf(
          Locale.ROOT,
          "copy with rows of 40 anchors %.2f s, forceMerge of the source %.2f s%n",
          copied,
          (System.nanoTime() - start) / 1e9);
    }
  }

  private static long lines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    try (var lines = Files.lines(file)) {
      return lines.count();
    }
  }

  private static Process start(Path... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AnchoredCopyProof.class.getName())
            .inheritIO();
    for (Path argument : arguments) {
      builder.command().add(argument.toString());
    }
    return builder.start();
  }
}
