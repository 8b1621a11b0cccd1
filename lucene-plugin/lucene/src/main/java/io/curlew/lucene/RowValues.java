package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.quantize.LookupTable;
import io.curlew.quantize.ProductQuantizer;
import io.curlew.simd.DotProduct;
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
 * The vectors of one segment and field, whatever the format and encoding: floats, a byte for each
 * value, or codes of a quantiser. Where many are multiplied they are not decoded: a {@link
 * ByteEncoding} moves to the side of the vector that they are multiplied with, and products with
 * codes are looked up. Not safe for use by several threads: each takes a {@link #copy}.
 */
final class RowValues {

  /** As many vectors as are read together: they stay in the cache nearest to the core. */
  static final int BLOCK = 16;

  private final KnnVectorValues values;
  private final KnnVectorValues.DocIndexIterator iterator;
  private final DotProduct dotProduct = DotProduct.create();
  private final @Nullable AnchorSet anchors;
  private final @Nullable ProductQuantizer quantizer;
  private final @Nullable IndexInput slice;
  private byte[] block = new byte[0]; // as stored; allocated by the first scan
  private float[] rows = new float[0]; // a block in floats; allocated by the first scan of several
  private final float[] decoded; // of codes, or of a byte vector not yet scaled

  private RowValues(KnnVectorValues values, @Nullable AnchorSet anchors) {
    this.values = values;
    this.anchors = anchors;
    this.quantizer = anchors == null ? null : anchors.quantizer();
    this.iterator = values.iterator();
    this.slice = slice(values);
    boolean bytes = values.getEncoding() == VectorEncoding.BYTE;
    this.decoded = new float[bytes ? dimension() : 0];
  }

  /**
   * The vectors of a field, or null if the segment has none.
   *
   * @param anchors whose rows they are, or null for vectors that are no rows, or not to be read
   * @throws IncompatibleIndexException if rows of these anchors are not stored so
   */
  static @Nullable RowValues of(LeafReader reader, String field, @Nullable AnchorSet anchors)
      throws IOException {
    FieldInfo info = reader.getFieldInfos().fieldInfo(field);
    if (info == null || !info.hasVectorValues()) {
      return null;
    }
    KnnVectorValues values =
        info.getVectorEncoding() == VectorEncoding.BYTE
            ? reader.getByteVectorValues(field)
            : reader.getFloatVectorValues(field);
    if (values == null || values.size() == 0) {
      return null;
    }
    check(values, anchors == null ? null : anchors.quantizer());
    return new RowValues(values, anchors);
  }

  private static void check(KnnVectorValues values, @Nullable ProductQuantizer quantizer)
      throws IncompatibleIndexException {
    boolean bytes = values.getEncoding() == VectorEncoding.BYTE;
    if (quantizer != null && !(bytes && values.dimension() == quantizer.bytes())) {
      throw new IncompatibleIndexException(
          String.format(
              Locale.ROOT,
              "rows of quantised anchors must have %d bytes, got: %d %s",
              quantizer.bytes(),
              values.dimension(),
              bytes ? "bytes" : "floats"));
    }
  }

  RowValues copy() throws IOException {
    return new RowValues(values.copy(), anchors);
  }

  int size() {
    return values.size();
  }

  /** The values of a decoded vector. */
  int dimension() {
    return quantizer == null ? values.dimension() : quantizer.dimension();
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
  float[] decoded(int ord) throws IOException {
    float[] row = stored(ord).clone();
    ByteEncoding encoding = byteEncoding();
    if (encoding != null) {
      encoding.decode(row);
    }
    return row;
  }

  /** Of a byte for each value, or null if the vectors are floats or codes. */
  private @Nullable ByteEncoding byteEncoding() throws IncompatibleIndexException {
    if (values.getEncoding() != VectorEncoding.BYTE || quantizer != null) {
      return null;
    }
    if (anchors == null) {
      throw new IncompatibleIndexException("vectors must be floats, got: bytes");
    }
    return ByteEncoding.of(anchors.statistics());
  }

  /** A vector in floats, bytes in their own unit; valid until the next call. */
  float[] stored(int ord) throws IOException {
    if (values instanceof FloatVectorValues floats) {
      return floats.vectorValue(ord);
    }
    if (values instanceof ByteVectorValues bytes) {
      byte[] vector = bytes.vectorValue(ord);
      if (quantizer != null) {
        quantizer.decode(vector, decoded);
        return decoded;
      }
      dotProduct.toFloats(vector, decoded.length, decoded, 0);
      return decoded;
    }
    throw new AssertionError("vectors are floats or bytes, got: " + values.getClass());
  }

  /** The product of a vector, decoded, with that of a {@link #scanner}. */
  float product(int ord, Multiplier multiplier) throws IOException {
    if (multiplier.table() != null && values instanceof ByteVectorValues codes) {
      return multiplier.table().sum(codes.vectorValue(ord));
    }
    float product =
        values instanceof ByteVectorValues bytes
            ? dotProduct.of(multiplier.vector(), bytes.vectorValue(ord))
            : dotProduct.of(multiplier.vector(), stored(ord));
    return product + multiplier.offset();
  }

  /**
   * The products of {@link #product} for several vectors. Those that lie in one piece of a file are
   * read in blocks, which is faster than one by one.
   *
   * @param ords of the vectors, rising
   * @param count of them, at most {@link #BLOCK}
   * @param out filled from 0 on
   */
  void products(int[] ords, int count, Multiplier multiplier, float[] out) throws IOException {
    if (slice == null) {
      for (int i = 0; i < count; i++) {
        out[i] = product(ords[i], multiplier);
      }
      return;
    }
    read(slice, ords, count);
    if (values.getEncoding() == VectorEncoding.FLOAT32) {
      dotProduct.ofRows(rows, count, multiplier.vector(), out);
      return;
    }
    if (multiplier.table() != null) {
      multiplier.table().sums(block, count, out);
      return;
    }
    dotProduct.ofRows(block, count, multiplier.vector(), out);
    for (int i = 0; i < count; i++) {
      out[i] += multiplier.offset();
    }
  }

  /**
   * The products of vectors with several: each is read once, and multiplied with all.
   *
   * @param ords of the vectors, rising
   * @param count of them, at most {@link #BLOCK}
   * @param out {@code [count][multipliers.stride()]}, one behind the other
   */
  void products(int[] ords, int count, Multipliers multipliers, float[] out) throws IOException {
    Multiplier[] each = multipliers.each();
    int stride = multipliers.stride();
    if (quantizer != null) {
      float[] products = new float[count];
      for (int v = 0; v < each.length; v++) {
        products(ords, count, each[v], products);
        for (int i = 0; i < count; i++) {
          out[i * stride + v] = products[i];
        }
      }
      return;
    }
    int length = dimension();
    if (slice == null) {
      allocate();
      for (int i = 0; i < count; i++) {
        System.arraycopy(stored(ords[i]), 0, rows, i * length, length);
      }
    } else {
      read(slice, ords, count);
      if (values.getEncoding() == VectorEncoding.BYTE) {
        dotProduct.toFloats(block, count * length, rows, 0);
      }
    }
    dotProduct.ofRows(rows, count, multipliers.packed(), out);
    float[] offsets = multipliers.offsets();
    for (int i = 0; i < count; i++) {
      for (int v = 0; v < offsets.length; v++) {
        out[i * stride + v] += offsets[v];
      }
    }
  }

  private void allocate() {
    if (rows.length == 0) {
      rows = new float[BLOCK * dimension()];
      boolean bytes = values.getEncoding() == VectorEncoding.BYTE;
      block = new byte[bytes ? BLOCK * values.dimension() : 0];
    }
  }

  /**
   * Reads vectors into the block of bytes, or the rows of floats: those that are neighbours at
   * once.
   */
  private void read(IndexInput from, int[] ords, int count) throws IOException {
    allocate();
    int length = values.dimension();
    for (int first = 0; first < count; ) {
      int end = first + 1;
      while (end < count && ords[end] == ords[end - 1] + 1) {
        end++;
      }
      from.seek((long) ords[first] * values.getVectorByteLength());
      if (values.getEncoding() == VectorEncoding.BYTE) {
        from.readBytes(block, first * length, (end - first) * length);
      } else {
        from.readFloats(rows, first * length, (end - first) * length);
      }
      first = end;
    }
  }

  /** The file's piece that holds nothing but the vectors, in their order, or null. */
  private static @Nullable IndexInput slice(KnnVectorValues values) {
    if (!(values instanceof HasIndexSlice indexed)) {
      return null;
    }
    IndexInput slice = indexed.getSlice();
    long length = (long) values.size() * values.getVectorByteLength();
    return slice != null && slice.length() == length ? slice : null;
  }

  /** A vector to multiply what {@link #stored} gives with: the products are those of scores. */
  Multiplier multiplier(float[] vector) throws IncompatibleIndexException {
    if (dimension() != vector.length) {
      throw new IncompatibleIndexException(
          String.format(
              Locale.ROOT, "vectors must have %d dimensions, got: %d", vector.length, dimension()));
    }
    ByteEncoding encoding = byteEncoding();
    return encoding == null ? new Multiplier(vector, 0, null) : encoding.multiplier(vector);
  }

  /**
   * The same for {@link #product} and {@link #products}, which decode nothing. For codes it makes a
   * table, which is worth it where many are multiplied.
   */
  Multiplier scanner(float[] vector) throws IncompatibleIndexException {
    Multiplier multiplier = multiplier(vector);
    return quantizer == null
        ? multiplier
        : new Multiplier(vector, multiplier.offset(), quantizer.table(vector));
  }

  /** Several of {@link #scanner}, for {@link #products(int[], int, Multipliers, float[])}. */
  Multipliers scanners(float[][] vectors) throws IncompatibleIndexException {
    Multiplier[] each = new Multiplier[vectors.length];
    float[][] stored = new float[vectors.length][];
    float[] offsets = new float[byteEncoding() == null ? 0 : vectors.length];
    for (int v = 0; v < each.length; v++) {
      each[v] = scanner(vectors[v]);
      stored[v] = each[v].vector();
      if (v < offsets.length) {
        offsets[v] = each[v].offset();
      }
    }
    return new Multipliers(each, dotProduct.pack(stored), offsets);
  }

  /**
   * @param packed the vectors of each
   * @param offsets of each, or none where all are 0
   */
  record Multipliers(Multiplier[] each, DotProduct.Vectors packed, float[] offsets) {
    int stride() {
      return packed.stride();
    }
  }

  /**
   * @param vector in the unit of stored vectors
   * @param offset to be added to a product with a stored vector
   * @param table of products with codes, if vectors are codes and are not to be decoded
   */
  record Multiplier(float[] vector, float offset, @Nullable LookupTable table) {}
}
