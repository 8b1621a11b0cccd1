package io.curlew.data.model;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * What {@code curlew distill} made of MiniLM, so that it reads texts of up to 8,192 tokens by
 * Nystrom attention: adapters here, the base weights in {@link ModelFiles#miniLm}.
 */
public final class LongEncoderFiles {
  private static final String ADAPTERS = "mini-lm-nystrom.safetensors";

  private LongEncoderFiles() {}

  /**
   * Opens the adapters, a safetensors file, to be closed by the caller.
   *
   * @throws IOException if it is not on the class path
   */
  public static InputStream openAdapters() throws IOException {
    InputStream in = LongEncoderFiles.class.getResourceAsStream(ADAPTERS);
    if (in == null) {
      throw new FileNotFoundException("resource must be on the class path: " + ADAPTERS);
    }
    return in;
  }
}
