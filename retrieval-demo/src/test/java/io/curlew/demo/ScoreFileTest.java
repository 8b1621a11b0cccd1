package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreFileTest {

  private static final List<String> QUERIES = List.of("one", "two", "three");
  private static final List<String> DOCUMENTS =
      IntStream.range(0, 1300).mapToObj(d -> "document " + d).toList();

  @TempDir Path directory;

  /** Scores by a formula; fails at the document that it is told to fail at. */
  private static final class Model implements InteractionModel {
    private int calls;
    private int failAt = Integer.MAX_VALUE;

    @Override
    public String fingerprint() {
      return "formula";
    }

    @Override
    public float[][] score(List<String> queries, List<String> documents) {
      float[][] scores = new float[queries.size()][documents.size()];
      for (int q = 0; q < scores.length; q++) {
        for (int d = 0; d < scores[q].length; d++) {
          int number = Integer.parseInt(documents.get(d).substring("document ".length()));
          if (number == failAt) {
            throw new IllegalStateException("fails as told");
          }
          scores[q][d] = (float) Math.sin(number * (q + 1));
          calls++;
        }
      }
      return scores;
    }

    @Override
    public void close() {}
  }

  @Test
  void isReadAgainWithoutACall() throws IOException {
    Model model = new Model();
    ExactScores first = ExactScores.compute(model, QUERIES, DOCUMENTS, directory);
    assertEquals(3 * 1300, model.calls);
    ExactScores second = ExactScores.compute(model, QUERIES, DOCUMENTS, directory);
    assertEquals(3 * 1300, model.calls);
    for (String query : QUERIES) {
      assertArrayEquals(first.row(query), second.row(query));
    }
    ExactScores.compute(model, List.of("one"), DOCUMENTS, directory);
    assertEquals(4 * 1300, model.calls, "other queries are another file");
  }

  @Test
  void goesOnWhereItWasStopped() throws IOException {
    Model model = new Model();
    model.failAt = 1100;
    assertThrows(
        IllegalStateException.class,
        () -> ExactScores.compute(model, QUERIES, DOCUMENTS, directory));
    model.failAt = Integer.MAX_VALUE;
    model.calls = 0;
    ExactScores resumed = ExactScores.compute(model, QUERIES, DOCUMENTS, directory);
    assertEquals(3 * (1300 - 1024), model.calls);
    assertArrayEquals(new Model().score(QUERIES, DOCUMENTS)[1], resumed.row("two"));
  }

  @Test
  void neverTrustsWhatIsCutOrDamaged() throws IOException {
    Model model = new Model();
    float[][] expected = new Model().score(QUERIES, DOCUMENTS);
    ExactScores.compute(model, QUERIES, DOCUMENTS, directory);
    byte[] whole = Files.readAllBytes(file());
    for (int at = 3; at < whole.length; at += whole.length / 60) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      Files.write(file(), damaged);
      model.calls = 0;
      ExactScores read = ExactScores.compute(model, QUERIES, DOCUMENTS, directory);
      assertArrayEquals(expected[2], read.row("three"));
      assertTrue(model.calls > 0, "damage at " + at + " must be seen");
      Files.write(file(), java.util.Arrays.copyOf(whole, at));
      read = ExactScores.compute(model, QUERIES, DOCUMENTS, directory);
      assertArrayEquals(expected[2], read.row("three"));
      assertArrayEquals(whole, Files.readAllBytes(file()));
    }
  }

  @Test
  void refusesASecondWriter() throws IOException {
    try (ScoreFile open = ScoreFile.open(directory, "model", QUERIES, DOCUMENTS)) {
      assertEquals(0, open.read(new float[3][1300]));
      IOException e =
          assertThrows(
              IOException.class,
              () -> ScoreFile.open(directory, "model", QUERIES, DOCUMENTS).close());
      assertTrue(String.valueOf(e.getMessage()).contains("one at a time"), e.getMessage());
    }
  }

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findFirst().orElseThrow();
    }
  }
}
