package io.curlew.attention.scoring;

import java.io.FileNotFoundException;
import java.io.InputStream;

/** The models on the test class path. */
final class MiniLm {

  static final InputStreamSource INT8 = resource("/all-minilm-l6-v2-q.onnx");
  static final InputStreamSource TOKENIZER = resource("/all-minilm-l6-v2-q-tokenizer.json");

  private MiniLm() {}

  static InputStreamSource resource(String path) {
    return () -> {
      InputStream stream = MiniLm.class.getResourceAsStream(path);
      if (stream == null) {
        throw new FileNotFoundException("must be on the class path: " + path);
      }
      return stream;
    };
  }
}
