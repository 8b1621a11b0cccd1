package io.curlew.lucene.rows;

import java.io.IOException;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.hnsw.RandomAccessVectorValues;
import org.jspecify.annotations.Nullable;

/**
 * Rows as vectors, as Lucene 9 has them. Where its values give no access by number, as those that a
 * time limit wraps do not, a vector's number is its document, and it is read by values of its own.
 */
final class SegmentVectors implements StoredRows {

  private final LeafReader reader;
  private final String field;
  private final boolean bytes;
  private final DocIdSetIterator documents;
  private final @Nullable RandomAccessVectorValues byNumber;
  private DocIdSetIterator reading; // where there is no access by number
  private int number = -1;

  private SegmentVectors(LeafReader reader, String field, boolean bytes, DocIdSetIterator values)
      throws IOException {
    this.reader = reader;
    this.field = field;
    this.bytes = bytes;
    this.documents = values;
    this.byNumber =
        values instanceof RandomAccessVectorValues random && random.getSlice() != null
            ? random.copy()
            : null;
    this.reading = values;
  }

  /** The vectors of a field, or null if the segment has none. */
  static @Nullable SegmentVectors of(LeafReader reader, String field) throws IOException {
    FieldInfo info = reader.getFieldInfos().fieldInfo(field);
    if (info == null || !info.hasVectorValues()) {
      return null;
    }
    boolean bytes = info.getVectorEncoding() == VectorEncoding.BYTE;
    DocIdSetIterator values = values(reader, field, bytes);
    return values == null || values.cost() == 0
        ? null
        : new SegmentVectors(reader, field, bytes, values);
  }

  private static @Nullable DocIdSetIterator values(LeafReader reader, String field, boolean bytes)
      throws IOException {
    return bytes ? reader.getByteVectorValues(field) : reader.getFloatVectorValues(field);
  }

  @Override
  public SegmentVectors copy() throws IOException {
    DocIdSetIterator values = values(reader, field, bytes);
    if (values == null) {
      throw new IllegalStateException(
          "vectors must stay in field \"" + field + "\", they are gone");
    }
    return new SegmentVectors(reader, field, bytes, values);
  }

  @Override
  public int size() {
    return (int) documents.cost();
  }

  @Override
  public int length() {
    return bytes
        ? ((ByteVectorValues) documents).dimension()
        : ((FloatVectorValues) documents).dimension();
  }

  @Override
  public boolean isBytes() {
    return bytes;
  }

  @Override
  public DocIdSetIterator documents() {
    return documents;
  }

  @Override
  public int number() {
    int document = documents.docID();
    if (byNumber == null) {
      return document;
    }
    if (number >= 0 && byNumber.ordToDoc(number) == document) {
      return number;
    }
    // Numbers rise with documents, and there are at most as many before one as documents.
    int low = number >= 0 && byNumber.ordToDoc(number) < document ? number + 1 : 0;
    int high = Math.min(byNumber.size() - 1, document);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (byNumber.ordToDoc(middle) < document) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    number = low;
    return number;
  }

  @Override
  public float[] floats(int wanted) throws IOException {
    if (byNumber instanceof RandomAccessVectorValues.Floats floats) {
      return floats.vectorValue(wanted);
    }
    return ((FloatVectorValues) read(wanted)).vectorValue();
  }

  @Override
  public byte[] bytes(int wanted) throws IOException {
    if (byNumber instanceof RandomAccessVectorValues.Bytes values) {
      return values.vectorValue(wanted);
    }
    return ((ByteVectorValues) read(wanted)).vectorValue();
  }

  /**
   * Values that stand on a document: fresh ones if those at hand are beyond it, or are iterated.
   */
  private DocIdSetIterator read(int document) throws IOException {
    if (reading == documents || reading.docID() > document) {
      reading = copy().documents;
    }
    if (reading.docID() < document) {
      reading.advance(document);
    }
    return reading;
  }

  @Override
  public @Nullable IndexInput slice() {
    if (byNumber == null) {
      return null;
    }
    IndexInput slice = byNumber.getSlice();
    long length = (long) byNumber.size() * byNumber.getVectorByteLength();
    return slice != null && slice.length() == length ? slice : null;
  }
}
