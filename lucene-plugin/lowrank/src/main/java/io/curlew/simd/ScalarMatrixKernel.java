package io.curlew.simd;

/** The inner loops in plain Java, written so that a compiler can vectorise most of them. */
public final class ScalarMatrixKernel extends MatrixKernel {

  private static final int LANES = 4;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void tile(
      double[] a,
      int fromA,
      int stride,
      double[] b,
      int fromB,
      int depth,
      int vectors,
      double[] c,
      int fromC,
      int strideC) {
    int width = vectors * LANES;
    for (int r = 0; r < TILE_ROWS; r++) {
      combine(a, fromA + r * stride, depth, b, fromB, width, c, fromC + r * strideC, width);
    }
  }

  @Override
  public double dot(double[] a, int fromA, double[] b, int fromB, int length) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = 0;
    for (; i <= length - 4; i += 4) {
      sum0 += a[fromA + i] * b[fromB + i];
      sum1 += a[fromA + i + 1] * b[fromB + i + 1];
      sum2 += a[fromA + i + 2] * b[fromB + i + 2];
      sum3 += a[fromA + i + 3] * b[fromB + i + 3];
    }
    double sum = (sum0 + sum1) + (sum2 + sum3);
    for (; i < length; i++) {
      sum += a[fromA + i] * b[fromB + i];
    }
    return sum;
  }

  @Override
  public void axpy(double alpha, double[] x, int fromX, double[] y, int fromY, int length) {
    for (int i = 0; i < length; i++) {
      y[fromY + i] += alpha * x[fromX + i];
    }
  }

  @Override
  public void combine(
      double[] alpha,
      int fromAlpha,
      int rows,
      double[] a,
      int fromA,
      int stride,
      double[] y,
      int fromY,
      int length) {
    for (int r = 0; r < rows; r++) {
      axpy(alpha[fromAlpha + r], a, fromA + r * stride, y, fromY, length);
    }
  }

  @Override
  public void addSquares(double[] x, int fromX, double[] y, int fromY, int length) {
    for (int i = 0; i < length; i++) {
      y[fromY + i] += x[fromX + i] * x[fromX + i];
    }
  }

  @Override
  public void rotate(double c, double s, double[] x, int fromX, double[] y, int fromY, int length) {
    for (int i = 0; i < length; i++) {
      double u = x[fromX + i];
      double v = y[fromY + i];
      x[fromX + i] = c * u - s * v;
      y[fromY + i] = s * u + c * v;
    }
  }
}
