package io.curlew.cur.anchor;

import io.curlew.simd.DotProduct;

/**
 * A float for each value.
 *
 * @param size of a row
 */
record FloatEncoding(int size) implements RowEncoding {

  @Override
  public boolean isBytes() {
    return false;
  }

  @Override
  public RowProducts products(float[] weights, float[] mean) {
    DotProduct dotProduct = DotProduct.create();
    return new RowProducts() {
      @Override
      public void of(float[] rows, int count, float[] out) {
        dotProduct.ofRows(rows, count, weights, out);
      }
    };
  }
}
