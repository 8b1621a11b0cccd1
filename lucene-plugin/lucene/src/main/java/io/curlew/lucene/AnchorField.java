package io.curlew.lucene;

import io.curlew.cur.AnchorSet;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * The vector field that holds anchor rows. Every segment carries the fingerprint of the anchor set
 * in the <em>key</em> of a field attribute: Lucene keeps the keys of all segments when it merges,
 * but only one of their values, so a mixture stays visible only in keys.
 */
public final class AnchorField {

  private static final String KEY_PREFIX = "curlew.anchors.";

  private final String name;
  private final int dimension;
  private final FieldType type;

  private AnchorField(String name, int dimension, FieldType type) {
    this.name = name;
    this.dimension = dimension;
    this.type = type;
  }

  /** A field of this name for rows of this anchor set. */
  public static AnchorField of(String name, AnchorSet anchors) {
    FieldType type = new FieldType();
    type.setVectorAttributes(
        anchors.size(), VectorEncoding.FLOAT32, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT);
    type.putAttribute(KEY_PREFIX + anchors.fingerprint(), "");
    type.freeze();
    return new AnchorField(name, anchors.size(), type);
  }

  /** The field of one document. */
  public KnnFloatVectorField row(float[] scores) {
    if (scores.length != dimension) {
      throw new IllegalArgumentException(
          "anchor row must have " + dimension + " entries, got: " + scores.length);
    }
    return new KnnFloatVectorField(name, scores, type);
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
    }
  }
}
