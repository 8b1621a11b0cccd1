package io.curlew.solr;

import java.nio.ByteBuffer;
import java.util.Base64;

/** Numbers as bytes, for messages between nodes. */
final class Packed {

  private Packed() {}

  static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
    return values;
  }

  static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static byte[] bytes(String text) {
    return Base64.getDecoder().decode(text);
  }
}
