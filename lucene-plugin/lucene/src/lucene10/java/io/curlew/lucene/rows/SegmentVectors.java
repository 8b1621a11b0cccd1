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

/** Rows as vectors, as Lucene 10 has them. */
final class SegmentVectors implements StoredRows {

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

  @Override
  public SegmentVectors copy() throws IOException {
    return new SegmentVectors(values.copy());
  }

  @Override
  public int size() {
    return values.size();
  }

  @Override
  public int length() {
    return values.dimension();
  }

  @Override
  public boolean isBytes() {
    return values.getEncoding() == VectorEncoding.BYTE;
  }

  @Override
  public DocIdSetIterator documents() {
    return iterator;
  }

  @Override
  public int number() {
    return iterator.index();
  }

  @Override
  public float[] floats(int number) throws IOException {
    return ((FloatVectorValues) values).vectorValue(number);
  }

  @Override
  public byte[] bytes(int number) throws IOException {
    return ((ByteVectorValues) values).vectorValue(number);
  }

  @Override
  public @Nullable IndexInput slice() {
    if (!(values instanceof HasIndexSlice indexed)) {
      return null;
    }
    IndexInput slice = indexed.getSlice();
    long bytes = (long) values.size() * values.getVectorByteLength();
    return slice != null && slice.length() == bytes ? slice : null;
  }
}
