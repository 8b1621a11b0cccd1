package io.curlew.cur.shards;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes a message: a version, then values in order, counts before what is counted. */
final class MessageWriter {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  MessageWriter(int version) {
    bytes.write(version);
  }

  /** Something that memory does not let fail. */
  private interface Write {
    void run() throws IOException;
  }

  private static void write(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void flag(boolean value) {
    bytes.write(value ? 1 : 0);
  }

  void number(long value) {
    write(() -> out.writeLong(value));
  }

  void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    count(utf8.length);
    bytes.writeBytes(utf8);
  }

  void texts(List<String> values) {
    count(values.size());
    values.forEach(this::text);
  }

  void floats(float[] values) {
    count(values.length);
    ByteBuffer buffer = ByteBuffer.allocate(Float.BYTES * values.length);
    buffer.asFloatBuffer().put(values);
    bytes.writeBytes(buffer.array());
  }

  void ints(int[] values) {
    count(values.length);
    for (int value : values) {
      count(value);
    }
  }

  void matrix(float[][] values) {
    count(values.length);
    for (float[] row : values) {
      floats(row);
    }
  }

  private void count(int value) {
    write(() -> out.writeInt(value));
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}
