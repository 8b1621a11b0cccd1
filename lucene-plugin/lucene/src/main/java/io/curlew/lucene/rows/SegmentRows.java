package io.curlew.lucene.rows;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.anchor.RowProducts;
import io.curlew.simd.DotProduct;
import java.io.IOException;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.IndexInput;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one segment and field in their {@link RowEncoding}. They are read in blocks, and
 * where they are multiplied with one vector they are not decoded. Not safe for use by several
 * threads: each takes a {@link #copy}.
 */
public final class SegmentRows {

  /** As many rows as are read together: they stay in the cache nearest to the core. */
  public static final int BLOCK = 16;

  private final StoredRows rows;
  private final RowEncoding encoding;
  private final float @Nullable [] mean; // taken off before rows are multiplied
  private final DotProduct dotProduct = DotProduct.create();
  private final @Nullable IndexInput slice;
  private byte[] bytes = new byte[0]; // a block as stored, if in bytes
  private float[] floats = new float[0]; // a block as stored in floats, or decoded
  private final int[] oneNumber = new int[1];
  private final float[] oneProduct = new float[1];

  private SegmentRows(StoredRows rows, RowEncoding encoding, float @Nullable [] mean) {
    this.mean = mean;
    this.rows = rows;
    this.encoding = encoding;
    this.slice = rows.slice();
  }

  /**
   * The rows of a field, or null if the segment has none.
   *
   * @throws IncompatibleIndexException if they are stored in another encoding than the anchors'
   */
  public static @Nullable SegmentRows of(LeafReader reader, String field, AnchorSet anchors)
      throws IOException {
    return of(reader, field, anchors.encoding(), anchors.statistics().mean());
  }

  /** Vectors that are no rows: nothing is taken off them. */
  static @Nullable SegmentRows ofVectors(LeafReader reader, String field, RowEncoding encoding)
      throws IOException {
    return of(reader, field, encoding, null);
  }

  static @Nullable SegmentRows of(
      LeafReader reader, String field, RowEncoding encoding, float @Nullable [] mean)
      throws IOException {
    SegmentVectors vectors = SegmentVectors.of(reader, field);
    if (vectors == null) {
      StoredRows rows = RowsInDocValues.of(reader, field, encoding);
      return rows == null ? null : new SegmentRows(rows, encoding, mean);
    }
    if (vectors.isBytes() != encoding.isBytes() || vectors.length() != encoding.length()) {
      throw new IncompatibleIndexException(
          "vectors of field \""
              + field
              + "\" must be "
              + form(encoding.length(), encoding.isBytes())
              + ", got: "
              + form(vectors.length(), vectors.isBytes()));
    }
    return new SegmentRows(vectors, encoding, mean);
  }

  private static String form(int length, boolean bytes) {
    return length + (bytes ? " bytes" : " floats");
  }

  /** The same rows for another thread. */
  public SegmentRows copy() throws IOException {
    return new SegmentRows(rows.copy(), encoding, mean);
  }

  /** The number of rows. */
  public int size() {
    return rows.size();
  }

  /** The documents that have a row. */
  public DocIdSetIterator documents() {
    return rows.documents();
  }

  /** Goes to a document, not before the last one; false if it has no row. */
  public boolean advanceExact(int document) throws IOException {
    DocIdSetIterator documents = rows.documents();
    return (documents.docID() < document ? documents.advance(document) : documents.docID())
        == document;
  }

  /** The number of the row of the document gone to. */
  public int number() {
    return rows.number();
  }

  /**
   * The number of a document's row.
   *
   * @param document not before the one last asked for
   * @throws IllegalArgumentException if it has no row
   */
  public int number(int document) throws IOException {
    if (!advanceExact(document)) {
      throw new IllegalArgumentException("document must have an anchor row, got: " + document);
    }
    return rows.number();
  }

  /** The values of a row as they are, not centred; a copy. */
  public float[] values(int number) throws IOException {
    if (!rows.isBytes()) {
      return rows.floats(number).clone();
    }
    float[] values = new float[encoding.dimension()];
    encoding.decode(rows.bytes(number), 1, values);
    return values;
  }

  /** The bytes of a row, where rows are stored as bytes; a copy. */
  byte[] bytes(int number) throws IOException {
    return rows.bytes(number).clone();
  }

  /** The product of one row, centred. */
  public float product(int number, RowProducts products) throws IOException {
    oneNumber[0] = number;
    products(oneNumber, 1, products, oneProduct);
    return oneProduct[0];
  }

  /**
   * The products of centred rows with one vector.
   *
   * @param numbers of the rows, rising
   * @param count of them, at most {@link #BLOCK}
   * @param out filled from 0 on
   */
  void products(int[] numbers, int count, RowProducts products, float[] out) throws IOException {
    read(numbers, count);
    if (rows.isBytes()) {
      products.of(bytes, count, out);
    } else {
      centre(count);
      products.of(floats, count, out);
    }
  }

  /**
   * The products of centred rows with several vectors: each row is read and decoded once.
   *
   * @param numbers of the rows, rising
   * @param count of them, at most {@link #BLOCK}
   * @param packed the vectors, as long as the values
   * @param out {@code [count][packed.stride()]}, one behind the other
   */
  void products(int[] numbers, int count, DotProduct.Vectors packed, float[] out)
      throws IOException {
    read(numbers, count);
    if (rows.isBytes()) {
      encoding.decode(bytes, count, floats);
    }
    centre(count);
    dotProduct.ofRows(floats, count, packed, out);
  }

  private void centre(int count) {
    float[] off = mean;
    for (int row = 0; off != null && row < count; row++) {
      int from = row * off.length;
      for (int a = 0; a < off.length; a++) {
        floats[from + a] -= off[a];
      }
    }
  }

  /** Reads rows into the block: of a file's piece those that are neighbours at once. */
  private void read(int[] numbers, int count) throws IOException {
    if (floats.length == 0) {
      floats = new float[BLOCK * encoding.dimension()];
      bytes = new byte[rows.isBytes() ? BLOCK * encoding.length() : 0];
    }
    for (int first = 0; first < count; ) {
      int end = first + 1;
      while (slice != null && end < count && numbers[end] == numbers[end - 1] + 1) {
        end++;
      }
      read(numbers[first], first, end - first);
      first = end;
    }
  }

  private void read(int number, int at, int count) throws IOException {
    int length = encoding.length();
    if (slice != null) {
      slice.seek((long) number * length * (rows.isBytes() ? 1 : Float.BYTES));
    }
    if (rows.isBytes()) {
      if (slice == null) {
        System.arraycopy(rows.bytes(number), 0, bytes, at * length, length);
      } else {
        slice.readBytes(bytes, at * length, count * length);
      }
    } else if (slice == null) {
      System.arraycopy(rows.floats(number), 0, floats, at * length, length);
    } else {
      slice.readFloats(floats, at * length, count * length);
    }
  }
}
