package io.curlew.attention.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.NystromOptions;
import io.curlew.attention.Projection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A small encoder without pretrained weights. */
class BertEncoderTest {

  private static final String CONFIG =
      """
      {"model_type": "%s", "vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 2,
       "num_attention_heads": 4, "intermediate_size": 32, "max_position_embeddings": 40,
       "type_vocab_size": 2, "layer_norm_eps": 1e-5, "hidden_act": "gelu_new",
       "hidden_dropout_prob": 0.1, "conv_kernel_size": 3}
      """;

  private final NDManager manager = TestModels.manager();
  private final ParameterStore store = new ParameterStore(manager, false);

  @AfterEach
  void close() {
    manager.close();
  }

  private static BertConfig config(String type) throws IOException {
    byte[] json = CONFIG.replace("%s", type).getBytes(StandardCharsets.UTF_8);
    return BertConfig.read(new ByteArrayInputStream(json));
  }

  private BertEncoder encoder(BertConfig config) {
    BertEncoder encoder = new BertEncoder(config);
    encoder.initialize(manager, DataType.FLOAT32, new Shape(1, 8));
    return encoder;
  }

  private NDArray ids(int batch, int tokens) {
    return manager.create(
        new Random(42).longs((long) batch * tokens, 0, 50).toArray(), new Shape(batch, tokens));
  }

  @Test
  void configurationIsRead() throws IOException {
    BertConfig config = config("nystromformer");
    assertEquals(2, config.positionOffset());
    assertEquals(GeluForm.TANH, config.activation());
    assertEquals(3, config.convolutionKernel());
    assertEquals(0, config("bert").positionOffset());
    for (String bad : new String[] {"{}", "[1]", "not json", CONFIG.replace("%s", "gpt2")}) {
      byte[] json = bad.getBytes(StandardCharsets.UTF_8);
      assertThrows(IOException.class, () -> BertConfig.read(new ByteArrayInputStream(json)), bad);
    }
    assertThrows(IllegalArgumentException.class, () -> config.withMaxPositions(0));
  }

  /** Weights written as Hugging Face names them come back, with prefix and other shapes. */
  @Test
  void safetensorsRoundTrip() throws IOException {
    BertConfig config = config("nystromformer").withPooler(true);
    BertEncoder encoder = encoder(config);
    NDList arrays = new NDList();
    for (Map.Entry<String, Parameter> entry : encoder.namedParameters().entrySet()) {
      NDArray array = entry.getValue().getArray().duplicate();
      array = entry.getKey().endsWith("conv.weight") ? array.reshape(4, 1, 3, 1) : array;
      array.setName("nystromformer." + entry.getKey().replace("LayerNorm.bias", "LayerNorm.beta"));
      arrays.add(array);
    }
    NDArray other = manager.ones(new Shape(1, 16));
    other.setName("classifier.weight");
    arrays.add(other);
    byte[] file = arrays.encode(NDList.Encoding.SAFETENSORS);
    BertEncoder loaded = new BertEncoder(config);
    Pretrained weights = Pretrained.safetensors(manager, new ByteArrayInputStream(file));
    weights.load(loaded, manager);
    NDList expected = encoder.forward(store, new NDList(ids(2, 20)), false, null);
    NDList actual = loaded.forward(store, new NDList(ids(2, 20)), false, null);
    assertEquals(2, actual.size());
    assertEquals(new Shape(2, 16), actual.get(1).getShape());
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(expected.get(i).toFloatArray(), actual.get(i).toFloatArray());
    }
    assertTrue(weights.has("classifier.weight"));
    assertEquals(
        16f, weights.array("classifier.weight", manager, new Shape(1, 16)).sum().getFloat());
    assertThrows(
        IOException.class, () -> weights.array("classifier.weight", manager, new Shape(2, 16)));
    assertThrows(IllegalStateException.class, () -> weights.load(loaded, manager));
    Exception shape =
        assertThrows(
            IOException.class,
            () -> weights.load(new BertEncoder(config("bert").withPooler(true)), manager));
    assertTrue(String.valueOf(shape.getMessage()).contains("must"), shape.toString());
  }

  @Test
  void parametersRoundTrip() throws Exception {
    BertConfig config = config("bert");
    BertEncoder saved =
        encoder(config)
            .withAttention(AttentionKind.nystrom(NystromOptions.builder().setLandmarks(4).build()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    saved.saveParameters(new DataOutputStream(bytes));
    BertEncoder loaded = new BertEncoder(config);
    loaded.loadParameters(
        manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    assertEquals(saved.attention(), loaded.attention());
    float[] expected =
        saved.forward(store, new NDList(ids(1, 30)), false, null).head().toFloatArray();
    assertArrayEquals(
        expected, loaded.forward(store, new NDList(ids(1, 30)), false, null).head().toFloatArray());
  }

  @Test
  void projectionsAreFoundByName() throws IOException {
    BertEncoder encoder = encoder(config("bert"));
    Projection query = encoder.projections().get("encoder.layer.1.attention.self.query");
    assertNotNull(query);
    assertEquals(16, query.in());
    assertEquals(12, encoder.projections().size());
    assertEquals(encoder.namedParameters().size(), encoder.getParameters().size());
  }

  @Test
  void wrongInputsAreRefused() throws IOException {
    BertEncoder encoder = encoder(config("bert"));
    refused("int64", encoder, ids(1, 5).toType(DataType.FLOAT32, false));
    refused("(batch, tokens)", encoder, ids(1, 5).get(0));
    refused("at most 40 positions", encoder, ids(1, 41));
    refused("(batch, tokens) = (1, 5)", encoder, ids(1, 5), ids(1, 4));
    NDArray ones = manager.ones(new Shape(1, 5), DataType.INT64);
    refused("type ids must be int64", encoder, ids(1, 5), ones, ids(1, 4));
    refused("got: 4 arrays", encoder, ids(1, 5), ones, ones, ones);
    assertThrows(
        IllegalArgumentException.class,
        () -> encoder.withAttention(List.of(AttentionKind.exact())));
  }

  private void refused(String part, BertEncoder encoder, NDArray... inputs) {
    Exception error =
        assertThrows(
            IllegalArgumentException.class,
            () -> encoder.forward(store, new NDList(inputs), false, null));
    assertTrue(String.valueOf(error.getMessage()).contains(part), error.toString());
  }

  @Test
  void positionsAreExtended() {
    float[] table = {0, 10, 20, 30};
    assertArrayEquals(
        new float[] {0, 10, 20, 30, 10, 20, 30, 10, 20},
        PositionExtension.REPEAT.extend(table, 1, 4, 9));
    assertArrayEquals(
        new float[] {0, 5, 10, 15, 20, 25, 30},
        PositionExtension.INTERPOLATE.extend(table, 1, 4, 7),
        1e-5f);
    assertArrayEquals(
        new float[] {1, 1}, PositionExtension.REPEAT.extend(new float[] {1}, 1, 1, 2));
  }
}
