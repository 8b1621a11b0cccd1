package io.curlew.attention.bert;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Arrays written by this project: a safetensors file of float32 with metadata. DJL reads and writes
 * safetensors without metadata, and metadata is what says which base model adapters belong to.
 *
 * <p>The metadata hold {@code format} and {@code format_version}, which are checked, and {@code
 * sha256}, the checksum of all bytes after the header; the rest is the writer's. Any other reader
 * of safetensors reads the file too.
 *
 * @param metadata what the writer added, in the order of its names
 * @param arrays in the order of their names
 */
public record SafetensorsFile(Map<String, String> metadata, Map<String, Tensor> arrays) {
  private static final String FORMAT = "format";
  private static final String FORMAT_NAME = "curlew";
  private static final String VERSION = "format_version";
  private static final String CURRENT = "1";
  private static final String CHECKSUM = "sha256";
  private static final String METADATA = "__metadata__";
  private static final int LONGEST_HEADER = 100_000_000;

  /** Copies the maps. */
  public SafetensorsFile {
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    arrays = new TreeMap<>(arrays);
  }

  /** One of the writer's metadata, or an error that names it. */
  public String require(String key) throws IOException {
    String value = metadata.get(key);
    if (value == null) {
      throw new IOException("metadata of a weight file must have " + key + ", got: " + metadata);
    }
    return value;
  }

  /**
   * Reads a file that {@link #write} made. The stream is read to the end of the arrays and not
   * closed.
   *
   * @throws IOException if it is of another format or version, cut short or damaged
   */
  public static SafetensorsFile read(InputStream stream) throws IOException {
    try {
      return parse(new DataInputStream(stream));
    } catch (EOFException e) {
      throw new IOException("a weight file must be whole, got: one that is cut short", e);
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | ArithmeticException
        | UnsupportedOperationException e) {
      throw new IOException("a weight file must be a safetensors file", e);
    }
  }

  private static SafetensorsFile parse(DataInputStream in) throws IOException {
    long length = Long.reverseBytes(in.readLong());
    if (length < 2 || length > LONGEST_HEADER) {
      throw new IOException("a safetensors header must be of 2 to 100000000 bytes, got: " + length);
    }
    JsonObject json =
        JsonParser.parseString(new String(readNBytes(in, (int) length), StandardCharsets.UTF_8))
            .getAsJsonObject();
    Map<String, String> metadata = new LinkedHashMap<>();
    if (json.has(METADATA)) {
      json.remove(METADATA)
          .getAsJsonObject()
          .entrySet()
          .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().getAsString()));
    }
    requireFormat(metadata);
    int end = 0;
    for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
      end = Math.max(end, range(entry.getKey(), entry.getValue().getAsJsonObject()).to());
    }
    byte[] data = readNBytes(in, end);
    String checksum = HexFormat.of().formatHex(sha256().digest(data));
    String expected = metadata.remove(CHECKSUM);
    if (!checksum.equals(expected)) {
      throw new IOException(
          "a weight file must have the checksum " + expected + ", got: " + checksum);
    }
    Map<String, Tensor> arrays = new TreeMap<>();
    for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
      arrays.put(entry.getKey(), tensor(entry.getKey(), entry.getValue().getAsJsonObject(), data));
    }
    return new SafetensorsFile(metadata, arrays);
  }

  private static void requireFormat(Map<String, String> metadata) throws IOException {
    String format = metadata.remove(FORMAT) + " " + metadata.remove(VERSION);
    if (!format.equals(FORMAT_NAME + " " + CURRENT)) {
      throw new IOException(
          "a weight file must have format " + FORMAT_NAME + " " + CURRENT + ", got: " + format);
    }
  }

  /** Takes memory as it reads, not as a length field says. */
  private static byte[] readNBytes(DataInputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  /** The bytes of an array, counted from the end of the header. */
  private record Range(int from, int to) {}

  private static Range range(String name, JsonObject array) throws IOException {
    JsonArray offsets = list(name, array, "data_offsets");
    int from = offsets.size() == 2 ? offsets.get(0).getAsInt() : -1;
    int to = offsets.size() == 2 ? offsets.get(1).getAsInt() : -1;
    if (from < 0 || to < from || (to - from) % Float.BYTES != 0) {
      throw new IOException(
          "data_offsets of "
              + name
              + " must be a start and an end with whole floats between, got: "
              + offsets);
    }
    return new Range(from, to);
  }

  private static JsonArray list(String name, JsonObject array, String key) throws IOException {
    if (!(array.get(key) instanceof JsonArray list)) {
      throw new IOException(key + " of " + name + " must be a list, got: " + array.get(key));
    }
    return list;
  }

  private static Tensor tensor(String name, JsonObject json, byte[] data) throws IOException {
    JsonElement type = json.get("dtype");
    if (type == null || !type.getAsString().equals("F32")) {
      throw new IOException("arrays must be of type F32, got: " + type + " of " + name);
    }
    JsonArray sizes = list(name, json, "shape");
    long[] shape = new long[sizes.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = sizes.get(i).getAsLong();
    }
    Range range = range(name, json);
    float[] values = new float[(range.to() - range.from()) / Float.BYTES];
    ByteBuffer.wrap(data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(range.from())
        .asFloatBuffer()
        .get(values);
    return new Tensor(shape, values);
  }

  /** Writes the file under a temporary name beside the target, and moves it over that. */
  public void write(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
    try {
      Files.write(temporary, toBytes());
      try {
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** The file's content. The same arrays and metadata give the same bytes. */
  public byte[] toBytes() {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    JsonObject described = new JsonObject();
    arrays.forEach(
        (name, tensor) -> {
          JsonArray shape = new JsonArray();
          for (long size : tensor.shape()) {
            shape.add(size);
          }
          JsonArray offsets = new JsonArray();
          offsets.add(data.size());
          data.writeBytes(bytes(tensor.values()));
          offsets.add(data.size());
          JsonObject array = new JsonObject();
          array.addProperty("dtype", "F32");
          array.add("shape", shape);
          array.add("data_offsets", offsets);
          described.add(name, array);
        });
    JsonObject extended = new JsonObject();
    metadata.forEach(extended::addProperty);
    extended.addProperty(FORMAT, FORMAT_NAME);
    extended.addProperty(VERSION, CURRENT);
    extended.addProperty(CHECKSUM, HexFormat.of().formatHex(sha256().digest(data.toByteArray())));
    JsonObject header = new JsonObject();
    header.add(METADATA, extended);
    described.entrySet().forEach(entry -> header.add(entry.getKey(), entry.getValue()));
    // Arrays start at a multiple of 8 bytes, as the format asks for.
    StringBuilder text = new StringBuilder(header.toString());
    while (text.toString().getBytes(StandardCharsets.UTF_8).length % Long.BYTES != 0) {
      text.append(' ');
    }
    byte[] json = text.toString().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Math.addExact(Long.BYTES + json.length, data.size()))
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data.toByteArray())
        .array();
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
