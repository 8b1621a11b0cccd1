package io.curlew.cur.anchor;

import io.curlew.quantize.ProductQuantizer;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Encoding and statistics of an {@link AnchorSet} as bytes: big-endian floats, row by row. */
final class AnchorArrays {

  private AnchorArrays() {}

  private static final byte FLOAT = 0;
  private static final byte INT8 = 1;
  private static final byte PROJECTED = 2;
  private static final byte PRODUCT_QUANTIZED = 3;

  /** Writes an encoding as {@link AnchorFile} says. */
  static void write(RowEncoding encoding, DataOutputStream out) throws IOException {
    switch (encoding) {
      case FloatEncoding floats -> {
        out.writeByte(FLOAT);
        out.writeInt(floats.size());
      }
      case Int8Encoding int8 -> {
        out.writeByte(INT8);
        out.writeInt(int8.size());
        out.write(bytes(int8.scale(), int8.offset()));
      }
      case ProjectedEncoding projected -> {
        out.writeByte(PROJECTED);
        out.writeInt(projected.dimension());
        out.writeInt(projected.size());
        out.write(bytes(projected.basis()));
        write(projected.values(), out);
      }
      case ProductQuantizedEncoding quantized -> {
        byte[] quantizer = quantized.quantizer().toBytes();
        out.writeByte(PRODUCT_QUANTIZED);
        out.writeInt(quantized.dimension());
        out.writeInt(quantizer.length);
        out.write(quantizer);
      }
    }
  }

  /** Reads what {@link #write} has written. */
  static RowEncoding readEncoding(ByteBuffer bytes) {
    byte kind = bytes.get();
    int size = bytes.getInt();
    if (size < 1 || size > AnchorSet.MAX_ANCHORS) {
      throw new IllegalArgumentException(
          "dimensions must be between 1 and " + AnchorSet.MAX_ANCHORS + ", got: " + size);
    }
    return switch (kind) {
      case FLOAT -> new FloatEncoding(size);
      case INT8 -> new Int8Encoding(getFloats(bytes, size), getFloats(bytes, size));
      case PROJECTED -> {
        float[][] basis = basis(bytes, size, bytes.getInt());
        yield new ProjectedEncoding(basis, readEncoding(bytes));
      }
      case PRODUCT_QUANTIZED -> quantized(bytes, size, bytes.getInt());
      default -> throw new IllegalArgumentException("encoding must be known, got: " + kind);
    };
  }

  /** Reads a flag and, if it is 1, an encoding. */
  static @Nullable RowEncoding readSketch(ByteBuffer bytes) {
    byte flag = bytes.get();
    if (flag != 0 && flag != 1) {
      throw new IllegalArgumentException("a flag must be 0 or 1, got: " + flag);
    }
    return flag == 1 ? readEncoding(bytes) : null;
  }

  static ProductQuantizedEncoding quantized(ByteBuffer bytes, int dimension, int length) {
    int start = bytes.position();
    ProductQuantizer quantizer = ProductQuantizer.read(bytes, dimension);
    if (bytes.position() - start != length) {
      throw new IllegalArgumentException(
          "quantiser must have " + length + " bytes, got: " + (bytes.position() - start));
    }
    return new ProductQuantizedEncoding(quantizer);
  }

  static float[][] basis(ByteBuffer bytes, int dimension, int k) {
    if (k < dimension || k > AnchorSet.MAX_ANCHORS) {
      throw new IllegalArgumentException(
          "anchors must be between " + dimension + " and " + AnchorSet.MAX_ANCHORS + ", got: " + k);
    }
    float[][] basis = new float[dimension][];
    for (int i = 0; i < dimension; i++) {
      basis[i] = getFloats(bytes, k);
    }
    return basis;
  }

  /** What of an encoding tells anchor sets apart; as ever where there was one. */
  static void digest(RowEncoding encoding, MessageDigest digest) {
    switch (encoding) {
      case FloatEncoding floats -> {}
      case Int8Encoding int8 -> {
        digest.update(INT8);
        digest.update(bytes(int8.scale(), int8.offset()));
      }
      case ProjectedEncoding projected -> {
        digest.update(bytes(projected.basis()));
        digest(projected.values(), digest);
      }
      case ProductQuantizedEncoding quantized -> digest.update(quantized.quantizer().toBytes());
    }
  }

  private static byte[] bytes(float[]... rows) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * rows.length * rows[0].length);
    for (float[] row : rows) {
      putFloats(bytes, row, row.length);
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

  /** The bytes of statistics of k values. */
  static int statisticsLength(int k) {
    return Double.BYTES + Float.BYTES * (3 * k + k * (k + 1) / 2);
  }

  private static void putFloats(ByteBuffer bytes, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      bytes.putFloat(values[i]);
    }
  }

  static AnchorStatistics decodeStatistics(ByteBuffer bytes, int k) {
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
            "statistics and encoding must be finite, got: " + values[i]);
      }
    }
    return values;
  }
}
