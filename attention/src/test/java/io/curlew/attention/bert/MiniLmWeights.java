package io.curlew.attention.bert;

import io.curlew.data.model.ModelFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** MiniLM's float32 weights, read once for all tests of a JVM. */
public final class MiniLmWeights {
  private static final Pretrained WEIGHTS = read();

  private MiniLmWeights() {}

  /** The weights, which nobody may change. */
  public static Pretrained get() {
    return WEIGHTS;
  }

  private static Pretrained read() {
    try (InputStream onnx = ModelFiles.miniLm().openModel()) {
      return Pretrained.onnx(onnx);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
