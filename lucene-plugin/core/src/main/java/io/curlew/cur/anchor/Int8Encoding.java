package io.curlew.cur.anchor;

import io.curlew.simd.DotProduct;

/**
 * A byte for each value, with a scale and an offset of its own for every one, which come from the
 * sample: value = offset + scale * byte. The range is wider than the sample's, since the best
 * documents of a whole collection score higher than those of a sample; what lies outside even so is
 * stored as the nearest end.
 */
final class Int8Encoding implements RowEncoding {

  /** How far the range goes beyond the sample's, in widths of it. */
  private static final float BELOW = 0.1f;

  private static final float ABOVE = 0.6f;
  private static final int STEPS = 255;

  private final DotProduct dotProduct = DotProduct.create();
  private final float[] scale;
  private final float[] offset; // of byte 0

  Int8Encoding(float[] scale, float[] offset) {
    this.scale = scale;
    this.offset = offset;
    for (float step : scale) {
      if (!(step > 0)) {
        throw new IllegalArgumentException("scale must be positive, got: " + step);
      }
    }
  }

  static Int8Encoding of(float[][] rows) {
    int k = rows[0].length;
    float[] scale = new float[k];
    float[] offset = new float[k];
    for (int a = 0; a < k; a++) {
      float low = rows[0][a];
      float high = rows[0][a];
      for (float[] row : rows) {
        low = Math.min(low, row[a]);
        high = Math.max(high, row[a]);
      }
      float width = Math.max(high - low, Float.MIN_NORMAL * STEPS);
      scale[a] = width * (1 + BELOW + ABOVE) / STEPS;
      offset[a] = low - BELOW * width - Byte.MIN_VALUE * scale[a];
    }
    return new Int8Encoding(scale, offset);
  }

  /** Not to be changed. */
  float[] scale() {
    return scale;
  }

  /** Not to be changed. */
  float[] offset() {
    return offset;
  }

  @Override
  public int size() {
    return scale.length;
  }

  @Override
  public byte[] encode(float[] values) {
    byte[] bytes = new byte[values.length];
    for (int a = 0; a < bytes.length; a++) {
      int nearest = Math.round((values[a] - offset[a]) / scale[a]);
      bytes[a] = (byte) Math.clamp(nearest, Byte.MIN_VALUE, Byte.MAX_VALUE);
    }
    return bytes;
  }

  @Override
  public void decode(byte[] stored, int count, float[] values) {
    dotProduct.toFloats(stored, count * scale.length, values, 0);
    for (int row = 0; row < count; row++) {
      int from = row * scale.length;
      for (int a = 0; a < scale.length; a++) {
        values[from + a] = offset[a] + scale[a] * values[from + a];
      }
    }
  }

  /** Scale and offset move to the side of the weights: bytes are multiplied as they are. */
  @Override
  public RowProducts products(float[] weights, float[] mean) {
    float[] scaled = new float[weights.length];
    double sum = 0;
    for (int a = 0; a < scaled.length; a++) {
      scaled[a] = weights[a] * scale[a];
      sum += (double) weights[a] * ((double) offset[a] - mean[a]);
    }
    float constant = (float) sum;
    return new RowProducts() {
      @Override
      public void of(byte[] rows, int count, float[] out) {
        dotProduct.ofRows(rows, count, scaled, out);
        for (int i = 0; i < count; i++) {
          out[i] += constant;
        }
      }
    };
  }
}
