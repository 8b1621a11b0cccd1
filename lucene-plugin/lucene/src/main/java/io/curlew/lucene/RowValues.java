package io.curlew.lucene;

import io.curlew.cur.AnchorStatistics;
import io.curlew.cur.DotProduct;
import java.io.IOException;
import java.util.Locale;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.IndexInput;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of one segment and field, whatever the format and encoding, as floats in the unit in
 * which they are stored. Bytes are not decoded one by one: a {@link ByteEncoding} moves to the side
 * of the vector that they are multiplied with. Not safe for use by several threads: each takes a
 * {@link #copy}.
 */
final class RowValues {

  /** As many vectors as are read together: they stay in the cache nearest to the core. */
  static final int BLOCK = 16;

  private final KnnVectorValues values;
  private final KnnVectorValues.DocIndexIterator iterator;
  private final DotProduct dotProduct = DotProduct.create();
  private final @Nullable IndexInput slice;
  private byte[] block = new byte[0]; // as stored; allocated by the first scan
  private final float[] decoded; // of a byte vector, not yet scaled

  private RowValues(KnnVectorValues values) {
    this.values = values;
    this.iterator = values.iterator();
    this.slice = slice(values);
    boolean bytes = values.getEncoding() == VectorEncoding.BYTE;
    this.decoded = new float[bytes ? values.dimension() : 0];
  }

  /** The vectors of a field, or null if the segment has none. */
  static @Nullable RowValues of(LeafReader reader, String field) throws IOException {
    FieldInfo info = reader.getFieldInfos().fieldInfo(field);
    if (info == null || !info.hasVectorValues()) {
      return null;
    }
    KnnVectorValues values =
        info.getVectorEncoding() == VectorEncoding.BYTE
            ? reader.getByteVectorValues(field)
            : reader.getFloatVectorValues(field);
    return values == null || values.size() == 0 ? null : new RowValues(values);
  }

  RowValues copy() throws IOException {
    return new RowValues(values.copy());
  }

  int size() {
    return values.size();
  }

  int dimension() {
    return values.dimension();
  }

  boolean bytes() {
    return values.getEncoding() == VectorEncoding.BYTE;
  }

  /** The document of a vector. */
  int document(int ord) {
    return values.ordToDoc(ord);
  }

  /**
   * The vector's number of a document.
   *
   * @param document not before the one last asked for
   * @throws IllegalArgumentException if it has no vector
   */
  int ord(int document) throws IOException {
    if (!advanceExact(document)) {
      throw new IllegalArgumentException("document must have an anchor row, got: " + document);
    }
    return iterator.index();
  }

  /** Goes to a document, not before the last one; false if it has no vector. */
  boolean advanceExact(int document) throws IOException {
    return (iterator.docID() < document ? iterator.advance(document) : iterator.docID())
        == document;
  }

  /** The vector's number of the document gone to. */
  int ord() {
    return iterator.index();
  }

  /** The documents that have a vector. */
  DocIdSetIterator iterator() {
    return iterator;
  }

  /** A vector in scores, a copy. */
  float[] decoded(int ord, AnchorStatistics statistics) throws IOException {
    float[] row = stored(ord).clone();
    if (bytes()) {
      ByteEncoding.of(statistics).decode(row);
    }
    return row;
  }

  /** A vector as stored; valid until the next call. */
  float[] stored(int ord) throws IOException {
    if (values instanceof FloatVectorValues floats) {
      return floats.vectorValue(ord);
    }
    if (values instanceof ByteVectorValues bytes) {
      byte[] vector = bytes.vectorValue(ord);
      for (int i = 0; i < decoded.length; i++) {
        decoded[i] = vector[i];
      }
      return decoded;
    }
    throw new AssertionError("vectors are floats or bytes, got: " + values.getClass());
  }

  /** The product of a vector, decoded, with that of the multiplier. */
  float product(int ord, Multiplier multiplier) throws IOException {
    float product =
        values instanceof ByteVectorValues bytes
            ? dotProduct.of(multiplier.vector(), bytes.vectorValue(ord))
            : dotProduct.of(multiplier.vector(), stored(ord));
    return product + multiplier.offset();
  }

  /**
   * The products of {@link #product} for consecutive vectors. Bytes that lie in one piece of a file
   * are read in blocks, which takes half the time; floats are as fast as memory one by one.
   *
   * @param count at most {@link #BLOCK}
   * @param out filled from 0 on
   */
  void products(int from, int count, Multiplier multiplier, float[] out) throws IOException {
    IndexInput slice = this.slice;
    if (slice == null) {
      for (int i = 0; i < count; i++) {
        out[i] = product(from + i, multiplier);
      }
      return;
    }
    block = block.length > 0 ? block : new byte[BLOCK * dimension()];
    slice.seek((long) from * dimension());
    slice.readBytes(block, 0, count * dimension());
    dotProduct.ofRows(block, count, multiplier.vector(), out);
    for (int i = 0; i < count; i++) {
      out[i] += multiplier.offset();
    }
  }

  /** The file's piece that holds nothing but the byte vectors, in their order, or null. */
  private static @Nullable IndexInput slice(KnnVectorValues values) {
    if (!(values instanceof ByteVectorValues) || !(values instanceof HasIndexSlice indexed)) {
      return null;
    }
    IndexInput slice = indexed.getSlice();
    long length = (long) values.size() * values.getVectorByteLength();
    return slice != null && slice.length() == length ? slice : null;
  }

  /** A vector to multiply stored vectors with, so that the products are those of decoded ones. */
  Multiplier multiplier(float[] vector, @Nullable AnchorStatistics statistics)
      throws IncompatibleIndexException {
    if (values.dimension() != vector.length) {
      throw new IncompatibleIndexException(
          String.format(
              Locale.ROOT,
              "vectors must have %d dimensions, got: %d",
              vector.length,
              values.dimension()));
    }
    if (!bytes()) {
      return new Multiplier(vector, 0);
    }
    if (statistics == null) {
      throw new IncompatibleIndexException("vectors must be floats, got: bytes");
    }
    return ByteEncoding.of(statistics).multiplier(vector);
  }

  /**
   * @param vector in the unit of stored vectors
   * @param offset to be added to a product with a stored vector
   */
  record Multiplier(float[] vector, float offset) {}
}
