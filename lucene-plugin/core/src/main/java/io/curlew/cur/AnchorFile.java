package io.curlew.cur;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The file form of an {@link AnchorSet}. Big-endian: magic {@code CURLEWAN} (8 bytes), version
 * (int), length of the payload (int), payload, CRC-32C of everything before it (int). The payload
 * is the fingerprints of the anchor model and the query model, the number of queries k (int), the
 * queries, and the statistics of d = k values: mean squared norm (double), then floats: mean, low,
 * high (d each) and the lower triangle of the metric, row by row. Version 3 is for rows that are
 * projected: before the statistics it has d (int) and the projection, d rows of k floats. A string
 * is its length in UTF-8 bytes (int) and the bytes. With 400 anchors a file has about 350 KB, with
 * {@value AnchorSet#MAX_ANCHORS} 2.2 MB.
 */
public final class AnchorFile {

  private static final byte[] MAGIC = "CURLEWAN".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 2;
  private static final int PROJECTED = 3;
  private static final int HEADER = MAGIC.length + 2 * Integer.BYTES;

  private AnchorFile() {}

  /** Writes to a temporary name in the same directory, then moves: the file is whole or absent. */
  public static void write(AnchorSet anchors, Path file) throws IOException {
    byte[] bytes = encode(anchors);
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.write(temporary, bytes);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Reads an anchor set.
   *
   * @throws AnchorFileException if the file is not an anchor file, is of an unknown version, is
   *     truncated or damaged
   */
  public static AnchorSet read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      return decode(bytes);
    } catch (AnchorFileException e) {
      throw new AnchorFileException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads an anchor set from a stream, to its end; the caller closes it.
   *
   * @throws AnchorFileException as {@link #read(Path)}
   */
  public static AnchorSet read(InputStream in) throws IOException {
    return decode(in.readAllBytes());
  }

  static byte[] encode(AnchorSet anchors) throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(payload);
    writeString(out, anchors.modelFingerprint());
    writeString(out, anchors.queryModelFingerprint());
    out.writeInt(anchors.size());
    for (String query : anchors.queries()) {
      writeString(out, query);
    }
    AnchorProjection projection = anchors.projection();
    if (projection != null) {
      out.writeInt(projection.dimensions());
      out.write(encode(projection));
    }
    out.write(encode(anchors.statistics()));
    ByteBuffer file = ByteBuffer.allocate(HEADER + payload.size() + Integer.BYTES);
    file.put(MAGIC)
        .putInt(projection == null ? VERSION : PROJECTED)
        .putInt(payload.size())
        .put(payload.toByteArray());
    file.putInt(checksum(file.array(), file.position()));
    return file.array();
  }

  static byte[] encode(AnchorProjection projection) {
    int k = projection.basis()[0].length;
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * projection.dimensions() * k);
    for (float[] row : projection.basis()) {
      putFloats(bytes, row, k);
    }
    return bytes.array();
  }

  static byte[] encode(AnchorStatistics statistics) {
    int k = statistics.size();
    ByteBuffer bytes = ByteBuffer.allocate(statisticsLength(k));
    bytes.putDouble(statistics.meanSquaredNorm());
    putFloats(bytes, statistics.mean(), k);
    putFloats(bytes, statistics.low(), k);
    putFloats(bytes, statistics.high(), k);
    for (int a = 0; a < k; a++) {
      putFloats(bytes, statistics.metric()[a], a + 1);
    }
    return bytes.array();
  }

  private static int statisticsLength(int k) {
    return Double.BYTES + Float.BYTES * (3 * k + k * (k + 1) / 2);
  }

  private static void putFloats(ByteBuffer bytes, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      bytes.putFloat(values[i]);
    }
  }

  private static AnchorStatistics decodeStatistics(ByteBuffer bytes, int k) {
    double meanSquaredNorm = bytes.getDouble();
    float[] mean = getFloats(bytes, k);
    float[] low = getFloats(bytes, k);
    float[] high = getFloats(bytes, k);
    float[][] metric = new float[k][k];
    for (int a = 0; a < k; a++) {
      float[] row = getFloats(bytes, a + 1);
      for (int b = 0; b <= a; b++) {
        metric[a][b] = row[b];
        metric[b][a] = row[b];
      }
    }
    return new AnchorStatistics(meanSquaredNorm, mean, low, high, metric);
  }

  private static float[] getFloats(ByteBuffer bytes, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = bytes.getFloat();
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "statistics and projection must be finite, got: " + values[i]);
      }
    }
    return values;
  }

  static AnchorSet decode(byte[] bytes) throws AnchorFileException {
    if (bytes.length < MAGIC.length || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, 8)) {
      throw new AnchorFileException("not an anchor file: it must start with CURLEWAN");
    }
    if (bytes.length < HEADER) {
      throw new AnchorFileException("anchor file is truncated, got: " + bytes.length + " bytes");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes, MAGIC.length, 2 * Integer.BYTES);
    int version = header.getInt();
    if (version != VERSION && version != PROJECTED) {
      throw new AnchorFileException(
          "anchor file version must be " + VERSION + " or " + PROJECTED + ", got: " + version);
    }
    long expected = (long) HEADER + header.getInt() + Integer.BYTES;
    if (bytes.length != expected) {
      throw new AnchorFileException(
          "anchor file is truncated or has bytes too many: it must have "
              + expected
              + " bytes, got: "
              + bytes.length);
    }
    int end = bytes.length - Integer.BYTES;
    int stored = ByteBuffer.wrap(bytes, end, Integer.BYTES).getInt();
    if (stored != checksum(bytes, end)) {
      throw new AnchorFileException("anchor file is damaged: its checksum does not match");
    }
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(bytes, HEADER, end - HEADER))) {
      return decodePayload(in, version == PROJECTED);
    } catch (IOException | IllegalArgumentException e) {
      throw new AnchorFileException("anchor file is malformed: " + e.getMessage(), e);
    }
  }

  private static AnchorSet decodePayload(DataInputStream in, boolean projected) throws IOException {
    String model = readString(in);
    String queryModel = readString(in);
    int size = in.readInt();
    if (size < 1 || size > AnchorSet.MAX_ANCHORS) {
      throw new IOException(
          "number of anchor queries must be between 1 and "
              + AnchorSet.MAX_ANCHORS
              + ", got: "
              + size);
    }
    List<String> queries = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      queries.add(readString(in));
    }
    int dimension = projected ? in.readInt() : size;
    if (dimension < 1 || dimension > size) {
      throw new IOException("dimensions must be between 1 and " + size + ", got: " + dimension);
    }
    int projectionLength = projected ? Float.BYTES * dimension * size : 0;
    int expected = projectionLength + statisticsLength(dimension);
    if (in.available() != expected) {
      throw new IOException(
          "projection and statistics of "
              + dimension
              + " dimensions must have "
              + expected
              + " bytes, got: "
              + in.available());
    }
    ByteBuffer rest = ByteBuffer.wrap(in.readAllBytes());
    AnchorProjection projection = projected ? decodeProjection(rest, dimension, size) : null;
    return new AnchorSet(queries, model, queryModel, projection, decodeStatistics(rest, dimension));
  }

  private static AnchorProjection decodeProjection(ByteBuffer bytes, int dimension, int k) {
    float[][] basis = new float[dimension][];
    for (int i = 0; i < dimension; i++) {
      basis[i] = getFloats(bytes, k);
    }
    return new AnchorProjection(basis);
  }

  private static void writeString(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readString(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new EOFException(
          "length of a string must be at most " + in.available() + ", got: " + length);
    }
    byte[] bytes = in.readNBytes(length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("a string must be valid UTF-8", e);
    }
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
