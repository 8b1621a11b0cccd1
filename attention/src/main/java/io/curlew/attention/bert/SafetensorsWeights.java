package io.curlew.attention.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/** Weights out of a safetensors file. Arrays that are not floating-point are left out. */
final class SafetensorsWeights {
  private SafetensorsWeights() {}

  static Map<String, Tensor> read(NDManager manager, InputStream stream) throws IOException {
    try (NDManager scratch = manager.newSubManager()) {
      Map<String, Tensor> named = new HashMap<>();
      for (NDArray array : decode(scratch, stream)) {
        if (array.getDataType().isFloating()) {
          float[] values = array.toType(DataType.FLOAT32, false).toFloatArray();
          named.put(array.getName(), new Tensor(array.getShape().getShape(), values));
        }
      }
      return named;
    }
  }

  private static NDList decode(NDManager manager, InputStream stream) throws IOException {
    try {
      return NDList.decode(manager, stream);
    } catch (RuntimeException e) {
      // DJL lets a malformed file show as any of several unchecked exceptions.
      throw new IOException("weights must be a safetensors file", e);
    }
  }
}
