package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/**
 * Rows of floats as an operator: an anchor-score matrix as it lies in memory. It is read in place;
 * products are summed in double precision, converting one small block at a time, so that no copy in
 * doubles exists. For k rows of N floats a product with p columns costs k N p multiplications and
 * O(p (k + N)) doubles of memory.
 */
public final class FloatRows implements LinearOperator {

  private final float[][] rows;
  private final int columns;
  private final MatrixProduct product;

  private FloatRows(float[][] rows, int columns, MatrixProduct product) {
    this.rows = rows;
    this.columns = columns;
    this.product = product;
  }

  /**
   * Rows of equal length; they are neither copied nor modified, and must not change while this
   * operator is in use.
   *
   * @throws IllegalArgumentException if the lengths differ or an entry is not finite
   */
  public static FloatRows of(float[][] rows) {
    return of(rows, MatrixProduct.singleThreaded());
  }

  /** As {@link #of(float[][])}; products run as {@code product} does. */
  public static FloatRows of(float[][] rows, MatrixProduct product) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    for (int i = 0; i < rows.length; i++) {
      Shapes.requireEqual("length of row " + i, rows[i].length, "length of row 0", columns);
      for (int j = 0; j < columns; j++) {
        if (!Float.isFinite(rows[i][j])) {
          throw new IllegalArgumentException(
              "entries must be finite, got: " + rows[i][j] + " at row " + i + ", column " + j);
        }
      }
    }
    return new FloatRows(rows, columns, product);
  }

  @Override
  public int rows() {
    return rows.length;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public DMatrixRMaj multiply(DMatrixRMaj x) {
    Shapes.requireEqual("rows of x", x.numRows, "columns", columns);
    return product.multiply(new Floats(rows, columns), Operand.of(x));
  }

  @Override
  public DMatrixRMaj multiplyTransposed(DMatrixRMaj y) {
    Shapes.requireEqual("rows of y", y.numRows, "rows", rows.length);
    return Matrices.transpose(product.multiply(Operand.transposed(y), new Floats(rows, columns)));
  }

  /** The floats as a factor of a product. */
  private record Floats(float[][] data, int columns) implements Operand {
    @Override
    public int rows() {
      return data.length;
    }

    @Override
    public void copy(int row, int column, int count, double[] to, int at) {
      float[] from = data[row];
      for (int i = 0; i < count; i++) {
        to[at + i] = from[column + i];
      }
    }
  }
}
