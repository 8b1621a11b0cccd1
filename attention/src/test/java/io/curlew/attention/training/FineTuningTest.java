package io.curlew.attention.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.CrossEncoder;
import io.curlew.attention.bert.MiniLmWeights;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.bert.Tensor;
import io.curlew.attention.scoring.CrossEncoderModel;
import io.curlew.attention.scoring.CrossEncoderOptions;
import io.curlew.attention.scoring.PairTokenizer;
import io.curlew.data.model.ModelFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two layers of MiniLM learn to find the document that names the query's animal. */
class FineTuningTest {
  private static final List<String> ANIMALS =
      List.of("curlew", "horse", "tiger", "salmon", "beetle", "falcon", "donkey", "spider");
  private static final int PER_EPOCH = 80;

  private static final Pretrained BASE = MiniLmWeights.get();

  @TempDir private Path directory;
  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

  @AfterEach
  void close() {
    manager.close();
  }

  private static LowRankTuning tuning(NDManager into) throws IOException {
    return tuning(into, 2);
  }

  private static LowRankTuning tuning(NDManager into, int layers) throws IOException {
    return LowRankTuning.start(BASE, BertConfig.miniLmL6().withLayers(layers), 4, into, 7);
  }

  private static PairTokenizer tokenizer() throws IOException {
    try (InputStream json = ModelFiles.miniLm().openTokenizer()) {
      return PairTokenizer.read(json, 32);
    }
  }

  private static List<RankingExample> examples(int epoch) {
    return examples(epoch, PER_EPOCH);
  }

