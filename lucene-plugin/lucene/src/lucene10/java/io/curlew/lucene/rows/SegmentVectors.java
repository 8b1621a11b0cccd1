package io.curlew.lucene.rows;

import java.io.IOException;
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
 * The vectors of one segment and field by their numbers, as Lucene 10 has them. Not safe for use by
 * several threads: each takes a {@link #copy}.
 */
final class SegmentVectors {

  private final KnnVectorValues values;
  private final KnnVectorValues.DocIndexIterator iterator;

  private SegmentVectors(KnnVectorValues values) {
    this.values = values;
    this.iterator = values.iterator();
  }

  /** The vectors of a field, or null if the segment has none. */
  static @Nullable SegmentVectors of(LeafReader reader, String field) throws IOException {
    FieldInfo info = reader.getFieldInfos().fieldInfo(field);
    if (info == null || !info.hasVectorValues()) {
      return null;
    }
    KnnVectorValues values =
        info.getVectorEncoding() == VectorEncoding.BYTE
            ? reader.getByteVectorValues(field)
            : reader.getFloatVectorValues(field);
    return values == null || values.size() == 0 ? null : new SegmentVectors(values);
  }

  SegmentVectors copy() throws IOException {
    return new SegmentVectors(values.copy());
  }

  int size() {
    return values.size();
  }

  /** The floats or bytes of a vector. */
  int length() {
    return values.dimension();
  }

  boolean isBytes() {
    return values.getEncoding() == VectorEncoding.BYTE;
  }

  /** The documents that have a vector. */
  DocIdSetIterator documents() {
    return iterator;
  }

  /** The number of the vector of the document that {@link #documents} stands on. */
  int number() {
    return iterator.index();
  }

  /** A vector of floats, valid until the next call. */
  float[] floats(int number) throws IOException {
    return ((FloatVectorValues) values).vectorValue(number);
  }

  /** A vector of bytes, valid until the next call. */
  byte[] bytes(int number) throws IOException {
    return ((ByteVectorValues) values).vectorValue(number);
  }

  /** The file's piece that holds nothing but the vectors, in their order, or null. */
  @Nullable IndexInput slice() {
    if (!(values instanceof HasIndexSlice indexed)) {
      return null;
    }
    IndexInput slice = indexed.getSlice();
    long bytes = (long) values.size() * values.getVectorByteLength();
    return slice != null && slice.length() == bytes ? slice : null;
  }
}
