package io.curlew.attention.scoring;

import java.io.FileNotFoundException;
import java.io.InputStream;

/** The models on the test class path. */
public final class MiniLm {

  public static final InputStreamSource INT8 = resource("/all-minilm-l6-v2-q.onnx");
  public static final InputStreamSource TOKENIZER = resource("/all-minilm-l6-v2-q-tokenizer.json");

  private MiniLm() {}

  public static InputStreamSource resource(String path) {
    return () -> {
      InputStream stream = MiniLm.class.getResourceAsStream(path);
      if (stream == null) {
        throw new FileNotFoundException("must be on the class path: " + path);
      }
      return stream;
    };
  }
}
