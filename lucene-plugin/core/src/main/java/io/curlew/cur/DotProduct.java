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

  /** The product of an array with bytes, which count from -128 to 127, of the same length. */
  public abstract float of(float[] a, byte[] b);

  /**
   * The products of rows, one behind the other in an array, with one vector. Four rows at a time,
   * so that the vector is read once for all four: twice as fast as one by one.
   *
   * @param rows at least {@code count} rows of the length of the vector
   * @param out filled from 0 to {@code count}
   */
  public abstract void ofRows(float[] rows, int count, float[] vector, float[] out);

  /** As {@link #ofRows(float[], int, float[], float[])}, with bytes. */
  public abstract void ofRows(byte[] rows, int count, float[] vector, float[] out);

  /**
   * The products of rows with several vectors at once: what is read is used several times, so that
   * many queries cost less than one after the other.
   *
   * @param rows at least {@code count} rows of the length of the vectors
   * @param vectors at least one, all of the same length
   * @param out {@code [vectors][rows]}, filled from 0 to {@code count}
   */
  public abstract void ofRows(float[] rows, int count, float[][] vectors, float[][] out);
}
