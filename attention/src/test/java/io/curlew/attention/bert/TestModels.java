package io.curlew.attention.bert;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;

/** Pretrained models on the test class path, here and in ONNX Runtime. */
enum TestModels {
  MINI_LM("/all-minilm-l6-v2", BertConfig.miniLmL6()),
  BGE_SMALL("/bge-small-en-v1.5", BertConfig.bgeSmall());

  private final String path;
  private final BertConfig config;

  TestModels(String path, BertConfig config) {
    this.path = path;
    this.config = config;
  }

  static NDManager manager() {
    return NDManager.newBaseManager(Device.cpu(), "PyTorch");
  }

  BertConfig config() {
    return config;
  }

  InputStream openOnnx() throws IOException {
    return open(path + ".onnx");
  }

  private static InputStream open(String resource) throws IOException {
    InputStream stream = TestModels.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new FileNotFoundException("must be on the class path: " + resource);
    }
    return stream;
  }

  BertEncoder encoder(NDManager manager) throws IOException {
    return encoder(manager, config);
  }

  BertEncoder encoder(NDManager manager, BertConfig as) throws IOException {
    BertEncoder encoder = new BertEncoder(as);
    weights().load(encoder, manager);
    return encoder;
  }

  private Pretrained weights() throws IOException {
    if (this == MINI_LM) {
      return MiniLmWeights.get();
    }
    try (InputStream stream = openOnnx()) {
      return Pretrained.onnx(stream);
    }
  }

  HuggingFaceTokenizer tokenizer() throws IOException {
    try (InputStream stream = open(path + "-tokenizer.json")) {
      return HuggingFaceTokenizer.newInstance(
          stream, Map.of("truncation", "false", "padding", "false"));
    }
  }

  /** Token embeddings by ONNX Runtime, of one text at a time. */
  Predictor<long[], float[]> onnxRuntime(Model model) throws Exception {
    try (InputStream stream = openOnnx()) {
      model.load(stream, Map.of());
    }
    return model.newPredictor(new OneText());
  }

  private static final class OneText implements NoBatchifyTranslator<long[], float[]> {
    @Override
    public NDList processInput(TranslatorContext context, long[] ids) {
      NDManager manager = context.getNDManager();
      Shape shape = new Shape(1, ids.length);
      long[] ones = new long[ids.length];
      Arrays.fill(ones, 1);
      return new NDList(
          named("input_ids", manager.create(ids, shape)),
          named("attention_mask", manager.create(ones, shape)),
          named("token_type_ids", manager.create(new long[ids.length], shape)));
    }

    private static NDArray named(String name, NDArray array) {
      array.setName(name);
      return array;
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList outputs) {
      return outputs.head().toFloatArray();
    }
  }
}
