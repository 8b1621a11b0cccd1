package io.curlew.simd;

/**
 * A dot product that gives the same bits whenever it is computed. Lucene's own ends in a reduction
 * whose order is free: interpreted and compiled code may differ in the last bit, and a ranking that
 * is cut at nearly equal estimates then differs from run to run. Here the order of every addition
 * is fixed. Not safe for use by several threads.
 */
public abstract class DotProduct {

  /** The fastest that this JVM can run: SIMD if it was started with the Vector API's module. */
  public static DotProduct create() {
    return VectorApi.PRESENT ? new SimdDotProduct() : new ScalarDotProduct();
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

  /** Turns bytes, which count from -128 to 127, into floats: {@code out} from {@code at} on. */
  public abstract void toFloats(byte[] bytes, int count, float[] out, int at);

  /** Several vectors, laid out for {@link #ofRows(float[], int, Vectors, float[])}. */
  public final Vectors pack(float[][] vectors) {
    return new Vectors(vectors, width());
  }

  /** How many packed vectors lie side by side. */
  abstract int width();

  /**
   * The products of rows with several vectors at once: what is read is used several times, so that
   * many vectors cost a small part of one after the other. A product has the same bits whatever
   * rows and vectors are beside it.
   *
   * @param rows at least {@code count} rows of the length of the vectors
   * @param vectors packed by the same kind of dot product
   * @param out {@code [rows][vectors.stride()]}, row by row; what is beyond the vectors is 0
   */
  public abstract void ofRows(float[] rows, int count, Vectors vectors, float[] out);

  /**
   * As {@link #ofRows(float[], int, Vectors, float[])}, but of the products of each group of rows
   * with a vector the largest alone is kept.
   *
   * @param rows as many as there are {@code groups}
   * @param groups for each row the group it belongs to
   * @param best {@code [groups][vectors.stride()]}, of which each value is raised to the largest
   *     product of its group and vector, and becomes NaN where a product is
   */
  public abstract void largestOfRows(float[] rows, int[] groups, Vectors vectors, float[] best);

  /** Vectors of the same length, value by value: {@code width} of them lie side by side. */
  public static final class Vectors {

    private final int length;
    private final int stride;
    private final float[] values; // [stride / width][length][width]

    Vectors(float[][] vectors, int width) {
      this.length = vectors.length == 0 ? 0 : vectors[0].length;
      this.stride = Math.ceilDiv(vectors.length, width) * width;
      this.values = new float[stride * length];
      for (int v = 0; v < vectors.length; v++) {
        int at = v / width * width * length + v % width;
        for (int i = 0; i < length; i++) {
          values[at + i * width] = vectors[v][i];
        }
      }
    }

    /** The number of vectors, filled up to a multiple of what is computed together. */
    public int stride() {
      return stride;
    }

    int length() {
      return length;
    }

    float[] values() {
      return values;
    }
  }
}
