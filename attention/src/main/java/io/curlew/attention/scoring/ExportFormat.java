package io.curlew.attention.scoring;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What an exported model is written in, and which engine of DJL's runs it. */
public enum ExportFormat {
  /** A graph for ONNX Runtime. Each call stays on its thread. */
  ONNX("OnnxRuntime", Map.of("intraOpNumThreads", "1", "interOpNumThreads", "1")),

  /** A traced or scripted module for PyTorch. */
  TORCH_SCRIPT("PyTorch", Map.of());

  private final String engine;
  private final Map<String, String> options;

  ExportFormat(String engine, Map<String, String> options) {
    this.engine = engine;
    this.options = options;
  }

  /**
   * The format that a file name stands for.
   *
   * @throws IllegalArgumentException if it ends neither in .onnx nor in .pt
   */
  public static ExportFormat of(Path file) {
    String name = file.toString();
    if (name.endsWith(".onnx")) {
      return ONNX;
    }
    if (name.endsWith(".pt")) {
      return TORCH_SCRIPT;
    }
    throw new IllegalArgumentException(
        "a model file must end in .onnx (ONNX) or .pt (TorchScript), got: " + file);
  }

  String engine() {
    return engine;
  }

  void load(Model model, InputStream stream) throws IOException, MalformedModelException {
    model.load(stream, options);
    // DJL makes an empty directory for a model read from a stream, and leaves it until exit.
    Path directory = model.getModelPath();
    if (directory != null) {
      Files.deleteIfExists(directory);
    }
  }

  /**
   * Whether the model takes segment ids. A graph says so; a module does not, and is taken to want
   * them if its tokenizer tells query and document apart by them.
   */
  boolean wantsSegments(Model model, PairTokenizer tokenizer) {
    if (this == ONNX) {
      return model.describeInput().keys().contains("token_type_ids");
    }
    return tokenizer.tokenize("a", "b").queryTokens() < tokenizer.tokenize("a", "b").ids().length;
  }
}
