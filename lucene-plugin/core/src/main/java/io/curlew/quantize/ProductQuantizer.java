package io.curlew.quantize;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Vectors in one byte for each group of consecutive coordinates: the number of the nearest of
 * {@value #CODES} codes of the group (Jegou, Douze, Schmid 2011). Codebooks are trained on a
 * sample, begun by SimVQ and finished by k-means. Coordinates should be rotated beforehand so that
 * they do not vary together, and grouped by {@link BitAllocation}: that decides how good it is (Ge
 * et al., "Optimized product quantization", 2013).
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class ProductQuantizer {

  /** Codes of a group. */
  public static final int CODES = 256;

  private final int[] starts; // of groups, and the end
  private final float[][] codes; // [group], one code after the other
  private final NearestCode[] searches;

  private ProductQuantizer(int[] sizes, float[][] codes) {
    this.starts = new int[sizes.length + 1];
    this.codes = codes;
    this.searches = new NearestCode[sizes.length];
    for (int g = 0; g < sizes.length; g++) {
      starts[g + 1] = starts[g] + sizes[g];
      searches[g] = NearestCode.of(codes[g], sizes[g]);
    }
  }

  /**
   * Trains codebooks, side by side on the common pool. The same seed gives the same codebooks.
   *
   * <p>Cost: about 20 times {@code rows * dimension * }{@value #CODES} multiplications; about a
   * second for 2,000 rows of 400.
   *
   * @param rows a sample of vectors, at least 1; some thousand are plenty
   * @param allocation its dimensions are those of the rows
   */
  public static ProductQuantizer compute(float[][] rows, BitAllocation allocation, long seed) {
    if (rows.length == 0) {
      throw new IllegalArgumentException("sample must hold at least 1 vector, got: 0");
    }
    if (rows[0].length != allocation.dimensions()) {
      throw new IllegalArgumentException(
          "vectors must have the "
              + allocation.dimensions()
              + " coordinates of the allocation, got: "
              + rows[0].length);
    }
    int[] sizes = allocation.sizes();
    int[] from = new int[sizes.length];
    for (int g = 1; g < sizes.length; g++) {
      from[g] = from[g - 1] + sizes[g - 1];
    }
    float[][] codes = new float[sizes.length][];
    IntStream.range(0, sizes.length)
        .parallel()
        .forEach(
            g -> {
              Points points = Points.of(rows, from[g], sizes[g]);
              codes[g] = Lloyd.refine(points, SimVq.codes(points, CODES, seed + g));
            });
    return new ProductQuantizer(sizes, codes);
  }

  /** Bytes of a quantised vector. */
  public int bytes() {
    return codes.length;
  }

  /** Coordinates of a vector. */
  public int dimension() {
    return starts[codes.length];
  }

  /** A vector in bytes. Costs {@value #CODES} multiplications a coordinate. */
  public byte[] encode(float[] vector) {
    requireDimension(vector);
    byte[] bytes = new byte[codes.length];
    for (int g = 0; g < bytes.length; g++) {
      bytes[g] = (byte) searches[g].find(vector, starts[g]);
    }
    return bytes;
  }

  /** The vector that bytes stand for. */
  public float[] decode(byte[] bytes) {
    if (bytes.length != codes.length) {
      throw new IllegalArgumentException(
          "a quantised vector must have " + codes.length + " bytes, got: " + bytes.length);
    }
    float[] vector = new float[dimension()];
    decode(bytes, 1, vector);
    return vector;
  }

  /**
   * The same for several, one behind the other.
   *
   * @param vectors filled from 0 on
   */
  public void decode(byte[] bytes, int count, float[] vectors) {
    for (int i = 0; i < count; i++) {
      for (int g = 0; g < codes.length; g++) {
        int size = starts[g + 1] - starts[g];
        int code = bytes[i * codes.length + g] & 0xff;
        System.arraycopy(codes[g], code * size, vectors, i * dimension() + starts[g], size);
      }
    }
  }

  /**
   * What multiplies a vector with quantised ones, less their mean.
   *
   * <p>Costs {@value #CODES} times its coordinates.
   */
  public LookupTable table(float[] vector, float[] mean) {
    requireDimension(vector);
    requireDimension(mean);
    float[] entries = new float[codes.length * CODES];
    for (int g = 0; g < codes.length; g++) {
      int size = starts[g + 1] - starts[g];
      for (int c = 0; c < CODES; c++) {
        double sum = 0;
        for (int j = 0; j < size; j++) {
          sum += (double) vector[starts[g] + j] * (codes[g][c * size + j] - mean[starts[g] + j]);
        }
        entries[g * CODES + c] = (float) sum;
      }
    }
    return new LookupTable(entries);
  }

  private void requireDimension(float[] vector) {
    if (vector.length != dimension()) {
      throw new IllegalArgumentException(
          "vector must have " + dimension() + " coordinates, got: " + vector.length);
    }
  }

  /**
   * All there is to know, big-endian: the number of groups, their sizes (ints), and the codes of
   * each group, one after the other (floats).
   */
  public byte[] toBytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * (1 + codes.length) + Float.BYTES * CODES * dimension());
    bytes.putInt(codes.length);
    for (int g = 0; g < codes.length; g++) {
      bytes.putInt(starts[g + 1] - starts[g]);
    }
    for (float[] group : codes) {
      for (float value : group) {
        bytes.putFloat(value);
      }
    }
    return bytes.array();
  }

  /**
   * Reads what {@link #toBytes} gives, from where the buffer stands to its end or beyond.
   *
   * @param dimension that it must have
   * @throws IllegalArgumentException if it is malformed
   */
  public static ProductQuantizer read(ByteBuffer bytes, int dimension) {
    int groups = bytes.remaining() < Integer.BYTES ? 0 : bytes.getInt();
    if (groups < 1 || groups > dimension || bytes.remaining() < Integer.BYTES * groups) {
      throw new IllegalArgumentException(
          "groups must be between 1 and " + dimension + ", got: " + groups);
    }
    int[] sizes = new int[groups];
    long sum = 0;
    for (int g = 0; g < groups; g++) {
      sizes[g] = bytes.getInt();
      sum += sizes[g] < 1 ? Integer.MAX_VALUE : sizes[g];
    }
    if (sum != dimension || bytes.remaining() < (long) Float.BYTES * CODES * dimension) {
      throw new IllegalArgumentException(
          "codes must be whole and of groups of at least 1 that make "
              + dimension
              + " coordinates, got: "
              + Arrays.toString(sizes));
    }
    float[][] codes = new float[groups][];
    for (int g = 0; g < groups; g++) {
      codes[g] = new float[CODES * sizes[g]];
      for (int i = 0; i < codes[g].length; i++) {
        codes[g][i] = bytes.getFloat();
        if (!Float.isFinite(codes[g][i])) {
          throw new IllegalArgumentException("codes must be finite, got: " + codes[g][i]);
        }
      }
    }
    return new ProductQuantizer(sizes, codes);
  }
}
