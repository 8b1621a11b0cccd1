package io.curlew.simd;

import java.util.Arrays;

/** Dot product in plain Java, with four independent sums. */
final class ScalarDotProduct extends DotProduct {

  private static final int WIDTH = 8; // vectors side by side

  @Override
  public float of(float[] a, float[] b) {
    return of(a, b, 0);
  }

  private static float of(float[] a, float[] b, int offset) {
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = 0;
    for (; i <= a.length - 4; i += 4) {
      sum0 += a[i] * b[offset + i];
      sum1 += a[i + 1] * b[offset + i + 1];
      sum2 += a[i + 2] * b[offset + i + 2];
      sum3 += a[i + 3] * b[offset + i + 3];
    }
    float sum = (sum0 + sum1) + (sum2 + sum3);
    for (; i < a.length; i++) {
      sum += a[i] * b[offset + i];
    }
    return sum;
  }

  @Override
  public float of(float[] a, byte[] b) {
    return of(a, floats(b, b.length));
  }

  @Override
  public void ofRows(float[] rows, int count, float[] vector, float[] out) {
    for (int row = 0; row < count; row++) {
      out[row] = of(vector, rows, row * vector.length);
    }
  }

  @Override
  public void ofRows(byte[] rows, int count, float[] vector, float[] out) {
    ofRows(floats(rows, count * vector.length), count, vector, out);
  }

  @Override
  public void toFloats(byte[] bytes, int count, float[] out, int at) {
    for (int i = 0; i < count; i++) {
      out[at + i] = bytes[i];
    }
  }

  @Override
  int width() {
    return WIDTH;
  }

  @Override
  public void ofRows(float[] rows, int count, Vectors vectors, float[] out) {
    for (int row = 0; row < count; row++) {
      for (int block = 0; block < vectors.stride(); block += WIDTH) {
        ofRow(rows, row, vectors, block, out, row * vectors.stride() + block);
      }
    }
  }

  @Override
  public void largestOfRows(float[] rows, int[] groups, Vectors vectors, float[] best) {
    float[] products = new float[WIDTH];
    for (int row = 0; row < groups.length; row++) {
      for (int block = 0; block < vectors.stride(); block += WIDTH) {
        ofRow(rows, row, vectors, block, products, 0);
        int to = groups[row] * vectors.stride() + block;
        for (int lane = 0; lane < WIDTH; lane++) {
          best[to + lane] = Math.max(best[to + lane], products[lane]);
        }
      }
    }
  }

  private static void ofRow(
      float[] rows, int row, Vectors vectors, int block, float[] out, int to) {
    int length = vectors.length();
    float[] values = vectors.values();
    Arrays.fill(out, to, to + WIDTH, 0);
    for (int i = 0; i < length; i++) {
      float value = rows[row * length + i];
      int from = block * length + i * WIDTH;
      for (int lane = 0; lane < WIDTH; lane++) {
        out[to + lane] += value * values[from + lane];
      }
    }
  }

  private float[] floats(byte[] bytes, int length) {
    float[] floats = new float[length];
    toFloats(bytes, length, floats, 0);
    return floats;
  }
}
