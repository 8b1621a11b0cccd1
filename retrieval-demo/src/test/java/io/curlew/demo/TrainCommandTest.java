package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.bert.Tensor;
import io.curlew.cur.model.InteractionModel;
import io.curlew.demo.index.Models;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains for a few steps by the commands, as a person would. */
class TrainCommandTest {

  @TempDir private Path directory;

  @Test
  void aFewStepsInTwoRoundsMakeAFileThatCanBeUsed() throws Exception {
    Path file = directory.resolve("trained.safetensors");
    Path work = directory.resolve("work");
    String[] train = {
      "train", "--out", file.toString(), "--work", work.toString(), "--documents", "700"
    };
    assertEquals(0, Curlew.run(small(train, "--rank", "2", "--epochs", "1")));
    byte[] made = Files.readAllBytes(file);
    try (InteractionModel model = Models.crossEncoder(Files.newInputStream(file))) {
      assertTrue(Float.isFinite(model.score(List.of("a bird sang"), List.of("bird"))[0][0]));
    }
    assertTrue(Files.exists(work.resolve("mistakes-1.safetensors")));
    List<SafetensorsFile> candidates = new ArrayList<>();
    for (String name : List.of("round-0", "round-1", "mean")) {
      try (InputStream in = Files.newInputStream(work.resolve(name + ".safetensors"))) {
        candidates.add(SafetensorsFile.read(in));
      }
    }
    candidates
        .get(2)
        .arrays()
        .forEach(
            (name, mean) -> {
              float[] first = values(candidates.get(0), name);
              float[] second = values(candidates.get(1), name);
              for (int i = 0; i < first.length; i++) {
                assertEquals((first[i] + second[i]) / 2, mean.values()[i], 1e-6f, name);
              }
            });
    double best = 0;
    for (SafetensorsFile candidate : candidates) {
      best = Math.max(best, Double.parseDouble(candidate.require("held_out_mean")));
    }
    try (InputStream in = Files.newInputStream(file)) {
      assertEquals(best, Double.parseDouble(SafetensorsFile.read(in).require("held_out_mean")), 0);
    }
    Files.delete(file); // and goes on where it was, which is at the end
    Files.delete(work.resolve("round-1.safetensors"));
    assertEquals(0, Curlew.run(small(train, "--rank", "2", "--epochs", "1")));
    assertArrayEquals(made, Files.readAllBytes(file));
  }

  private static float[] values(SafetensorsFile file, String name) {
    Tensor tensor = file.arrays().get(name);
    assertNotNull(tensor, name);
    return tensor.values();
  }

  /** A BEIR directory's training queries, from the shipped model on. */
  @Test
  void aCollectionWithJudgedTrainingQueriesTrainsToo() throws Exception {
    Path data = SmallDataset.write(directory.resolve("data"));
    StringBuilder queries = new StringBuilder(Files.readString(data.resolve("queries.jsonl")));
    StringBuilder judged = new StringBuilder("query-id\tcorpus-id\tscore\n");
    for (int q = 0; q < 24; q++) {
      queries.append("{\"_id\": \"t").append(q).append("\", \"text\": \"winter of 19");
      queries.append(40 + q).append(" long ago".repeat(q < 12 ? 0 : 12)).append("\"}\n");
      judged.append("t").append(q).append("\td").append(40 + q).append("\t1\n");
    }
    Files.writeString(data.resolve("queries.jsonl"), queries);
    Files.writeString(data.resolve("qrels/train.tsv"), judged);
    Path corpus = data.resolve("corpus.jsonl"); // longer than a query may be
    String end = " snow".repeat(600) + "\"}";
    Files.writeString(corpus, Files.readString(corpus).replace("\"}", end));
    Path file = directory.resolve("mine.safetensors");
    String[] train = {
      "train",
      "--dataset",
      data.toString(),
      "--out",
      file.toString(),
      "--work",
      directory.resolve("work").toString(),
      "--start",
      Models.CROSS_ENCODER,
      "--max-tokens",
      "24"
    };
    assertEquals(0, Curlew.run(small(train)));
    String index = directory.resolve("index").toString();
    assertEquals(
        0,
        Curlew.run(
            "index",
            "--dataset",
            data.toString(),
            "--index",
            index,
            "--anchors",
            "9",
            "--model",
            file.toString()));
    assertEquals(0, Curlew.run("search", "--index", index, "--budget", "9", "winter of 1944"));
  }

  private static String[] small(String[] train, String... more) {
    return Stream.of(
            train,
            more,
            new String[] {"--epoch-queries", "6", "--queries-per-step", "3", "--held-out", "3"},
            new String[] {"--negatives", "2", "--rounds", "1", "--round-epochs", "1"},
            new String[] {"--mined-queries", "4", "--mined-calls", "5"})
        .flatMap(Stream::of)
        .toArray(String[]::new);
  }

  @Tag("proof")
  @Test
  void theLearningRateStudyDrawsItsCurve() throws Exception {
    assertEquals(
        0,
        Curlew.run(
            "lr",
            "--work",
            directory.resolve("work").toString(),
            "--documents",
            "700",
            "--held-out",
            "3",
            "--epsilons",
            "0.01",
            "--batches",
            "2",
            "--article",
            "--search",
            "--plot",
            directory.resolve("lr.png").toString()));
    assertTrue(Files.size(directory.resolve("lr.png")) > 1000);
  }

  @Test
  void badInputEndsWithTwo() {
    String nowhere = directory.resolve("nowhere").toString();
    assertEquals(2, Curlew.run("train", "--out", nowhere, "--negatives", "0"));
    assertEquals(2, Curlew.run("train", "--out", nowhere, "--epochs", "0"));
    assertEquals(2, Curlew.run("train", "--out", nowhere, "--start", nowhere));
    assertEquals(2, Curlew.run("train", "--out", nowhere, "--mined-calls", "1"));
    assertEquals(2, Curlew.run("lr", "--work", nowhere, "--groups", "1"));
    assertEquals(2, Curlew.run("lr", "--work", nowhere, "--from", nowhere));
    assertFalse(Files.exists(Path.of(nowhere)));
  }
}
