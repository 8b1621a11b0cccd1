package io.curlew.data.model;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The cross-encoder that {@code curlew train} made of MiniLM on the train queries of WordNet:
 * low-rank adapters and head here, the base weights in {@link ModelFiles#miniLm} .
 */
public final class CrossEncoderFiles {
  /** In the metadata of the adapters: the fingerprint of the base weights. */
  public static final String BASE_SHA256 = "base_sha256";

  /** In the metadata of the adapters: the longest pair that they were trained on, in tokens. */
  public static final String MAX_TOKENS = "max_tokens";

  private static final String ADAPTERS = "wordnet-cross-encoder.safetensors";

  private static final String SCORES = "wordnet-cross-encoder.scores";

  private CrossEncoderFiles() {}

  /** The encoder that was adapted, with its tokenizer. */
  public static ModelFiles base() {
    return ModelFiles.miniLm();
  }

  /**
   * Opens adapters and head, a safetensors file, to be closed by the caller.
   *
   * @throws IOException if it is not on the class path
   */
  public static InputStream openAdapters() throws IOException {
    return open(ADAPTERS);
  }

  /**
   * Opens the scores that an index of WordNet's default documents learns from, a score cache of the
   * core module, to be closed by the caller: so that learning calls no model there.
   *
   * @throws IOException if it is not on the class path
   */
  public static InputStream openScores() throws IOException {
    return open(SCORES);
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = CrossEncoderFiles.class.getResourceAsStream(name);
    if (in == null) {
      throw new FileNotFoundException("resource must be on the class path: " + name);
    }
    return in;
  }
}
