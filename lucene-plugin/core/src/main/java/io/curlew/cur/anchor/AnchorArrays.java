package io.curlew.cur.anchor;

import java.nio.ByteBuffer;

/** Projection and statistics of an {@link AnchorSet} as bytes: big-endian floats, row by row. */
final class AnchorArrays {

  private AnchorArrays() {}

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
            "statistics and projection must be finite, got: " + values[i]);
      }
    }
    return values;
  }

  static AnchorProjection decodeProjection(ByteBuffer bytes, int dimension, int k) {
    float[][] basis = new float[dimension][];
    for (int i = 0; i < dimension; i++) {
      basis[i] = getFloats(bytes, k);
    }
    return new AnchorProjection(basis);
  }
}
