package io.curlew.attention.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.NystromOptions;
import io.curlew.attention.TokenSpan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Imported weights give what ONNX Runtime gives on the file they come from. */
class PretrainedTest {

  private static final List<String> TEXTS =
      List.of(
          "",
          "bird",
          "The bird sang at dawn, and nobody was awake to hear it.",
          "sloping land beside a body of water, such as a river or a lake. ".repeat(12),
          "Zürich's 3,141 naïve curlews — wading birds with long, down-curved bills!");

  @Test
  void miniLmEqualsOnnxRuntime() throws Exception {
    assertEqualsOnnxRuntime(TestModels.MINI_LM);
  }

  @Test
  @Tag("proof")
  void bgeSmallEqualsOnnxRuntime() throws Exception {
    assertEqualsOnnxRuntime(TestModels.BGE_SMALL);
  }

  private static void assertEqualsOnnxRuntime(TestModels which) throws Exception {
    List<long[]> ids = new ArrayList<>();
    try (HuggingFaceTokenizer tokenizer = which.tokenizer()) {
      for (String text : TEXTS) {
        ids.add(tokenizer.encode(text).getIds());
      }
    }
    List<float[]> expected = new ArrayList<>();
    try (Model model = Model.newInstance("reference", "OnnxRuntime");
        Predictor<long[], float[]> predictor = which.onnxRuntime(model)) {
      for (long[] text : ids) {
        expected.add(predictor.predict(text));
      }
    }
    try (NDManager manager = TestModels.manager()) {
      BertEncoder encoder = which.encoder(manager);
      ParameterStore store = new ParameterStore(manager, false);
      AttentionKind nystrom =
          AttentionKind.nystrom(NystromOptions.builder().setLandmarks(512).build());
      for (int text = 0; text < ids.size(); text++) {
        assertEquals(0, largest(expected.get(text), embed(encoder, store, ids.get(text))), 1e-4);
        assertEquals(
            0,
            largest(
                embed(encoder, store, ids.get(text)),
                embed(encoder.withAttention(nystrom), store, ids.get(text))),
            1e-5);
      }
      assertPaddedBatch(encoder, store, ids, expected);
    }
  }

  /** All texts in one batch, padded on the right and on the left. */
  private static void assertPaddedBatch(
      BertEncoder encoder, ParameterStore store, List<long[]> ids, List<float[]> expected) {
    int longest = ids.stream().mapToInt(text -> text.length).max().orElseThrow();
    int width = encoder.config().hiddenSize();
    for (boolean left : new boolean[] {false, true}) {
      try (NDManager manager = store.getManager().newSubManager()) {
        long[][] padded = new long[ids.size()][longest];
        long[][] mask = new long[ids.size()][longest];
        for (int text = 0; text < padded.length; text++) {
          int length = ids.get(text).length;
          int start = left ? longest - length : 0;
          System.arraycopy(ids.get(text), 0, padded[text], start, length);
          Arrays.fill(mask[text], start, start + length, 1);
        }
        NDArray hidden =
            encoder
                .forward(
                    store, new NDList(manager.create(padded), manager.create(mask)), false, null)
                .singletonOrThrow();
        for (int text = 0; text < padded.length; text++) {
          int length = ids.get(text).length;
          int start = left ? longest - length : 0;
          NDArray rows = hidden.get("{}, {}:{}, :", text, start, start + length);
          assertEquals(new Shape(length, width), rows.getShape());
          assertEquals(0, largest(expected.get(text), rows.toFloatArray()), 1e-4);
        }
      }
    }
  }

  private static float[] embed(BertEncoder encoder, ParameterStore store, long[] ids) {
    try (NDManager manager = store.getManager().newSubManager()) {
      NDArray batch = manager.create(ids, new Shape(1, ids.length));
      return encoder
          .encode(store, batch, null, TokenSpan.whole(1, ids.length), false)
          .toFloatArray();
    }
  }

  private static double largest(float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs((double) expected[i] - actual[i]));
    }
    return largest;
  }

  @Test
  void missingWeightsAreNamed() {
    try (NDManager manager = TestModels.manager()) {
      BertEncoder encoder = new BertEncoder(BertConfig.miniLmL6().withPooler(true).withLayers(7));
      Exception error =
          assertThrows(IOException.class, () -> MiniLmWeights.get().load(encoder, manager));
      assertTrue(
          String.valueOf(error.getMessage()).contains("encoder.layer.6.output.dense.weight"),
          error.toString());
    }
  }

  @Test
  void anotherFileIsRefused() {
    byte[] text = "not a model".getBytes(StandardCharsets.UTF_8);
    assertThrows(IOException.class, () -> Pretrained.onnx(new ByteArrayInputStream(text)));
    try (NDManager manager = TestModels.manager()) {
      assertThrows(
          IOException.class, () -> Pretrained.safetensors(manager, new ByteArrayInputStream(text)));
    }
  }
}
