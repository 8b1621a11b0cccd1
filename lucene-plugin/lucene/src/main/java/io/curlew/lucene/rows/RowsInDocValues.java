package io.curlew.lucene.rows;

import io.curlew.cur.anchor.RowEncoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Rows in binary doc values, as {@link RowFields#inDocValues} makes them: where an engine leaves no
 * say over how vectors are stored. A row's number is its document; floats are little-endian.
 */
final class RowsInDocValues implements StoredRows {

  private final LeafReader reader;
  private final String field;
  private final RowEncoding encoding;
  private final BinaryDocValues documents;
  private BinaryDocValues reading;
  private final byte[] row;
  private final float[] values;

  private RowsInDocValues(
      LeafReader reader, String field, RowEncoding encoding, BinaryDocValues documents)
      throws IOException {
    this.reader = reader;
    this.field = field;
    this.encoding = encoding;
    this.documents = documents;
    this.reading = reopen();
    this.row = new byte[bytes(encoding)];
    this.values = new float[encoding.isBytes() ? 0 : encoding.length()];
  }

  /** The bytes of a row in doc values. */
  static int bytes(RowEncoding encoding) {
    return encoding.length() * (encoding.isBytes() ? 1 : Float.BYTES);
  }

  /** The rows of a field, in the encoding that its segment says, or null if there are none. */
  static @Nullable RowsInDocValues of(LeafReader reader, String field, RowEncoding encoding)
      throws IOException {
    FieldInfo info = reader.getFieldInfos().fieldInfo(field);
    if (info == null || info.getDocValuesType() != DocValuesType.BINARY) {
      return null;
    }
    BinaryDocValues values = reader.getBinaryDocValues(field);
    return values == null || values.cost() == 0
        ? null
        : new RowsInDocValues(reader, field, encoding, values);
  }

  private BinaryDocValues reopen() throws IOException {
    BinaryDocValues again = reader.getBinaryDocValues(field);
    if (again == null) {
      throw new IllegalStateException("rows must stay in field \"" + field + "\", they are gone");
    }
    return again;
  }

  @Override
  public RowsInDocValues copy() throws IOException {
    return new RowsInDocValues(reader, field, encoding, reopen());
  }

  @Override
  public int size() {
    return (int) documents.cost();
  }

  @Override
  public int length() {
    return encoding.length();
  }

  @Override
  public boolean isBytes() {
    return encoding.isBytes();
  }

  @Override
  public DocIdSetIterator documents() {
    return documents;
  }

  @Override
  public int number() {
    return documents.docID();
  }

  @Override
  public float[] floats(int number) throws IOException {
    ByteBuffer.wrap(bytes(number)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  @Override
  public byte[] bytes(int number) throws IOException {
    if (reading.docID() > number) {
      reading = reopen();
    }
    BytesRef value = reading.advanceExact(number) ? reading.binaryValue() : null;
    if (value == null || value.length != row.length) {
      throw new IllegalStateException(
          "row must have "
              + row.length
              + " bytes in field \""
              + field
              + "\", got: "
              + (value == null ? "none" : value.length));
    }
    System.arraycopy(value.bytes, value.offset, row, 0, row.length);
    return row;
  }

  @Override
  public @Nullable IndexInput slice() {
    return null;
  }
}
