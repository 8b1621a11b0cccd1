package io.curlew.cur.anchor;

/**
 * How an anchor row lies in the index. A row of scores becomes <em>values</em> ({@link #project}),
 * in which documents are compared and latent queries are expressed, and these are stored as floats
 * or coded into bytes. An anchor set has one encoding, learned from its sample, and its file holds
 * it: what reads an index never guesses. Immutable and safe for use by several threads.
 *
 * <p>The README gives what each costs in recall.
 */
public sealed interface RowEncoding
    permits FloatEncoding, Int8Encoding, ProductQuantizedEncoding, ProjectedEncoding {

  /** The number of scores of a row: one per anchor query. */
  int size();

  /** The number of values of a row; fewer than scores if it is projected. */
  default int dimension() {
    return size();
  }

  /** The length of a stored row: floats, or bytes if it {@link #isBytes}. */
  default int length() {
    return dimension();
  }

  /** Whether rows are stored as bytes. */
  default boolean isBytes() {
    return true;
  }

  /** The values of a row of scores. Not to be changed: it may be the row itself. */
  default float[] project(float[] row) {
    return row;
  }

  /**
   * A row of scores from its values, or weights of anchors from weights of values: as near as the
   * dimensions allow. Not to be changed.
   */
  default float[] unproject(float[] values) {
    return values;
  }

  /**
   * The stored form of values.
   *
   * @throws UnsupportedOperationException if rows are stored as floats, which are the values
   */
  default byte[] encode(float[] values) {
    throw new UnsupportedOperationException("rows are stored as floats");
  }

  /**
   * The values of stored rows, as near as the bytes allow.
   *
   * @param stored rows of {@link #length} bytes, one behind the other
   * @param count of rows
   * @param values filled from 0 on, {@link #dimension} for each
   * @throws UnsupportedOperationException if rows are stored as floats, which are the values
   */
  default void decode(byte[] stored, int count, float[] values) {
    throw new UnsupportedOperationException("rows are stored as floats");
  }

  /**
   * What multiplies centred rows with weights, one per value.
   *
   * @param mean what is taken off the values of rows that are stored as bytes; rows of floats are
   *     given centred
   */
  RowProducts products(float[] weights, float[] mean);

  /** Learns an encoding from a sample of rows. */
  @FunctionalInterface
  interface Choice {
    /**
     * Learns.
     *
     * @param rows {@code [documents][anchors]}, at least one
     */
    RowEncoding learn(float[][] rows);
  }

  /** Plain floats, so many in a row. */
  static RowEncoding floats(int size) {
    return new FloatEncoding(size);
  }

  /** A float for each score. */
  static Choice floats() {
    return rows -> new FloatEncoding(rows[0].length);
  }

  /** A byte for each score, a quarter of the floats. */
  static Choice int8() {
    return Int8Encoding::of;
  }

  /**
   * Values in fewer dimensions, the leading singular directions of the sample: every scan reads so
   * much less.
   *
   * @param dimensions at least 1, at most the number of anchors and of documents in the sample
   * @param values how these are stored
   */
  static Choice projected(int dimensions, Choice values) {
    return rows -> ProjectedEncoding.of(rows, dimensions, values);
  }

  /**
   * Some bytes for each row, with little loss of recall: turned onto the singular directions of the
   * sample and quantised. Learning takes some seconds for 400 anchors.
   *
   * @param bytes of a row, at least 1, at most the number of anchors and of documents in the
   *     sample, of which some thousand are plenty
   */
  static Choice productQuantized(int bytes) {
    return rows -> ProductQuantizedEncoding.of(rows, bytes);
  }
}
