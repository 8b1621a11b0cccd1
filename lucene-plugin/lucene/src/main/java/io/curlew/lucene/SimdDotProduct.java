package io.curlew.lucene;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Dot product with the Vector API; loaded only where its module is present. */
final class SimdDotProduct extends DotProduct {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private final float[] lanes = new float[LANES];

  @Override
  float of(float[] a, float[] b) {
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
    sum0.add(sum1).add(sum2.add(sum3)).intoArray(lanes, 0);
    float sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    for (; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static FloatVector fma(float[] a, float[] b, int i, FloatVector sum) {
    return FloatVector.fromArray(SPECIES, a, i).fma(FloatVector.fromArray(SPECIES, b, i), sum);
  }
}
