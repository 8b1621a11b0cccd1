package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/**
 * A factor of a product, read row by row into packed blocks. Where the rows lie in one array of
 * doubles they can also be read in place.
 */
interface Operand {

  /** The number of rows. */
  int rows();

  /** The number of columns. */
  int columns();

  /** Copies a piece of a row. */
  void copy(int row, int column, int count, double[] to, int at);

  /** The array of doubles that holds the rows one after the other, or an empty one. */
  default double[] inPlace() {
    return NOT_IN_PLACE;
  }

  /** What {@link #inPlace} returns where there is no such array. */
  double[] NOT_IN_PLACE = new double[0];

  /** A matrix as it lies. */
  static Operand of(DMatrixRMaj m) {
    return of(m.data, m.numRows, m.numCols);
  }

  /** The leading rows of an array, one after the other. */
  static Operand of(double[] data, int rows, int columns) {
    return new RowMajor(data, rows, columns);
  }

  /** The transpose of a matrix. */
  static Operand transposed(DMatrixRMaj m) {
    return new Transposed(m.data, m.numRows, m.numCols);
  }

  /** Rows one after the other. */
  record RowMajor(double[] data, int rows, int columns) implements Operand {
    @Override
    public void copy(int row, int column, int count, double[] to, int at) {
      System.arraycopy(data, row * columns + column, to, at, count);
    }

    @Override
    public double[] inPlace() {
      return data;
    }
  }

  /** Columns one after the other: the transpose of a row-major matrix with {@code columns} rows. */
  record Transposed(double[] data, int columns, int rows) implements Operand {
    @Override
    public void copy(int row, int column, int count, double[] to, int at) {
      int from = column * rows + row;
      for (int i = 0; i < count; i++) {
        to[at + i] = data[from];
        from += rows;
      }
    }
  }
}
