package io.curlew.cur.shards;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what {@link MessageWriter} has written. No count takes more memory than the message has
 * bytes for; what is wrong is an {@link IllegalArgumentException} with the rule and the value.
 */
final class MessageReader {

  private final String what;
  private final ByteBuffer in;

  MessageReader(String what, int version, byte[] bytes) {
    this.what = what;
    this.in = ByteBuffer.wrap(bytes);
    require(1);
    check("version", version, in.get());
  }

  /** Checks a number that is known. */
  void check(String name, int expected, int found) {
    if (expected != found) {
      throw new IllegalArgumentException(
          name + " of a shard's " + what + " must be " + expected + ", got: " + found);
    }
  }

  /** Checks a place among so many. */
  void checkPlace(int place, int size) {
    if (place < 0 || place >= size) {
      throw new IllegalArgumentException(
          "places of a shard's " + what + " must be from 0 to below " + size + ", got: " + place);
    }
  }

  private void require(long bytes) {
    if (bytes < 0 || bytes > in.remaining()) {
      throw new IllegalArgumentException(
          "a shard's "
              + what
              + " must have as many bytes as it says, got: "
              + in.limit()
              + " where "
              + bytes
              + " must follow the first "
              + in.position());
    }
  }

  boolean flag() {
    require(1);
    byte value = in.get();
    if (value != 0 && value != 1) {
      throw new IllegalArgumentException(
          "a flag of a shard's " + what + " must be 0 or 1, got: " + value);
    }
    return value == 1;
  }

  long number() {
    require(Long.BYTES);
    return in.getLong();
  }

  /** A number that counts something. */
  int count() {
    long value = number();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a count of a shard's " + what + " must be from 0 to 2147483647, got: " + value);
    }
    return (int) value;
  }

  /** How many values follow, of so many bytes at least. */
  private int length(int bytes) {
    require(Integer.BYTES);
    int count = in.getInt();
    require((long) count * bytes);
    return count;
  }

  String text() {
    byte[] utf8 = new byte[length(1)];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  List<String> texts() {
    int count = length(Integer.BYTES);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(text());
    }
    return values;
  }

  float[] floats() {
    float[] values = new float[length(Float.BYTES)];
    in.asFloatBuffer().get(values);
    in.position(in.position() + Float.BYTES * values.length);
    return values;
  }

  float[] floats(int count) {
    float[] values = floats();
    check("number of floats", count, values.length);
    return values;
  }

  int[] ints() {
    int[] values = new int[length(Integer.BYTES)];
    in.asIntBuffer().get(values);
    in.position(in.position() + Integer.BYTES * values.length);
    return values;
  }

  float[][] matrix() {
    float[][] rows = new float[length(Integer.BYTES)][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = floats();
    }
    return rows;
  }

  /** Checks that nothing is left. */
  void end() {
    check("bytes left", 0, in.remaining());
  }
}
