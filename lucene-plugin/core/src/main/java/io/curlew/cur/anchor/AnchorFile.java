package io.curlew.cur.anchor;

import io.curlew.file.DurableFile;
import io.curlew.quantize.ProductQuantizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The file form of an {@link AnchorSet}. Big-endian: magic {@code CURLEWAN} (8 bytes), version
 * (int), length of the payload (int), payload, CRC-32C of everything before it (int). The payload
 * is the fingerprints of the anchor model and the query model, the number of queries k (int), the
 * queries, the {@link RowEncoding}, whether there is a sketch (byte) and if so its encoding, and
 * the statistics of d values, d being what the encoding makes of k scores: mean squared norm
 * (double), then floats: mean, low, high (d each) and the lower triangle of the metric, row by row;
 * and what was learned. A string is its length in UTF-8 bytes (int) and the bytes.
 *
 * <p>An encoding is its kind (byte) and for 0, floats: their number (int). For 1, bytes: their
 * number (int), the scale and the offset of each (floats). For 2, projected: d and k (ints), d rows
 * of k floats, and the encoding of d values. For 3, product-quantised: d, the length q of the
 * quantiser (ints) and the quantiser ({@link ProductQuantizer#toBytes}, q bytes).
 *
 * <p>What was learned: whether there are feature statistics (byte), and if so their number n (int),
 * names (as {@code DataOutput.writeUTF}) and (n + 2)^2 covariances (doubles); whether there is a
 * latent map (byte), and if so its two matrices, each rows and columns (ints) and floats; the seven
 * weights of the calibration (doubles); the number of weights of the profile (int), names and
 * doubles.
 *
 * <p>Versions 2 to 6, which are read, have no sketch; 2 to 5 have nothing learned, 2 to 4 no
 * encoding. Version 2 is for floats. Version 3 is for projected floats: it has d (int) and the
 * projection. Version 4 is for projected rows that are quantised: it has d, q, the projection and
 * the quantiser. With 400 anchors a file has about 650 KB, or 1.5 MB where rows are quantised to 64
 * bytes; with {@value AnchorSet#MAX_ANCHORS} 2.5 MB.
 */
public final class AnchorFile {

  private static final byte[] MAGIC = "CURLEWAN".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 7;
  private static final int UNSKETCHED = 6;
  private static final int UNLEARNED = 5;
  private static final int FIRST_VERSION = 2;
  private static final int PROJECTED = 3;
  private static final int QUANTIZED = 4;
  private static final int HEADER = MAGIC.length + 2 * Integer.BYTES;

  private AnchorFile() {}

  /** Writes at once, see {@link DurableFile}: the file is whole, or what it was. */
  public static void write(AnchorSet anchors, Path file) throws IOException {
    byte[] bytes = encode(anchors);
    DurableFile.replace(file, out -> out.write(bytes));
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
    AnchorArrays.write(anchors.encoding(), out);
    RowEncoding sketch = anchors.sketch();
    out.writeBoolean(sketch != null);
    if (sketch != null) {
      AnchorArrays.write(sketch, out);
    }
    out.write(AnchorArrays.encode(anchors.statistics()));
    LearnedBytes.write(anchors.learned(), out);
    ByteBuffer file = ByteBuffer.allocate(HEADER + payload.size() + Integer.BYTES);
    file.put(MAGIC).putInt(VERSION).putInt(payload.size()).put(payload.toByteArray());
    file.putInt(checksum(file.array(), file.position()));
    return file.array();
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
    if (version < FIRST_VERSION || version > VERSION) {
      throw new AnchorFileException(
          "anchor file version must be between "
              + FIRST_VERSION
              + " and "
              + VERSION
              + ", got: "
              + version);
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
      return decodePayload(in, version);
    } catch (IOException | IllegalArgumentException | BufferUnderflowException e) {
      throw new AnchorFileException("anchor file is malformed: " + e.getMessage(), e);
    }
  }

  private static AnchorSet decodePayload(DataInputStream in, int version) throws IOException {
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
    ByteBuffer rest = ByteBuffer.wrap(in.readAllBytes());
    RowEncoding encoding =
        version >= UNLEARNED
            ? AnchorArrays.readEncoding(rest)
            : readEncodingOf(version, rest, size);
    RowEncoding sketch = version > UNSKETCHED ? AnchorArrays.readSketch(rest) : null;
    int expected = AnchorArrays.statisticsLength(encoding.dimension());
    boolean learns = version > UNLEARNED;
    boolean whole = learns ? rest.remaining() > expected : rest.remaining() == expected;
    if (!whole) {
      throw new IOException(
          "statistics of "
              + encoding.dimension()
              + " dimensions must have "
              + expected
              + " bytes, got: "
              + rest.remaining());
    }
    AnchorStatistics statistics = AnchorArrays.decodeStatistics(rest, encoding.dimension());
    byte[] learned = new byte[rest.remaining()];
    rest.get(learned);
    return new AnchorSet(
        queries,
        model,
        queryModel,
        encoding,
        sketch,
        statistics,
        learns ? LearnedBytes.read(learned, encoding.dimension()) : Learned.NONE);
  }

  /** What the versions before this one say of the encoding. */
  private static RowEncoding readEncodingOf(int version, ByteBuffer bytes, int size) {
    if (version == FIRST_VERSION) {
      return new FloatEncoding(size);
    }
    int dimension = bytes.getInt();
    if (dimension < 1 || dimension > size) {
      throw new IllegalArgumentException(
          "dimensions must be between 1 and " + size + ", got: " + dimension);
    }
    int quantizerLength = version == QUANTIZED ? bytes.getInt() : 0;
    float[][] basis = AnchorArrays.basis(bytes, dimension, size);
    return new ProjectedEncoding(
        basis,
        version == PROJECTED
            ? new FloatEncoding(dimension)
            : AnchorArrays.quantized(bytes, dimension, quantizerLength));
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
