package io.curlew.lucene;

/**
 * A dot product that gives the same bits whenever it is computed. Lucene's own ends in a reduction
 * whose order is free: interpreted and compiled code may differ in the last bit, and a ranking that
 * is cut at nearly equal estimates then differs from run to run. Here the order of every addition
 * is fixed. Not safe for use by several threads.
 */
abstract class DotProduct {

  /** The fastest that this JVM can run: SIMD if it was started with the Vector API's module. */
  static DotProduct create() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? new SimdDotProduct()
        : new ScalarDotProduct();
  }

  /** The product of two arrays of the same length. */
  abstract float of(float[] a, float[] b);
}
