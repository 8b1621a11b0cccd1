package io.curlew.simd;

/**
 * The inner loops on which the time is spent, on slices of row-major arrays of doubles. The order
 * of all additions is fixed for a given lane count, so that results repeat bit by bit on one kind
 * of machine; the number of threads never changes it.
 */
public abstract class MatrixKernel {

  /** The number of rows of a tile of {@link #tile}. */
  public static final int TILE_ROWS = 4;

  /** The fastest that this JVM can run: SIMD if it was started with the Vector API's module. */
  public static final MatrixKernel BEST =
      VectorApi.PRESENT ? new SimdMatrixKernel() : new ScalarMatrixKernel();

  /** The number of doubles in one vector. */
  public abstract int lanes();

  /**
   * C += A B for a tile of {@link #TILE_ROWS} rows and {@code vectors} (1 or 3) vectors of columns.
   *
   * @param a the rows of A, {@code stride} apart
   * @param b B packed: {@code vectors * lanes()} columns, one row after the other
   * @param c the rows of C, {@code strideC} apart
   */
  public abstract void tile(
      double[] a,
      int fromA,
      int stride,
      double[] b,
      int fromB,
      int depth,
      int vectors,
      double[] c,
      int fromC,
      int strideC);

  /** The dot product of two slices. */
  public abstract double dot(double[] a, int fromA, double[] b, int fromB, int length);

  /** y += alpha x. */
  public abstract void axpy(double alpha, double[] x, int fromX, double[] y, int fromY, int length);

  /**
   * y += sum_i alpha[i] row_i, over rows that are {@code stride} apart: a product of a vector and a
   * row-major matrix, in one pass over the matrix.
   */
  public abstract void combine(
      double[] alpha,
      int fromAlpha,
      int rows,
      double[] a,
      int fromA,
      int stride,
      double[] y,
      int fromY,
      int length);

  /** y += x^2, element by element. */
  public abstract void addSquares(double[] x, int fromX, double[] y, int fromY, int length);

  /** Rotates two slices: x' = c x - s y, y' = s x + c y. */
  public abstract void rotate(
      double c, double s, double[] x, int fromX, double[] y, int fromY, int length);
}
