package io.curlew.lucene.rows;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.RowEncoding;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * The fields of an anchor row: a vector in the encoding of its anchor set, and |phi|^2 beside it.
 * Every segment carries the fingerprint of the anchor set in the <em>key</em> of a field attribute:
 * Lucene keeps the keys of all segments when it merges, but only one of their values, so a mixture
 * stays visible only in keys.
 */
public final class RowFields {

  private static final String KEY_PREFIX = "curlew.anchors.";

  private final String name;
  private final AnchorSet anchors;
  private final FieldType type;

  /** The fields of rows of these anchors. */
  public RowFields(String name, AnchorSet anchors) {
    this.name = name;
    this.anchors = anchors;
    this.type = new FieldType();
    RowEncoding encoding = anchors.encoding();
    type.setVectorAttributes(
        encoding.length(),
        encoding.isBytes() ? VectorEncoding.BYTE : VectorEncoding.FLOAT32,
        VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT);
    type.putAttribute(KEY_PREFIX + anchors.fingerprint(), "");
    type.freeze();
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
    Field vector;
    if (encoding.isBytes()) {
      byte[] bytes = encoding.encode(values);
      vector = new KnnByteVectorField(name, bytes, type);
      values = new float[encoding.dimension()]; // the norm must fit the products
      encoding.decode(bytes, 1, values);
    } else {
      vector = new KnnFloatVectorField(name, values, type);
    }
    int norm = Float.floatToIntBits(anchors.statistics().squaredNorm(values));
    return List.of(vector, new NumericDocValuesField(squaredNorms(name), norm));
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
      if (info == null || !info.hasVectorValues()) {
        continue;
      }
      Set<String> found = new TreeSet<>();
      for (String key : info.attributes().keySet()) {
        if (key.startsWith(KEY_PREFIX)) {
          found.add(key.substring(KEY_PREFIX.length()));
        }
      }
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
      boolean bytes = info.getVectorEncoding() == VectorEncoding.BYTE;
      RowEncoding encoding = anchors.encoding();
      if (bytes != encoding.isBytes() || info.getVectorDimension() != encoding.length()) {
        throw new IncompatibleIndexException(
            "rows must be stored as "
                + form(encoding.length(), encoding.isBytes())
                + ", as the anchor file says, got: "
                + form(info.getVectorDimension(), bytes)
                + " in field \""
                + field
                + '"');
      }
    }
  }

  private static String form(int length, boolean bytes) {
    return length + (bytes ? " bytes" : " floats");
  }
}
