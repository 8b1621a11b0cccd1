package io.curlew.lucene.rows;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.RowEncoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
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
 * values, its sketch in the same way where the anchor set has one, and |phi|^2 beside it. Every
 * segment carries the fingerprint of the anchor set in the <em>key</em> of a field attribute:
 * Lucene keeps the keys of all segments when it merges, but only one of their values, so a mixture
 * stays visible only in keys.
 */
public final class RowFields {

  private static final String KEY_PREFIX = "curlew.anchors.";

  /** Doc values do not say what their bytes are: a key of this does. */
  private static final String FORM_PREFIX = "curlew.form.";

  private static final String SKETCH_SUFFIX = ".sketch";

  private final String name;
  private final AnchorSet anchors;
  private final FieldType type;
  private final FieldType sketchType = new FieldType();

  /** The fields of rows of these anchors, as vectors. */
  public RowFields(String name, AnchorSet anchors) {
    this(name, anchors, new FieldType());
    RowEncoding encoding = anchors.encoding();
    type.setVectorAttributes(
        encoding.length(),
        encoding.isBytes() ? VectorEncoding.BYTE : VectorEncoding.FLOAT32,
        VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT);
    RowEncoding sketch = anchors.sketch();
    if (sketch != null) {
      sketchType.setVectorAttributes(
          sketch.length(), VectorEncoding.BYTE, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT);
    }
    freeze();
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
    fields.sketchType.setDocValuesType(DocValuesType.BINARY);
    fields.freeze();
    return fields;
  }

  private void freeze() {
    type.freeze();
    sketchType.freeze();
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
    List<Field> fields = new ArrayList<>();
    if (encoding.isBytes()) {
      byte[] bytes = encoding.encode(values);
      fields.add(field(name, bytes, type));
      values = new float[encoding.dimension()]; // the norm must fit the products
      encoding.decode(bytes, 1, values);
    } else {
      fields.add(
          isVector(type)
              ? new KnnFloatVectorField(name, values, type)
              : field(name, bytes(values), type));
    }
    RowEncoding sketch = anchors.sketch();
    if (sketch != null) {
      float[] centred = anchors.statistics().centre(values);
      fields.add(field(sketches(name), sketch.encode(sketch.project(centred)), sketchType));
    }
    int norm = Float.floatToIntBits(anchors.statistics().squaredNorm(values));
    fields.add(new NumericDocValuesField(squaredNorms(name), norm));
    return fields;
  }

  private static boolean isVector(FieldType type) {
    return type.docValuesType() == DocValuesType.NONE;
  }

  private static Field field(String name, byte[] bytes, FieldType type) {
    return isVector(type)
        ? new KnnByteVectorField(name, bytes, type)
        : new Field(name, new BytesRef(bytes), type);
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

  /** Beside an anchor row its sketch. */
  static String sketches(String field) {
    return field + SKETCH_SUFFIX;
  }

  /** The field of the rows whose sketches a field would hold; any other field is its own. */
  public static String rowsOf(String field) {
    return field.endsWith(SKETCH_SUFFIX)
        ? field.substring(0, field.length() - SKETCH_SUFFIX.length())
        : field;
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
