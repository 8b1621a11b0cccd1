package io.curlew.cur;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Dot product with the Vector API; loaded only where its module is present. */
final class SimdDotProduct extends DotProduct {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

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
      sum0 = fma(a, b, i, sum0);
      sum1 = fma(a, b, i + LANES, sum1);
      sum2 = fma(a, b, i + 2 * LANES, sum2);
      sum3 = fma(a, b, i + 3 * LANES, sum3);
    }
    for (int end = SPECIES.loopBound(a.length); i < end; i += LANES) {
      sum0 = fma(a, b, i, sum0);
    }
    return sum(sum0.add(sum1).add(sum2.add(sum3)), a, b, i);
  }

  @Override
  public void ofFour(
      float[] a0, float[] a1, float[] a2, float[] a3, float[] b, float[] out, int offset) {
    FloatVector even0 = FloatVector.zero(SPECIES);
    FloatVector even1 = FloatVector.zero(SPECIES);
    FloatVector even2 = FloatVector.zero(SPECIES);
    FloatVector even3 = FloatVector.zero(SPECIES);
    FloatVector odd0 = FloatVector.zero(SPECIES);
    FloatVector odd1 = FloatVector.zero(SPECIES);
    FloatVector odd2 = FloatVector.zero(SPECIES);
    FloatVector odd3 = FloatVector.zero(SPECIES);
    int i = 0;
    for (int end = b.length - b.length % (2 * LANES); i < end; i += 2 * LANES) {
      FloatVector even = FloatVector.fromArray(SPECIES, b, i);
      FloatVector odd = FloatVector.fromArray(SPECIES, b, i + LANES);
      even0 = FloatVector.fromArray(SPECIES, a0, i).fma(even, even0);
      even1 = FloatVector.fromArray(SPECIES, a1, i).fma(even, even1);
      even2 = FloatVector.fromArray(SPECIES, a2, i).fma(even, even2);
      even3 = FloatVector.fromArray(SPECIES, a3, i).fma(even, even3);
      odd0 = FloatVector.fromArray(SPECIES, a0, i + LANES).fma(odd, odd0);
      odd1 = FloatVector.fromArray(SPECIES, a1, i + LANES).fma(odd, odd1);
      odd2 = FloatVector.fromArray(SPECIES, a2, i + LANES).fma(odd, odd2);
      odd3 = FloatVector.fromArray(SPECIES, a3, i + LANES).fma(odd, odd3);
    }
    out[offset] = sum(even0.add(odd0), a0, b, i);
    out[offset + 1] = sum(even1.add(odd1), a1, b, i);
    out[offset + 2] = sum(even2.add(odd2), a2, b, i);
    out[offset + 3] = sum(even3.add(odd3), a3, b, i);
  }

  /** The lanes by halves, so in a fixed order, then the products that are left. */
  private static float sum(FloatVector lanes, float[] a, float[] b, int from) {
    FloatVector halves = lanes;
    for (VectorShuffle<Float> half : HALVES) {
      halves = halves.add(halves.rearrange(half));
    }
    float sum = halves.lane(0);
    for (int i = from; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static FloatVector fma(float[] a, float[] b, int i, FloatVector sum) {
    return FloatVector.fromArray(SPECIES, a, i).fma(FloatVector.fromArray(SPECIES, b, i), sum);
  }
}
