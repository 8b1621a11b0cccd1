package io.curlew.simd;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot product with the Vector API; loaded only where its module is present. Every method holds its
 * loop whole: what the compiler does not inline there it would allocate.
 */
final class SimdDotProduct extends DotProduct {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int WIDTH = 2 * LANES; // vectors side by side
  private static final int TILE = 6; // rows that meet them at once

  /** As many bytes as there are floats in a vector; but there are none shorter than 64 bits. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, Byte.SIZE * LANES)));

  private static final boolean WIDE = BYTES.length() == LANES;

  /** Each brings the upper half of what is left to be summed onto the lower half. */
  private static final VectorShuffle<Float>[] HALVES = halves();

  private static VectorShuffle<Float>[] halves() {
    @SuppressWarnings({"unchecked", "rawtypes"}) // no generic arrays in Java
    VectorShuffle<Float>[] shuffles = new VectorShuffle[Integer.numberOfTrailingZeros(LANES)];
    for (int step = 0; step < shuffles.length; step++) {
      int half = LANES >> (step + 1);
      shuffles[step] = VectorShuffle.fromOp(SPECIES, lane -> (lane + half) % LANES);
    }
    return shuffles;
  }

  @Override
  public float of(float[] a, float[] b) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    FloatVector sum2 = FloatVector.zero(SPECIES);
    FloatVector sum3 = FloatVector.zero(SPECIES);
    int i = 0;
    for (int end = a.length - a.length % (4 * LANES); i < end; i += 4 * LANES) {
      sum0 = floats(a, i).fma(floats(b, i), sum0);
      sum1 = floats(a, i + LANES).fma(floats(b, i + LANES), sum1);
      sum2 = floats(a, i + 2 * LANES).fma(floats(b, i + 2 * LANES), sum2);
      sum3 = floats(a, i + 3 * LANES).fma(floats(b, i + 3 * LANES), sum3);
    }
    for (int end = SPECIES.loopBound(a.length); i < end; i += LANES) {
      sum0 = floats(a, i).fma(floats(b, i), sum0);
    }
    float sum = sum(sum0.add(sum1).add(sum2.add(sum3)));
    for (; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Override
  public float of(float[] a, byte[] b) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    int i = 0;
    if (WIDE) {
      for (int end = a.length - a.length % (2 * LANES); i < end; i += 2 * LANES) {
        sum0 = floats(a, i).fma(floats(b, i), sum0);
        sum1 = floats(a, i + LANES).fma(floats(b, i + LANES), sum1);
      }
      if (i < SPECIES.loopBound(a.length)) {
        sum0 = floats(a, i).fma(floats(b, i), sum0);
        i += LANES;
      }
    }
    float sum = sum(sum0.add(sum1));
    for (; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Override
  public void ofRows(float[] rows, int count, float[] vector, float[] out) {
    int length = vector.length;
    for (int row = 0; row < count; row += 4) {
      int r1 = Math.min(row + 1, count - 1); // what lies beyond the last row is the last again
      int r2 = Math.min(row + 2, count - 1);
      int r3 = Math.min(row + 3, count - 1);
      int p0 = row * length;
      int p1 = r1 * length;
      int p2 = r2 * length;
      int p3 = r3 * length;
      FloatVector even0 = FloatVector.zero(SPECIES);
      FloatVector even1 = FloatVector.zero(SPECIES);
      FloatVector even2 = FloatVector.zero(SPECIES);
      FloatVector even3 = FloatVector.zero(SPECIES);
      FloatVector odd0 = FloatVector.zero(SPECIES);
      FloatVector odd1 = FloatVector.zero(SPECIES);
      FloatVector odd2 = FloatVector.zero(SPECIES);
      FloatVector odd3 = FloatVector.zero(SPECIES);
      int i = 0;
      for (int end = length - length % (2 * LANES); i < end; i += 2 * LANES) {
        FloatVector even = floats(vector, i);
        FloatVector odd = floats(vector, i + LANES);
        even0 = floats(rows, p0 + i).fma(even, even0);
        even1 = floats(rows, p1 + i).fma(even, even1);
        even2 = floats(rows, p2 + i).fma(even, even2);
        even3 = floats(rows, p3 + i).fma(even, even3);
        odd0 = floats(rows, p0 + i + LANES).fma(odd, odd0);
        odd1 = floats(rows, p1 + i + LANES).fma(odd, odd1);
        odd2 = floats(rows, p2 + i + LANES).fma(odd, odd2);
        odd3 = floats(rows, p3 + i + LANES).fma(odd, odd3);
      }
      if (i < SPECIES.loopBound(length)) {
        FloatVector even = floats(vector, i);
        even0 = floats(rows, p0 + i).fma(even, even0);
        even1 = floats(rows, p1 + i).fma(even, even1);
        even2 = floats(rows, p2 + i).fma(even, even2);
        even3 = floats(rows, p3 + i).fma(even, even3);
        i += LANES;
      }
      float sum0 = sum(even0.add(odd0));
      float sum1 = sum(even1.add(odd1));
      float sum2 = sum(even2.add(odd2));
      float sum3 = sum(even3.add(odd3));
      for (; i < length; i++) {
        sum0 += rows[p0 + i] * vector[i];
        sum1 += rows[p1 + i] * vector[i];
        sum2 += rows[p2 + i] * vector[i];
        sum3 += rows[p3 + i] * vector[i];
      }
      out[row] = sum0;
      out[r1] = sum1;
      out[r2] = sum2;
      out[r3] = sum3;
    }
  }

  @Override
  public void ofRows(byte[] rows, int count, float[] vector, float[] out) {
    int length = vector.length;
    for (int row = 0; row < count; row += 4) {
      int r1 = Math.min(row + 1, count - 1);
      int r2 = Math.min(row + 2, count - 1);
      int r3 = Math.min(row + 3, count - 1);
      int p0 = row * length;
      int p1 = r1 * length;
      int p2 = r2 * length;
      int p3 = r3 * length;
      FloatVector lanes0 = FloatVector.zero(SPECIES);
      FloatVector lanes1 = FloatVector.zero(SPECIES);
      FloatVector lanes2 = FloatVector.zero(SPECIES);
      FloatVector lanes3 = FloatVector.zero(SPECIES);
      int i = 0;
      for (int end = WIDE ? SPECIES.loopBound(length) : 0; i < end; i += LANES) {
        FloatVector weights = floats(vector, i);
        lanes0 = floats(rows, p0 + i).fma(weights, lanes0);
        lanes1 = floats(rows, p1 + i).fma(weights, lanes1);
        lanes2 = floats(rows, p2 + i).fma(weights, lanes2);
        lanes3 = floats(rows, p3 + i).fma(weights, lanes3);
      }
      float sum0 = sum(lanes0);
      float sum1 = sum(lanes1);
      float sum2 = sum(lanes2);
      float sum3 = sum(lanes3);
      for (; i < length; i++) {
        sum0 += rows[p0 + i] * vector[i];
        sum1 += rows[p1 + i] * vector[i];
        sum2 += rows[p2 + i] * vector[i];
        sum3 += rows[p3 + i] * vector[i];
      }
      out[row] = sum0;
      out[r1] = sum1;
      out[r2] = sum2;
      out[r3] = sum3;
    }
  }

  @Override
  public void toFloats(byte[] bytes, int count, float[] out, int at) {
    int i = 0;
    for (int end = WIDE ? SPECIES.loopBound(count) : 0; i < end; i += LANES) {
      floats(bytes, i).intoArray(out, at + i);
    }
    for (; i < count; i++) {
      out[at + i] = bytes[i];
    }
  }

  @Override
  int width() {
    return WIDTH;
  }

  @Override
  public void ofRows(float[] rows, int count, Vectors vectors, float[] out) {
    int stride = vectors.stride();
    for (int block = 0; block < stride; block += WIDTH) {
      for (int row = 0; row < count; row += TILE) {
        tile(rows, row, count - 1, vectors, block, out, row * stride + block, stride);
      }
    }
  }

  @Override
  public void largestOfRows(float[] rows, int[] groups, Vectors vectors, float[] best) {
    int stride = vectors.stride();
    float[] products = new float[TILE * WIDTH];
    for (int block = 0; block < stride; block += WIDTH) {
      for (int row = 0; row < groups.length; row += TILE) {
        tile(rows, row, groups.length - 1, vectors, block, products, 0, WIDTH);
        int count = Math.min(TILE, groups.length - row);
        for (int from = 0; from < count * WIDTH; from += WIDTH) {
          int to = groups[row + from / WIDTH] * stride + block;
          floats(best, to).max(floats(products, from)).intoArray(best, to);
          floats(best, to + LANES).max(floats(products, from + LANES)).intoArray(best, to + LANES);
        }
      }
    }
  }

  /**
   * The micro-kernel of matrix multiplication (Goto and van de Geijn, 2008): six rows by two times
   * as many vectors as there are lanes, which fits into sixteen registers; what lies beyond the
   * last row is the last again. Each value of a row meets all lanes at once, so nothing is summed
   * over lanes.
   *
   * @param to where the products of the first row go; those of the next are {@code step} further
   */
  private static void tile(
      float[] rows, int row, int last, Vectors vectors, int block, float[] out, int to, int step) {
    int length = vectors.length();
    float[] values = vectors.values();
    int r1 = Math.min(1, last - row);
    int r2 = Math.min(2, last - row);
    int r3 = Math.min(3, last - row);
    int r4 = Math.min(4, last - row);
    int r5 = Math.min(5, last - row);
    int p0 = row * length;
    int p1 = p0 + r1 * length;
    int p2 = p0 + r2 * length;
    int p3 = p0 + r3 * length;
    int p4 = p0 + r4 * length;
    int p5 = p0 + r5 * length;
    FloatVector left0 = FloatVector.zero(SPECIES);
    FloatVector left1 = FloatVector.zero(SPECIES);
    FloatVector left2 = FloatVector.zero(SPECIES);
    FloatVector left3 = FloatVector.zero(SPECIES);
    FloatVector left4 = FloatVector.zero(SPECIES);
    FloatVector left5 = FloatVector.zero(SPECIES);
    FloatVector right0 = FloatVector.zero(SPECIES);
    FloatVector right1 = FloatVector.zero(SPECIES);
    FloatVector right2 = FloatVector.zero(SPECIES);
    FloatVector right3 = FloatVector.zero(SPECIES);
    FloatVector right4 = FloatVector.zero(SPECIES);
    FloatVector right5 = FloatVector.zero(SPECIES);
    int at = block * length;
    for (int i = 0; i < length; i++) {
      FloatVector left = floats(values, at);
      FloatVector right = floats(values, at + LANES);
      FloatVector value = FloatVector.broadcast(SPECIES, rows[p0 + i]);
      left0 = value.fma(left, left0);
      right0 = value.fma(right, right0);
      value = FloatVector.broadcast(SPECIES, rows[p1 + i]);
      left1 = value.fma(left, left1);
      right1 = value.fma(right, right1);
      value = FloatVector.broadcast(SPECIES, rows[p2 + i]);
      left2 = value.fma(left, left2);
      right2 = value.fma(right, right2);
      value = FloatVector.broadcast(SPECIES, rows[p3 + i]);
      left3 = value.fma(left, left3);
      right3 = value.fma(right, right3);
      value = FloatVector.broadcast(SPECIES, rows[p4 + i]);
      left4 = value.fma(left, left4);
      right4 = value.fma(right, right4);
      value = FloatVector.broadcast(SPECIES, rows[p5 + i]);
      left5 = value.fma(left, left5);
      right5 = value.fma(right, right5);
      at += WIDTH;
    }
    store(left0, right0, out, to);
    store(left1, right1, out, to + r1 * step);
    store(left2, right2, out, to + r2 * step);
    store(left3, right3, out, to + r3 * step);
    store(left4, right4, out, to + r4 * step);
    store(left5, right5, out, to + r5 * step);
  }

  private static void store(FloatVector left, FloatVector right, float[] out, int to) {
    left.intoArray(out, to);
    right.intoArray(out, to + LANES);
  }

  private static FloatVector floats(float[] values, int from) {
    return FloatVector.fromArray(SPECIES, values, from);
  }

  private static FloatVector floats(byte[] values, int from) {
    return (FloatVector) ByteVector.fromArray(BYTES, values, from).castShape(SPECIES, 0);
  }

  /** The lanes by halves, so in a fixed order. */
  private static float sum(FloatVector lanes) {
    FloatVector halves = lanes;
    for (VectorShuffle<Float> half : HALVES) {
      halves = halves.add(halves.rearrange(half));
    }
    return halves.lane(0);
  }
}