  private static List<RankingExample> examples(int epoch, int count) {
    Random random = new Random(epoch);
    List<RankingExample> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> shuffled = new ArrayList<>(ANIMALS);
      java.util.Collections.shuffle(shuffled, random);
      List<String> documents =
          shuffled.subList(0, 4).stream().map(animal -> animal + ": an animal").toList();
      examples.add(new RankingExample("we saw a " + shuffled.get(0) + " there", documents));
    }
    return examples;
  }

  private static <T> T get(Map<String, T> map, String name) {
    return Objects.requireNonNull(map.get(name), name);
  }

  private static final class Losses implements FineTuning.Listener {
    private final List<Double> losses = new ArrayList<>();
    private final List<Double> scores = new ArrayList<>();
    private final int steps;
    private final int interruptAfter;

    Losses(int steps, int interruptAfter) {
      this.steps = steps;
      this.interruptAfter = interruptAfter;
    }

    @Override
    public void step(int step, int all, double loss) {
      assertEquals(steps, all);
      losses.add(loss);
      if (step == interruptAfter) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void epoch(int epoch, double score) {
      scores.add(score);
    }
  }

  /** Batches of 4, a checkpoint every 5 steps. */
  private static FineTuning<RankingExample> training(
      LowRankTuning tuning, PairTokenizer tokenizer, int epochs, int perEpoch) {
    return new FineTuning<>(
        new RankingGradient(tuning, tokenizer),
        new FineTuningOptions(epochs, 4, 3e-3, 1e-8, 5),
        epoch -> examples(epoch, perEpoch),
        examples(100, perEpoch));
  }

  @Test
  @Tag("proof")
  void learnsAndResumesAsIfNotInterrupted() throws Exception {
    List<Double> scores = resumesAsIfNotInterrupted(2, 3, PER_EPOCH);
    assertTrue(scores.get(3) > 0.9 && scores.get(0) < 0.8, "held-out MRR: " + scores);
  }

  @Test
  void resumesAsIfNotInterrupted() throws Exception {
    resumesAsIfNotInterrupted(1, 2, 24);
  }

  /** Held-out scores before and after every epoch. */
  private List<Double> resumesAsIfNotInterrupted(int layers, int epochs, int perEpoch)
      throws Exception {
    int steps = epochs * perEpoch / 4;
    try (PairTokenizer tokenizer = tokenizer();
        NDManager second = manager.newSubManager();
        NDManager third = manager.newSubManager()) {
      LowRankTuning whole = tuning(manager, layers);
      Losses uninterrupted = new Losses(steps, -1);
      training(whole, tokenizer, epochs, perEpoch)
          .run(directory.resolve("a"), "test", uninterrupted);
      assertEquals(epochs + 1, uninterrupted.scores.size());

      Path checkpoint = directory.resolve("b");
      Losses before = new Losses(steps, 8);
      LowRankTuning interrupted = tuning(second, layers);
      assertThrows(
          CancellationException.class,
          () -> training(interrupted, tokenizer, epochs, perEpoch).run(checkpoint, "test", before));
      assertTrue(Thread.interrupted());
      LowRankTuning resumed = tuning(third, layers);
      Losses after = new Losses(steps, -1);
      training(resumed, tokenizer, epochs, perEpoch).run(checkpoint, "test", after);
      List<Double> both = new ArrayList<>(before.losses);
      both.addAll(after.losses);
      assertEquals(uninterrupted.losses, both);
      Map<String, Tensor> expected = whole.trained().values();
      resumed
          .trained()
          .values()
          .forEach(
              (name, tensor) -> assertArrayEquals(get(expected, name).values(), tensor.values()));
      LowRankTuning other = tuning(third, layers);
      assertThrows(
          IOException.class,
          () -> training(other, tokenizer, epochs, perEpoch).run(checkpoint, "another", after));
      return uninterrupted.scores;
    }
  }

  @Test
  void mergedAdaptersScoreAsAttachedOnes() throws Exception {
    try (PairTokenizer tokenizer = tokenizer()) {
      LowRankTuning tuning = tuning(manager);
      Random random = new Random(3);
      tuning
          .trained()
          .arrays()
          .values()
          .forEach(
              array ->
                  TrainedArrays.subtract(
                      array,
                      LowRankAdapter.normal(
                          Math.toIntExact(array.getShape().size()), 0.05, random)));
      List<RankingExample> examples = examples(0);
      float[][] attached = new RankingGradient(tuning, tokenizer).scores(examples);
      byte[] file = new SafetensorsFile(Map.of(), tuning.trained().values()).toBytes();
      Map<String, Tensor> read = SafetensorsFile.read(new ByteArrayInputStream(file)).arrays();
      CrossEncoder merged =
          new CrossEncoder(new BertEncoder(BertConfig.miniLmL6().withLayers(2).withPooler(true)));
      BASE.merge(read).load(merged, manager);
      try (CrossEncoderModel model =
          CrossEncoderModel.open(
              merged, ModelFiles.miniLm()::openTokenizer, CrossEncoderOptions.defaults())) {
        for (int i = 0; i < examples.size(); i++) {
          RankingExample example = examples.get(i);
          float[] scores = model.score(List.of(example.query()), example.documents())[0];
          assertArrayEquals(attached[i], scores, 1e-4f);
        }
      }
    }
  }

  @Test
  void gradientIsThatOfTheLoss() throws Exception {
    try (PairTokenizer tokenizer = tokenizer()) {
      LowRankTuning tuning = tuning(manager);
      RankingGradient gradient = new RankingGradient(tuning, tokenizer);
      List<RankingExample> batch = examples(1).subList(0, 6);
      Objective.Result first = gradient.of(batch);
      Objective.Result again = gradient.of(batch);
      first
          .gradients()
          .forEach((name, values) -> assertArrayEquals(values, again.gradients().get(name)));
      Random random = new Random(5);
      double slope = 0;
      float step = 1e-3f;
      for (String name :
          List.of(
              "pooler.dense.weight",
              "classifier.weight",
              "encoder.layer.0.attention.self.query.lora_B.weight")) {
        float[] values = get(first.gradients(), name);
        float[] direction = LowRankAdapter.normal(values.length, 1, random);
        for (int i = 0; i < values.length; i++) {
          slope += values[i] * direction[i];
          direction[i] *= -step;
        }
        TrainedArrays.subtract(get(tuning.trained().arrays(), name), direction);
      }
      double change = gradient.of(batch).loss() - first.loss();
      assertEquals(slope * step, change, 0.05 * Math.abs(slope * step) + 1e-5);
    }
  }

  @Test
  void adamTakesTheTextbookSteps() {
    Adam adam = new Adam(0.9, 0.99, 0.1);
    float[] one = adam.step(Map.of("x", new float[] {2, -0.5f}), 0.3).get("x");
    assertArrayEquals(new float[] {0.3f * 2 / 2.1f, -0.3f * 0.5f / 0.6f}, one, 1e-6f);
    Adam copy = new Adam(0.9, 0.99, 0.1);
    copy.restore(adam.steps(), adam.state());
    float[] two = get(adam.step(Map.of("x", new float[] {1, 1}), 0.3), "x");
    double m = (0.9 * 0.1 * 2 + 0.1) / (1 - 0.81);
    double v = (0.99 * 0.01 * 4 + 0.01) / (1 - 0.9801);
    assertEquals(0.3 * m / (Math.sqrt(v) + 0.1), two[0], 1e-6);
    assertArrayEquals(two, copy.step(Map.of("x", new float[] {1, 1}), 0.3).get("x"));
    assertThrows(IllegalArgumentException.class, () -> new Adam(1, 0.9, 0));
    assertArrayEquals(
        new float[1], new Adam(0.9, 0.9, 0).step(Map.of("x", new float[1]), 1).get("x"));
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    Map<String, Tensor> arrays = Map.of("x", new Tensor(new long[] {2, 1}, new float[] {1, 2}));
    SafetensorsFile file = new SafetensorsFile(Map.of("key", "value"), arrays);
    Path path = directory.resolve("weights.safetensors");
    file.write(path);
    byte[] bytes = Files.readAllBytes(path);
    SafetensorsFile read = SafetensorsFile.read(new ByteArrayInputStream(bytes));
    assertEquals("value", read.require("key"));
    assertArrayEquals(new float[] {1, 2}, get(read.arrays(), "x").values());
    assertThrows(IOException.class, () -> read.require("other"));
    for (int damaged : new int[] {0, 9, bytes.length - 1}) {
      byte[] copy = bytes.clone();
      copy[damaged] ^= 0x10;
      assertThrows(IOException.class, () -> SafetensorsFile.read(new ByteArrayInputStream(copy)));
    }
    byte[] cut = java.util.Arrays.copyOf(bytes, bytes.length - 1);
    assertThrows(IOException.class, () -> SafetensorsFile.read(new ByteArrayInputStream(cut)));
  }
}
