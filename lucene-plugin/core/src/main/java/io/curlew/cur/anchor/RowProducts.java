package io.curlew.cur.anchor;

/**
 * Multiplies centred rows with one vector of weights, without decoding them. A product has the same
 * bits whatever rows are beside it. Safe for use by several threads.
 */
public interface RowProducts {

  /**
   * The products of rows that are stored as floats.
   *
   * @param rows less the mean, one behind the other
   * @param count of rows
   * @param out filled from 0 on
   */
  default void of(float[] rows, int count, float[] out) {
    throw new UnsupportedOperationException("rows must be bytes, got: floats");
  }

  /** The products of rows that are stored as bytes, given as they are stored. */
  default void of(byte[] rows, int count, float[] out) {
    throw new UnsupportedOperationException("rows must be floats, got: bytes");
  }
}
