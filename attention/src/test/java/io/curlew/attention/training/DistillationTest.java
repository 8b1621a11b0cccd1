package io.curlew.attention.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.NystromOptions;
import io.curlew.attention.TokenSpan;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.DistilledEncoder;
import io.curlew.attention.bert.MiniLmWeights;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.bert.Tensor;
import io.curlew.attention.scoring.MiniLm;
import io.curlew.data.Synset;
import io.curlew.data.WordNet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two layers of MiniLM learn to attend by Nystrom's method. */
class DistillationTest {
  private static final Pretrained BASE = MiniLmWeights.get();
  private static final BertConfig PLAIN = BertConfig.miniLmL6().withLayers(2);
  private static final BertConfig CONFIG = PLAIN.withMaxPositions(600);
  private static final AttentionKind KIND =
      AttentionKind.nystrom(NystromOptions.builder().setLandmarks(8).build());

  @TempDir private Path directory;
  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

  @AfterEach
  void close() {
    manager.close();
  }

  private Distillation start() throws IOException {
    return Distillation.start(BASE, CONFIG, KIND, 4, manager, 7);
  }

  private static long[] text(int length, Random random) {
    long[] ids = new long[length];
    for (int i = 0; i < length; i++) {
      ids[i] = 1000 + random.nextInt(20_000);
    }
    ids[0] = 101;
    ids[length - 1] = 102;
    return ids;
  }

  private static List<long[]> texts(int count, int length, long seed) {
    Random random = new Random(seed);
    List<long[]> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(text(length, random));
    }
    return texts;
  }

  /**
   * Documents of WordNet one after the other, cut into texts: attention among noise is not learned.
   */
  private static List<long[]> realTexts(int count, int length) throws IOException {
    List<Synset> synsets = new ArrayList<>(WordNet.load().synsets());
    Collections.shuffle(synsets, new Random(8));
    List<long[]> texts = new ArrayList<>();
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(MiniLm.TOKENIZER.open(), Map.of())) {
      StringBuilder text = new StringBuilder();
      for (Iterator<Synset> next = synsets.iterator(); texts.size() < count; ) {
        text.append(next.next().document().text()).append(". ");
        long[] ids = tokenizer.encode(text.toString()).getIds();
        if (ids.length >= length) {
          long[] cut = Arrays.copyOf(ids, length);
          cut[length - 1] = ids[ids.length - 1];
          texts.add(cut);
          text.setLength(0);
        }
      }
    }
    return texts;
  }

  private float[] encode(BertEncoder encoder, long[] ids) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray batch = scratch.create(ids, new Shape(1, ids.length));
      List<TokenSpan> whole = TokenSpan.whole(1, ids.length);
      return encoder
          .encode(new ParameterStore(scratch, false), batch, null, whole, false)
          .toFloatArray();
    }
  }

  private void change(Distillation distillation, long seed) {
    Random random = new Random(seed);
    distillation
        .trained()
        .arrays()
        .values()
        .forEach(
            array ->
                TrainedArrays.subtract(
                    array,
                    LowRankAdapter.normal(Math.toIntExact(array.getShape().size()), 0.02, random)));
  }

  /** The adapters change nothing yet. */
  @Test
  void anUntaughtStudentIsThePlainReplacement() throws IOException {
    Distillation distillation = start();
    BertEncoder plain = new BertEncoder(PLAIN);
    BASE.load(plain, manager);
    long[] text = text(90, new Random(1));
    assertArrayEquals(
        encode(plain.withAttention(KIND), text), encode(distillation.student(), text), 1e-5f);
    assertArrayEquals(encode(plain, text), encode(distillation.teacher(), text), 1e-5f);
  }

  /** As many landmarks as tokens are exact attention: nothing is left to learn. */
  @Test
  void aShortTextHasNoLoss() throws IOException {
    for (int layers : new int[] {1, 2}) {
      Distillation distillation =
          Distillation.start(BASE, CONFIG.withLayers(layers), KIND, 4, manager, 7);
      assertEquals(0, distillation.of(texts(2, 8, 2)).loss(), 1e-5);
    }
  }

  @Test
  void gradientIsThatOfTheLoss() throws IOException {
    Distillation distillation = start();
    change(distillation, 3);
    List<long[]> batch = texts(2, 60, 4);
    Objective.Result first = distillation.of(batch);
    Objective.Result again = distillation.of(batch);
    first
        .gradients()
        .forEach(
            (name, values) ->
                assertArrayEquals(
                    values, Objects.requireNonNull(again.gradients().get(name)), 1e-5f));
    Random random = new Random(5);
    double slope = 0;
    float step = 5e-3f;
    for (Map.Entry<String, NDArray> array : distillation.trained().arrays().entrySet()) {
      float[] values = Objects.requireNonNull(first.gradients().get(array.getKey()));
      float[] direction = LowRankAdapter.normal(values.length, 1, random);
      for (int i = 0; i < values.length; i++) {
        // along the gradient for the most part, so that the change is above rounding
        direction[i] = 0.01f * direction[i] + values[i];
        slope += values[i] * direction[i];
        direction[i] *= -step;
      }
      TrainedArrays.subtract(array.getValue(), direction);
    }
    double change = distillation.of(batch).loss() - first.loss();
    assertTrue(slope * step > 1e-5, "change expected: " + slope * step);
    assertEquals(slope * step, change, 0.1 * slope * step);
  }

  /** What a few texts teach holds for themselves most of all, and for others too. */
  @Test
  void trainingBringsTheVectorsTogetherAndAFileKeepsThem() throws Exception {
    Distillation distillation = start();
    List<long[]> texts = realTexts(16, 70);
    List<long[]> held = texts.subList(0, 8);
    List<long[]> learned = texts.subList(8, 16);
    double before = distillation.heldOutScore(held);
    double learnedBefore = distillation.heldOutScore(learned);
    new FineTuning<>(
            distillation, new FineTuningOptions(12, 4, 5e-3, 1e-8, 100), epoch -> learned, held)
        .run(
            directory.resolve("checkpoint"),
            "test",
            new FineTuning.Listener() {
              @Override
              public void step(int step, int steps, double loss) {}

              @Override
              public void epoch(int epoch, double score) {}
            });
    double after = distillation.heldOutScore(held);
    double learnedAfter = distillation.heldOutScore(learned);
    assertTrue(after > before, "cosine " + before + " to " + after);
    assertTrue(
        1 - learnedAfter < 0.8 * (1 - learnedBefore),
        "cosine " + learnedBefore + " to " + learnedAfter);

    byte[] file =
        DistilledEncoder.file(BASE, CONFIG, KIND, distillation.trained().values()).toBytes();
    SafetensorsFile read = SafetensorsFile.read(new ByteArrayInputStream(file));
    BertEncoder opened = DistilledEncoder.open(read, BASE, PLAIN, manager);
    assertArrayEquals(
        encode(distillation.student(), held.get(0)), encode(opened, held.get(0)), 1e-4f);
    Pretrained others = BASE.with(distillation.trained().values());
    assertThrows(IOException.class, () -> DistilledEncoder.open(read, others, PLAIN, manager));
    Map<String, Tensor> more = new HashMap<>(read.arrays());
    more.put(
        "encoder.layer.0.attention.self.conv.weight", new Tensor(new long[] {1}, new float[1]));
    SafetensorsFile convolved = DistilledEncoder.file(BASE, CONFIG, KIND, more);
    assertThrows(IOException.class, () -> DistilledEncoder.open(convolved, BASE, PLAIN, manager));
  }
}
