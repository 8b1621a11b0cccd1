package io.curlew.data.eval;

import static io.curlew.data.file.TempFiles.assertMalformed;
import static io.curlew.data.file.TempFiles.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.data.eval.Run.Hit;
import io.curlew.data.file.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void writesStrictlyDecreasingScoresInRankingOrder() throws IOException {
    Path file = folder.resolve("run");
    List<Hit> ranking =
        List.of(
            new Hit("a", 2.5),
            new Hit("b", 2.5),
            new Hit("c", 3),
            new Hit("d", 1),
            new Hit("e", 1e-50),
            new Hit("f", -0.0));
    Run.of("tag", Map.of("q", ranking)).write(file);
    assertEquals(
        List.of(
            "q Q0 a 1 2.5 tag",
            "q Q0 b 2 2.4999998 tag",
            "q Q0 c 3 2.4999995 tag",
            "q Q0 d 4 1.0 tag",
            "q Q0 e 5 0.0 tag",
            "q Q0 f 6 -1.4E-45 tag"),
        Files.readAllLines(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void whatIsWrittenIsReadBackInTheSameOrderWhateverTheScores() throws IOException {
    Random random = Seeds.random(RunTest.class);
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      for (int round = 0; round < 50; round++) {
        Run run = randomRun(random);
        Path file = folder.resolve("run" + round);
        run.write(file);
        byte[] bytes = Files.readAllBytes(file);
        Run read = Run.read(file);
        assertEquals(run.queries(), read.queries());
        for (String query : run.queries()) {
          assertEquals(run.documents(query), read.documents(query));
          double last = Double.POSITIVE_INFINITY;
          for (Hit hit : read.ranking(query)) {
            assertTrue((float) hit.score() < (float) last);
            last = hit.score();
          }
        }
        read.write(file);
        assertEquals(read, Run.read(file));
        assertEquals(new String(bytes, StandardCharsets.UTF_8), Files.readString(file));
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  private static Run randomRun(Random random) {
    Map<String, List<Hit>> rankings = new LinkedHashMap<>();
    double scale = Math.pow(10, random.nextInt(60) - 30);
    for (int query = 0; query < 3; query++) {
      List<Hit> hits = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(40); i++) {
        double score = random.nextBoolean() ? random.nextInt(3) - 1 : random.nextGaussian() * scale;
        hits.add(new Hit("d\u00e9" + i, score));
      }
      rankings.put("q" + query, hits);
    }
    return Run.of("t", rankings);
  }

  @Test
  void readsInTheOrderOfTrecEval() throws IOException {
    // Equal as floats, ranks and line order to be ignored, Z < a < e-acute by bytes.
    Path file =
        write(
            folder,
            "run",
            "q Q0 Z 1 1.00000001 t",
            "q Q0 \u00e9 9 1 t",
            "q Q0 a 3 1.0 t",
            "q Q0 low 0 -1e3 t",
            "q Q0 top 0 .5e1 t");
    assertEquals(List.of("top", "\u00e9", "a", "Z", "low"), Run.read(file).documents("q"));
  }

  @Test
  void namesFileAndLineOfAFault() throws IOException {
    readFault(":2: rank must be an integer, got: x", "q Q0 a 1 2 t", "q Q0 b x 1 t");
    for (String score : List.of("NaN", "1f", "0x1p3", "Infinity", "1e39", "1,5")) {
      readFault(
          ":1: score must be a decimal number that is finite as float32, got: " + score,
          "q Q0 a 1 " + score + " t");
    }
    readFault(
        ":3: a ranking must hold each document once, got: query q, document a as on line 1",
        "q Q0 a 1 2 t",
        "p Q0 a 1 2 t",
        "q Q0 a 2 1 t");
    readFault(
        ":1: line must have 6 columns query, Q0, document, rank, score, tag, got: q Q0 a 1 2",
        "q Q0 a 1 2");
    readFault(": run must have at least one line, got: an empty file");
  }

  private void readFault(String rest, String... lines) throws IOException {
    Path file = write(folder, "run", lines);
    assertMalformed(file, rest, () -> Run.read(file));
  }

  @Test
  void refusesWhatTheFormatCannotHold() {
    Path file = folder.resolve("run");
    for (Run run :
        List.of(
            Run.of("t", Map.of("q", List.of(new Hit("a b", 1)))),
            Run.of("t", Map.of("q\t1", List.of(new Hit("a", 1)))),
            Run.of("", Map.of("q", List.of(new Hit("a", 1)))))) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> run.write(file));
      assertTrue(
          String.valueOf(e.getMessage())
              .contains("must not be empty or hold white space, got: \""));
    }
    Run low = Run.of("t", Map.of("q", List.of(new Hit("a", -Float.MAX_VALUE), new Hit("b", 1))));
    assertThrows(IllegalArgumentException.class, () -> low.write(file));
    assertFalse(Files.exists(file));
    assertThrows(IllegalArgumentException.class, () -> new Hit("a", Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Hit("a", 1e39));
    assertThrows(
        IllegalArgumentException.class,
        () -> Run.of("t", Map.of("q", List.of(new Hit("a", 2), new Hit("a", 1)))));
  }

  @Test
  void overwritesAndLeavesTheOldFileOnFailure() throws IOException {
    Path file = write(folder, "run", "old");
    Run good = Run.of("t", Map.of("q", List.of(new Hit("a", 1))));
    Run bad = Run.of("t t", Map.of("q", List.of(new Hit("a", 1))));
    assertThrows(IllegalArgumentException.class, () -> bad.write(file));
    assertEquals("old\n", Files.readString(file));
    good.write(file);
    assertEquals("q Q0 a 1 1.0 t\n", Files.readString(file));
  }
}
