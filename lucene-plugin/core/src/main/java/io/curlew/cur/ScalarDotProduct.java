package io.curlew.cur;

/** Dot product in plain Java, with four independent sums. */
final class ScalarDotProduct extends DotProduct {

  @Override
  public float of(float[] a, float[] b) {
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int i = 0;
    for (; i <= a.length - 4; i += 4) {
      sum0 += a[i] * b[i];
      sum1 += a[i + 1] * b[i + 1];
      sum2 += a[i + 2] * b[i + 2];
      sum3 += a[i + 3] * b[i + 3];
    }
    float sum = (sum0 + sum1) + (sum2 + sum3);
    for (; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Override
  public void ofFour(
      float[] a0, float[] a1, float[] a2, float[] a3, float[] b, float[] out, int offset) {
    out[offset] = of(a0, b);
    out[offset + 1] = of(a1, b);
    out[offset + 2] = of(a2, b);
    out[offset + 3] = of(a3, b);
  }
}
