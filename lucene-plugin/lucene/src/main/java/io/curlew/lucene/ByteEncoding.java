package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorStatistics;

/**
 * Anchor rows in one byte per anchor, a quarter of the floats, with a scale and an offset of its
 * own for every anchor, which come from the sample of the anchor set: score = offset + scale *
 * byte. The range is wider than the sample's, since the best documents of a whole collection score
 * higher than those of a sample; what lies outside even so is stored as the nearest end.
 */
final class ByteEncoding {

  /** How far the range goes beyond the sample's, in widths of it. */
  private static final float BELOW = 0.1f;

  private static final float ABOVE = 0.6f;
  private static final int STEPS = 255;

  private final float[] scale;
  private final float[] offset; // of byte 0

  private ByteEncoding(float[] scale, float[] offset) {
    this.scale = scale;
    this.offset = offset;
  }

  static ByteEncoding of(AnchorStatistics statistics) {
    int k = statistics.size();
    float[] scale = new float[k];
    float[] offset = new float[k];
    for (int a = 0; a < k; a++) {
      float width = Math.max(statistics.high()[a] - statistics.low()[a], Float.MIN_NORMAL);
      float low = statistics.low()[a] - BELOW * width;
      scale[a] = width * (1 + BELOW + ABOVE) / STEPS;
      offset[a] = low - Byte.MIN_VALUE * scale[a];
    }
    return new ByteEncoding(scale, offset);
  }

  byte[] encode(float[] row) {
    byte[] bytes = new byte[row.length];
    for (int a = 0; a < bytes.length; a++) {
      int nearest = Math.round((row[a] - offset[a]) / scale[a]);
      bytes[a] = (byte) Math.clamp(nearest, Byte.MIN_VALUE, Byte.MAX_VALUE);
    }
    return bytes;
  }

  /** Turns stored values into scores, in place. */
  void decode(float[] stored) {
    for (int a = 0; a < stored.length; a++) {
      stored[a] = offset[a] + scale[a] * stored[a];
    }
  }

  RowValues.Multiplier multiplier(float[] vector) {
    float[] scaled = new float[vector.length];
    double sum = 0;
    for (int a = 0; a < scaled.length; a++) {
      scaled[a] = vector[a] * scale[a];
      sum += (double) vector[a] * offset[a];
    }
    return new RowValues.Multiplier(scaled, (float) sum, null);
  }
}
