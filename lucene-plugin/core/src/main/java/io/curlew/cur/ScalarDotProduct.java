package io.curlew.cur;

/** Dot product in plain Java, with four independent sums. */
final class ScalarDotProduct extends DotProduct {

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
  public void ofRows(float[] rows, int count, float[][] vectors, float[][] out) {
    for (int v = 0; v < vectors.length; v++) {
      ofRows(rows, count, vectors[v], out[v]);
    }
  }

  private static float[] floats(byte[] bytes, int length) {
    float[] floats = new float[length];
    for (int i = 0; i < length; i++) {
      floats[i] = bytes[i];
    }
    return floats;
  }
}
