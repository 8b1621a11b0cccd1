package io.curlew.demo.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.AnchorFile;
import io.curlew.demo.Curlew;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands and writers of files that are killed by SIGKILL, or ended by SIGTERM, at random moments,
 * many times, and begun again: what is there is whole, and in the end it is what it would have
 * been. {@code mvn -q -Pproofs -pl retrieval-demo -am test -Dtest=KilledProof
 * -Dsurefire.failIfNoSpecifiedTests=false} (some minutes); {@code -Dcurlew.launcher=FILE} kills
 * commands that are begun by the launcher.
 */
@Tag("proof")
class KilledProof {

  private static final int COMMANDS = Integer.getInteger("curlew.kills.commands", 5);
  private static final int WRITERS = Integer.getInteger("curlew.kills.writers", 30);
  private static final String LAUNCHER = System.getProperty("curlew.launcher", "");
  private static final int DOCUMENTS = 9_000;

  @TempDir Path directory;

  private final Random random = Seeds.random();

  /** Writes files for ever; argument: their directory. */
  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    for (int version = 0; ; version = (version + 1) % StateFile.VERSIONS) {
      for (StateFile kind : StateFile.all()) {
        Path file = root.resolve(kind.name());
        if (version == 0) {
          Files.deleteIfExists(file);
        }
        kind.writer().write(file, version);
        System.out.write('.');
        System.out.flush();
      }
    }
  }

  private static Process java(Class<?> main, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    if (main == Curlew.class && !LAUNCHER.isEmpty()) {
      command = new ArrayList<>(List.of(LAUNCHER));
    }
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  @Test
  void filesAreWholeOrNotThere() throws Exception {
    Map<String, Integer> found = new TreeMap<>();
    for (int kill = 0; kill < WRITERS; kill++) {
      Process process = java(KilledProof.class, directory.toString());
      assertEquals('.', process.getInputStream().read());
      Thread.sleep(random.nextInt(8 << random.nextInt(9)));
      process.destroyForcibly().waitFor();
      for (StateFile kind : StateFile.all()) {
        Path file = directory.resolve(kind.name());
        if (Files.exists(file)) {
          int version = kind.reader().read(file);
          assertTrue(version >= 0 && version < StateFile.VERSIONS);
          found.merge(kind.name(), 1, Integer::sum);
        }
      }
    }
    System.out.printf(
        Locale.ROOT, "writers killed %d times, files found, each whole: %s%n", WRITERS, found);
  }

  @Test
  void indexingGoesOnToTheSameIndex() throws Exception {
    Path data = dataset();
    Path never = directory.resolve("never");
    long start = System.nanoTime();
    assertEquals(0, index(data, never).waitFor());
    int millis = (int) ((System.nanoTime() - start) / 1_000_000);
    Map<String, float[]> expected = IndexingFixture.rows(never);
    assertEquals(DOCUMENTS, expected.size());

    Path index = directory.resolve("index");
    int ended = 0;
    for (int kill = 0; kill < COMMANDS; kill++) {
      Process process = index(data, index);
      if (process.waitFor(random.nextInt(millis), TimeUnit.MILLISECONDS)) {
        assertEquals(0, process.exitValue());
        ended++;
      } else {
        if (random.nextBoolean()) {
          process.destroyForcibly().waitFor();
        } else {
          process.destroy(); // as Ctrl-C does
          process.waitFor();
        }
      }
      if (Files.exists(index)) {
        assertSame(expected, IndexingFixture.rows(index));
      }
    }
    assertEquals(0, index(data, index).waitFor());
    assertSame(expected, IndexingFixture.rows(index));
    assertTrue(
        java.util.Arrays.equals(
            Files.readAllBytes(never.resolve(CurlewIndex.ANCHOR_FILE)),
            Files.readAllBytes(index.resolve(CurlewIndex.ANCHOR_FILE))));
    System.out.printf(
        Locale.ROOT,
        "curlew index: begun %d times, killed %d times within %d ms, the index is the same%n",
        COMMANDS + 1,
        COMMANDS - ended,
        millis);
  }

  @Test
  void twoSideBySideMakeOneIndex() throws Exception {
    Path data = dataset();
    Path index = directory.resolve("index");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(index(data, index));
    }
    List<Integer> exits = new ArrayList<>();
    for (Process process : processes) {
      exits.add(process.waitFor());
    }
    exits.sort(null);
    assertEquals(List.of(0, 2, 2, 2), exits);
    assertEquals(DOCUMENTS, IndexingFixture.rows(index).size());
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(
          List.of("data", "index"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  private static Process index(Path data, Path index) throws IOException {
    return java(
        Curlew.class,
        "index",
        "--dataset",
        data.toString(),
        "--index",
        index.toString(),
        "--anchors",
        "20");
  }

  @Test
  void anchorFilesAreWholeOrNotThere() throws Exception {
    Path data = dataset();
    Path out = directory.resolve("anchors");
    String[] arguments = {
      "anchors", "create", "--dataset", data.toString(), "--anchors", "20", "--out", out.toString()
    };
    long start = System.nanoTime();
    assertEquals(0, java(Curlew.class, arguments).waitFor());
    int millis = (int) ((System.nanoTime() - start) / 1_000_000);
    byte[] expected = Files.readAllBytes(out);
    int ended = 0;
    for (int kill = 0; kill < COMMANDS; kill++) {
      Files.deleteIfExists(out);
      Process process = java(Curlew.class, arguments);
      process.waitFor(millis / 2 + random.nextInt(millis), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      if (Files.exists(out)) {
        AnchorFile.read(out);
        assertArrayEquals(expected, Files.readAllBytes(out));
        ended++;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "curlew anchors create: killed %d times; %d files, each whole%n",
        COMMANDS,
        ended);
  }

  private static void assertSame(Map<String, float[]> expected, Map<String, float[]> rows) {
    assertEquals(expected.keySet(), rows.keySet());
    rows.forEach((id, row) -> assertArrayEquals(expected.get(id), row));
  }

  /** Short texts, more of them than lie between two commits. */
  private Path dataset() throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    Files.createDirectories(data.resolve("qrels"));
    StringBuilder corpus = new StringBuilder();
    for (int d = 0; d < DOCUMENTS; d++) {
      corpus
          .append("{\"_id\": \"d")
          .append(d)
          .append("\", \"text\": \"an item of the list with number ")
          .append(d);
      corpus.append("\"}\n");
    }
    Files.writeString(data.resolve("corpus.jsonl"), corpus);
    Files.writeString(data.resolve("queries.jsonl"), "{\"_id\": \"q1\", \"text\": \"an item\"}\n");
    Files.writeString(data.resolve("qrels/test.tsv"), "query-id\tcorpus-id\tscore\nq1\td3\t1\n");
    return data;
  }
}
