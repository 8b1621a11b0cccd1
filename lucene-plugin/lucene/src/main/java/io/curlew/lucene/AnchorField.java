package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.quantize.ProductQuantizer;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.jspecify.annotations.Nullable;

/**
 * The vector field that holds anchor rows. Every segment carries the fingerprint of the anchor set
 * in the <em>key</em> of a field attribute: Lucene keeps the keys of all segments when it merges,
 * but only one of their values, so a mixture stays visible only in keys.
 */
public final class AnchorField {

  private static final String KEY_PREFIX = "curlew.anchors.";

  private final String name;
  private final AnchorSet anchors;
  private final FieldType type;
  private final @Nullable ProductQuantizer quantizer;
  private final @Nullable ByteEncoding bytes;

  private AnchorField(String name, AnchorSet anchors, @Nullable ByteEncoding bytes) {
    this.name = name;
    this.anchors = anchors;
    this.bytes = bytes;
    this.quantizer = anchors.quantizer();
    this.type = new FieldType();
    type.setVectorAttributes(
        quantizer == null ? anchors.dimension() : quantizer.bytes(),
        bytes == null && quantizer == null ? VectorEncoding.FLOAT32 : VectorEncoding.BYTE,
        VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT);
    type.putAttribute(KEY_PREFIX + anchors.fingerprint(), "");
    type.freeze();
  }

  /** A field of this name for rows of this anchor set: as floats, or as codes of its quantiser. */
  public static AnchorField of(String name, AnchorSet anchors) {
    return new AnchorField(name, anchors, null);
  }

  /**
   * A field of this name for rows of this anchor set in one byte per anchor, a quarter of the size.
   * What reads the field sees by itself which it is.
   *
   * @param anchors not quantised: that is in bytes already
   */
  public static AnchorField bytes(String name, AnchorSet anchors) {
    if (anchors.quantizer() != null) {
      throw new IllegalArgumentException(
          "rows in one byte per anchor must be of anchors that are not quantised, got: "
              + anchors.quantizer().bytes()
              + " bytes a row");
    }
    return new AnchorField(name, anchors, ByteEncoding.of(anchors.statistics()));
  }

  /**
   * Adds the row of one document, and its |phi|^2 beside it.
   *
   * @param row its scores against the anchor queries
   */
  public void addTo(Document document, float[] row) {
    float[] stored = anchors.stored(row);
    if (quantizer != null) {
      byte[] codes = quantizer.encode(stored);
      document.add(new KnnByteVectorField(name, codes, type));
      stored = quantizer.decode(codes); // the norm must fit the products
    } else if (bytes != null) {
      document.add(new KnnByteVectorField(name, bytes.encode(stored), type));
    } else {
      document.add(new KnnFloatVectorField(name, stored, type));
    }
    int norm = Float.floatToIntBits(anchors.statistics().squaredNorm(stored));
    document.add(new NumericDocValuesField(CurSchema.squaredNorms(name), norm));
  }

  /**
   * Checks that an index holds rows in the encoding of this field, if it holds any.
   *
   * @throws IncompatibleIndexException if it does not: Lucene takes one encoding for a field
   */
  void checkEncoding(IndexReader reader) throws IncompatibleIndexException {
    for (LeafReaderContext leaf : reader.leaves()) {
      FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(name);
      if (info != null
          && info.hasVectorValues()
          && info.getVectorEncoding() != type.vectorEncoding()) {
        throw new IncompatibleIndexException(
            "rows must be in the encoding that the index has, "
                + info.getVectorEncoding()
                + ", got: "
                + type.vectorEncoding());
      }
    }
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
