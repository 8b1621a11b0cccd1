package io.curlew.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** The inner loops with the Vector API; loaded only where its module is present. */
final class SimdMatrixKernel extends MatrixKernel {

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

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
    if (vectors == 3) {
      wideTile(a, fromA, stride, b, fromB, depth, c, fromC, strideC);
    } else {
      narrowTile(a, fromA, stride, b, fromB, depth, c, fromC, strideC);
    }
  }

  private static void wideTile(
      double[] a,
      int fromA,
      int stride,
      double[] b,
      int fromB,
      int depth,
      double[] c,
      int fromC,
      int strideC) {
    DoubleVector c00 = DoubleVector.zero(SPECIES);
    DoubleVector c01 = c00;
    DoubleVector c02 = c00;
    DoubleVector c10 = c00;
    DoubleVector c11 = c00;
    DoubleVector c12 = c00;
    DoubleVector c20 = c00;
    DoubleVector c21 = c00;
    DoubleVector c22 = c00;
    DoubleVector c30 = c00;
    DoubleVector c31 = c00;
    DoubleVector c32 = c00;
    int a1 = fromA + stride;
    int a2 = a1 + stride;
    int a3 = a2 + stride;
    int at = fromB;
    for (int p = 0; p < depth; p++) {
      DoubleVector b0 = load(b, at);
      DoubleVector b1 = load(b, at + LANES);
      DoubleVector b2 = load(b, at + 2 * LANES);
      at += 3 * LANES;
      DoubleVector x = DoubleVector.broadcast(SPECIES, a[fromA + p]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      x = DoubleVector.broadcast(SPECIES, a[a1 + p]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      x = DoubleVector.broadcast(SPECIES, a[a2 + p]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      x = DoubleVector.broadcast(SPECIES, a[a3 + p]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
    }
    addTo(c, fromC, c00, c01, c02);
    addTo(c, fromC + strideC, c10, c11, c12);
    addTo(c, fromC + 2 * strideC, c20, c21, c22);
    addTo(c, fromC + 3 * strideC, c30, c31, c32);
  }

  private static void addTo(double[] c, int at, DoubleVector x, DoubleVector y, DoubleVector z) {
    load(c, at).add(x).intoArray(c, at);
    load(c, at + LANES).add(y).intoArray(c, at + LANES);
    load(c, at + 2 * LANES).add(z).intoArray(c, at + 2 * LANES);
  }

  private static void narrowTile(
      double[] a,
      int fromA,
      int stride,
      double[] b,
      int fromB,
      int depth,
      double[] c,
      int fromC,
      int strideC) {
    DoubleVector c0 = DoubleVector.zero(SPECIES);
    DoubleVector c1 = c0;
    DoubleVector c2 = c0;
    DoubleVector c3 = c0;
    int a1 = fromA + stride;
    int a2 = a1 + stride;
    int a3 = a2 + stride;
    int at = fromB;
    for (int p = 0; p < depth; p++) {
      DoubleVector b0 = load(b, at);
      at += LANES;
      c0 = DoubleVector.broadcast(SPECIES, a[fromA + p]).fma(b0, c0);
      c1 = DoubleVector.broadcast(SPECIES, a[a1 + p]).fma(b0, c1);
      c2 = DoubleVector.broadcast(SPECIES, a[a2 + p]).fma(b0, c2);
      c3 = DoubleVector.broadcast(SPECIES, a[a3 + p]).fma(b0, c3);
    }
    load(c, fromC).add(c0).intoArray(c, fromC);
    load(c, fromC + strideC).add(c1).intoArray(c, fromC + strideC);
    load(c, fromC + 2 * strideC).add(c2).intoArray(c, fromC + 2 * strideC);
    load(c, fromC + 3 * strideC).add(c3).intoArray(c, fromC + 3 * strideC);
  }

  @Override
  public double dot(double[] a, int fromA, double[] b, int fromB, int length) {
    DoubleVector sum0 = DoubleVector.zero(SPECIES);
    DoubleVector sum1 = sum0;
    DoubleVector sum2 = sum0;
    DoubleVector sum3 = sum0;
    int i = 0;
    for (int end = length - length % (4 * LANES); i < end; i += 4 * LANES) {
      sum0 = load(a, fromA + i).fma(load(b, fromB + i), sum0);
      sum1 = load(a, fromA + i + LANES).fma(load(b, fromB + i + LANES), sum1);
      sum2 = load(a, fromA + i + 2 * LANES).fma(load(b, fromB + i + 2 * LANES), sum2);
      sum3 = load(a, fromA + i + 3 * LANES).fma(load(b, fromB + i + 3 * LANES), sum3);
    }
    for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
      sum0 = load(a, fromA + i).fma(load(b, fromB + i), sum0);
    }
    double[] lanes = sum0.add(sum1).add(sum2.add(sum3)).toArray();
    double sum = 0;
    for (double lane : lanes) {
      sum += lane;
    }
    for (; i < length; i++) {
      sum += a[fromA + i] * b[fromB + i];
    }
    return sum;
  }

  @Override
  public void axpy(double alpha, double[] x, int fromX, double[] y, int fromY, int length) {
    int i = 0;
    for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
      DoubleVector.broadcast(SPECIES, alpha)
          .fma(load(x, fromX + i), load(y, fromY + i))
          .intoArray(y, fromY + i);
    }
    for (; i < length; i++) {
      y[fromY + i] = Math.fma(alpha, x[fromX + i], y[fromY + i]);
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
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
      combineFour(alpha, fromAlpha + r, a, fromA + r * stride, stride, y, fromY, length);
    }
    for (; r < rows; r++) {
      axpy(alpha[fromAlpha + r], a, fromA + r * stride, y, fromY, length);
    }
  }

  private static void combineFour(
      double[] alpha,
      int fromAlpha,
      double[] a,
      int fromA,
      int stride,
      double[] y,
      int fromY,
      int length) {
    double x0 = alpha[fromAlpha];
    double x1 = alpha[fromAlpha + 1];
    double x2 = alpha[fromAlpha + 2];
    double x3 = alpha[fromAlpha + 3];
    DoubleVector w0 = DoubleVector.broadcast(SPECIES, x0);
    DoubleVector w1 = DoubleVector.broadcast(SPECIES, x1);
    DoubleVector w2 = DoubleVector.broadcast(SPECIES, x2);
    DoubleVector w3 = DoubleVector.broadcast(SPECIES, x3);
    int a1 = fromA + stride;
    int a2 = a1 + stride;
    int a3 = a2 + stride;
    int i = 0;
    for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
      DoubleVector sum = w0.fma(load(a, fromA + i), load(y, fromY + i));
      sum = w1.fma(load(a, a1 + i), sum);
      sum = w2.fma(load(a, a2 + i), sum);
      w3.fma(load(a, a3 + i), sum).intoArray(y, fromY + i);
    }
    for (; i < length; i++) {
      double sum = Math.fma(x0, a[fromA + i], y[fromY + i]);
      sum = Math.fma(x1, a[a1 + i], sum);
      sum = Math.fma(x2, a[a2 + i], sum);
      y[fromY + i] = Math.fma(x3, a[a3 + i], sum);
    }
  }

  @Override
  public void addSquares(double[] x, int fromX, double[] y, int fromY, int length) {
    int i = 0;
    for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
      DoubleVector v = load(x, fromX + i);
      v.fma(v, load(y, fromY + i)).intoArray(y, fromY + i);
    }
    for (; i < length; i++) {
      y[fromY + i] = Math.fma(x[fromX + i], x[fromX + i], y[fromY + i]);
    }
  }

  @Override
  public void rotate(double c, double s, double[] x, int fromX, double[] y, int fromY, int length) {
    int i = 0;
    for (int end = SPECIES.loopBound(length); i < end; i += LANES) {
      DoubleVector u = load(x, fromX + i);
      DoubleVector v = load(y, fromY + i);
      u.mul(c).sub(v.mul(s)).intoArray(x, fromX + i);
      u.mul(s).add(v.mul(c)).intoArray(y, fromY + i);
    }
    for (; i < length; i++) {
      double u = x[fromX + i];
      double v = y[fromY + i];
      x[fromX + i] = c * u - s * v;
      y[fromY + i] = s * u + c * v;
    }
  }

  private static DoubleVector load(double[] array, int at) {
    return DoubleVector.fromArray(SPECIES, array, at);
  }
}
