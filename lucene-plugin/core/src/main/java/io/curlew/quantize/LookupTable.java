package io.curlew.quantize;

/**
 * The products of one vector with every code of a {@link ProductQuantizer}: the product with a
 * quantised vector is the sum of one entry a byte (asymmetric distance computation; Jegou, Douze,
 * Schmid, "Product quantization for nearest neighbor search", 2011). Immutable.
 */
public final class LookupTable {

  private static final int CODES = ProductQuantizer.CODES;
  private static final int MASK = CODES - 1;

  private final float[] entries; // [byte][code]
  private final int bytes;

  LookupTable(float[] entries) {
    this.entries = entries;
    this.bytes = entries.length / CODES;
  }

  /** The product with one quantised vector. */
  public float sum(byte[] codes) {
    if (codes.length != bytes) {
      throw new IllegalArgumentException(
          "codes must have " + bytes + " bytes, got: " + codes.length);
    }
    return sum(codes, 0);
  }

  /** In the order of the bytes, as {@link #sums}. */
  private float sum(byte[] codes, int from) {
    float sum = 0;
    for (int g = 0; g < bytes; g++) {
      sum += entries[g * CODES + (codes[from + g] & MASK)];
    }
    return sum;
  }

  /**
   * The products with vectors that lie one after the other, four at a time: their sums do not wait
   * for each other.
   *
   * @param count of vectors
   * @param out filled from 0 on
   */
  public void sums(byte[] codes, int count, float[] out) {
    int row = 0;
    for (; row + 3 < count; row += 4) {
      int p0 = row * bytes;
      int p1 = p0 + bytes;
      int p2 = p1 + bytes;
      int p3 = p2 + bytes;
      float sum0 = 0;
      float sum1 = 0;
      float sum2 = 0;
      float sum3 = 0;
      for (int g = 0, table = 0; g < bytes; g++, table += CODES) {
        sum0 += entries[table + (codes[p0 + g] & MASK)];
        sum1 += entries[table + (codes[p1 + g] & MASK)];
        sum2 += entries[table + (codes[p2 + g] & MASK)];
        sum3 += entries[table + (codes[p3 + g] & MASK)];
      }
      out[row] = sum0;
      out[row + 1] = sum1;
      out[row + 2] = sum2;
      out[row + 3] = sum3;
    }
    for (; row < count; row++) {
      out[row] = sum(codes, row * bytes);
    }
  }
}
