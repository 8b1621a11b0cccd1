package io.curlew.cur;

/**
 * A dot product that gives the same bits whenever it is computed. Lucene's own ends in a reduction
 * whose order is free: interpreted and compiled code may differ in the last bit, and a ranking that
 * is cut at nearly equal estimates then differs from run to run. Here the order of every addition
 * is fixed. Not safe for use by several threads.
 */
public abstract class DotProduct {

  /** The fastest that this JVM can run: SIMD if it was started with the Vector API's module. */
  public static DotProduct create() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? new SimdDotProduct()
        : new ScalarDotProduct();
  }

  /** The product of two arrays of the same length. */
  public abstract float of(float[] a, float[] b);

  /**
   * The products of four rows with one vector, all of the same length: the vector is read once for
   * all four, which is what bounds the speed of many products.
   *
   * @param out filled from {@code offset} on
   */
  public abstract void ofFour(
      float[] a0, float[] a1, float[] a2, float[] a3, float[] b, float[] out, int offset);
}
