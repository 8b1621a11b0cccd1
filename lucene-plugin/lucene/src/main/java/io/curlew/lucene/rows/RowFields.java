package io.curlew.lucene.rows;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.RowEncoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;

/**
 * The fields of an anchor row: a vector in the encoding of its anchor set, or the same bytes as doc
 * values, and |phi|^2 beside it. Every segment carries the fingerprint of the anchor set in the
 * <em>key</em> of a field attribute: Lucene keeps the keys of all segments when it merges, but only
 * one of their values, so a mixture stays visible only in keys.
 */
public final class RowFields {

  private static final String KEY_PREFIX = "curlew.anchors.";

  /** Doc values do not say what their bytes are: a key of this does. */
  private static final String FORM_PREFIX = "curlew.form.";

  private final String name;
  private final AnchorSet anchors;
  private final FieldType type;

  /** The fields of rows of these anchors, as vectors. */
  public RowFields(String name, AnchorSet anchors) {
    this(name, anchors, new FieldType());
    RowEncoding encoding = anchors.encoding();
    type.setVectorAttributes(
        encoding.length(),
        encoding.isBytes() ? VectorEncoding.BYTE : VectorEncoding.FLOAT32,
        VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT);
    type.freeze();
  }

  private RowFields(String name, AnchorSet anchors, FieldType type) {
    this.name = name;
    this.anchors = anchors;
    this.type = type;
    type.putAttribute(KEY_PREFIX + anchors.fingerprint(), "");
  }

  /**
   * The fields of rows of these anchors as doc values, for an engine that would build a graph of
   * every vector field.
   */
  public static RowFields inDocValues(String name, AnchorSet anchors) {
    RowEncoding encoding = anchors.encoding();
    FieldType type = new FieldType();
    type.setDocValuesType(DocValuesType.BINARY);
    type.putAttribute(FORM_PREFIX + form(encoding.length(), encoding.isBytes()), "");
    RowFields fields = new RowFields(name, anchors, type);
    type.freeze();
    return fields;
  }

  /**
   * The fields of one document.
   *
   * @param row its scores against the anchor queries, finite
   * @throws IllegalArgumentException if it has another length
   */
  public List<Field> of(float[] row) {
    RowEncoding encoding = anchors.encoding();
    if (row.length != encoding.size()) {
      throw new IllegalArgumentException(
          "anchor row must have " + encoding.size() + " scores, got: " + row.length);
    }
    float[] values = encoding.project(row);
    Field stored;
    if (encoding.isBytes()) {
      byte[] bytes = encoding.encode(values);
      stored = isVector() ? new KnnByteVectorField(name, bytes, type) : docValue(bytes);
      values = new float[encoding.dimension()]; // the norm must fit the products
      encoding.decode(bytes, 1, values);
    } else {
      stored = isVector() ? new KnnFloatVectorField(name, values, type) : docValue(bytes(values));
    }
    int norm = Float.floatToIntBits(anchors.statistics().squaredNorm(values));
    return List.of(stored, new NumericDocValuesField(squaredNorms(name), norm));
  }

  private boolean isVector() {
    return type.docValuesType() == DocValuesType.NONE;
  }

  private Field docValue(byte[] bytes) {
    return new Field(name, new BytesRef(bytes), type);
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /** Beside an anchor row its |phi|^2, as the bits of a float: numeric doc values. */
  static String squaredNorms(String field) {
    return field + ".norm";
  }

  /**
   * Checks that every segment of an index holds rows of this anchor set and no other.
   *
   * @throws IncompatibleIndexException naming both fingerprints if one does not
   */
  public static void check(IndexReader reader, String field, AnchorSet anchors)
      throws IncompatibleIndexException {
    for (LeafReaderContext leaf : reader.leaves()) {
      FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(field);
      if (info == null
          || !info.hasVectorValues() && info.getDocValuesType() != DocValuesType.BINARY) {
        continue;
      }
      Set<String> found = keys(info, KEY_PREFIX);
      if (!found.equals(Set.of(anchors.fingerprint()))) {
        throw new IncompatibleIndexException(
            "index must hold rows of the anchor set "
                + anchors.fingerprint()
                + ", got: "
                + found
                + " in field \""
                + field
                + '"');
      }
      RowEncoding encoding = anchors.encoding();
      String wanted = form(encoding.length(), encoding.isBytes());
      Set<String> forms =
          info.hasVectorValues()
              ? Set.of(
                  form(info.getVectorDimension(), info.getVectorEncoding() == VectorEncoding.BYTE))
              : keys(info, FORM_PREFIX);
      if (!forms.equals(Set.of(wanted))) {
        throw new IncompatibleIndexException(
            "rows must be stored as "
                + wanted
                + ", as the anchor file says, got: "
                + String.join(", ", forms)
                + " in field \""
                + field
                + '"');
      }
    }
  }

  /** What the keys of a field's attributes say after a prefix. */
  static Set<String> keys(FieldInfo info, String prefix) {
    Set<String> found = new TreeSet<>();
    for (String key : info.attributes().keySet()) {
      if (key.startsWith(prefix)) {
        found.add(key.substring(prefix.length()));
      }
    }
    return found;
  }

  private static String form(int length, boolean bytes) {
    return length + (bytes ? " bytes" : " floats");
  }
}
