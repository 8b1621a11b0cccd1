package io.curlew.cur.anchor;

import io.curlew.simd.DotProduct;

/**
 * A float for each value.
 *
 * @param size of a row
 */
record FloatEncoding(int size) implements RowEncoding {

  @Override
  public int dimension() {
    return size;
  }

  @Override
  public int length() {
    return size;
  }

  @Override
  public boolean isBytes() {
    return false;
  }

  @Override
  public float[] project(float[] row) {
    return row;
  }

  @Override
  public float[] unproject(float[] values) {
    return values;
  }

  @Override
  public byte[] encode(float[] values) {
    throw new UnsupportedOperationException("rows are stored as floats");
  }

  @Override
  public void decode(byte[] stored, int count, float[] values) {
    throw new UnsupportedOperationException("rows are stored as floats");
  }

  @Override
  public RowProducts products(float[] weights) {
    DotProduct dotProduct = DotProduct.create();
    return new RowProducts() {
      @Override
      public void of(float[] rows, int count, float[] out) {
        dotProduct.ofRows(rows, count, weights, out);
      }
    };
  }
}
