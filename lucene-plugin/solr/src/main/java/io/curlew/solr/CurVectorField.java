package io.curlew.solr;

import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.lucene.rows.RowFields;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.VectorUtil;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.schema.DenseVectorField;
import org.apache.solr.schema.IndexSchema;
import org.apache.solr.schema.SchemaField;
import org.apache.solr.util.vector.DenseVectorParser.BuilderPhase;

/**
 * A dense vector field of anchor rows. In the schema:
 *
 * <pre>{@code
 * <fieldType name="anchorRow" class="io.curlew.solr.CurVectorField"
 *            anchors="anchors.curlew" text="title,body" stored="true"/>
 * }</pre>
 *
 * <p>{@code anchors} names the anchor file in the configset: it says how many anchors there are and
 * how rows are encoded in the index. {@code text} names the stored fields that the model reads,
 * joined by a space. Segments carry the fingerprint of the anchor set.
 *
 * <p>The row must be stored, or an atomic update of another field would drop it. It is stored once
 * more as 4 bytes per anchor, whatever the encoding: with 400 anchors and rows as floats a document
 * takes 1,600 bytes as vector, 64 as a sketch, 1,600 stored, and 4 for |phi|^2 as doc values.
 */
public final class CurVectorField extends DenseVectorField {

  private static final String ANCHORS = "anchors";
  private static final String TEXT = "text";

  @SuppressWarnings("NullAway.Init") // by init, which Solr calls before anything else
  private AnchorSet anchors;

  @SuppressWarnings("NullAway.Init")
  private List<String> textFields;

  /** For Solr, which calls {@link #init}. */
  public CurVectorField() {}

  @Override
  public void init(IndexSchema schema, Map<String, String> args) {
    String file = required(args, ANCHORS);
    textFields = List.of(required(args, TEXT).strip().split("\\s*,\\s*"));
    for (String derived : List.of("vectorDimension", "similarityFunction", "vectorEncoding")) {
      if (args.containsKey(derived)) {
        throw invalid(derived + " must be left to the anchor file, got: " + args.get(derived));
      }
    }
    try (InputStream in = schema.getResourceLoader().openResource(file)) {
      anchors = AnchorFile.read(in);
    } catch (IOException | InvalidPathException e) {
      throw new SolrException(
          ErrorCode.SERVER_ERROR, "anchor file \"" + file + "\": " + e.getMessage(), e);
    }
    args.put("vectorDimension", Integer.toString(anchors.size()));
    args.put("similarityFunction", "maximum_inner_product");
    super.init(schema, args);
  }

  private String required(Map<String, String> args, String name) {
    String value = args.remove(name);
    if (value == null || value.isBlank()) {
      throw invalid("\"" + name + "\" must be given");
    }
    return value;
  }

  private SolrException invalid(String rule) {
    return new SolrException(
        ErrorCode.SERVER_ERROR, getClass().getSimpleName() + " " + typeName + ": " + rule);
  }

  @Override
  public void checkSchemaField(SchemaField field) {
    super.checkSchemaField(field);
    if (!field.stored() || !field.indexed()) {
      throw invalid("field \"" + field.getName() + "\" must be indexed and stored");
    }
  }

  /** The anchors that rows of this field are made with. */
  public AnchorSet anchors() {
    return anchors;
  }

  /** The fields that the model reads, in their order. */
  public List<String> textFields() {
    return textFields;
  }

  /** The bytes that a document's row takes on disk, as vector, sketch, stored and with its norm. */
  int bytesPerDocument() {
    RowEncoding encoding = anchors.encoding();
    int vector = encoding.length() * (encoding.isBytes() ? 1 : Float.BYTES);
    RowEncoding sketch = anchors.sketch();
    int sketchBytes = sketch == null ? 0 : sketch.length();
    return vector + sketchBytes + Float.BYTES * anchors.size() + Float.BYTES;
  }

  /**
   * A row as it comes with a document.
   *
   * @throws SolrException with status 400 if it is not a finite number for every anchor
   */
  float[] row(String field, Object value) {
    try {
      return VectorUtil.checkFinite(getVectorBuilder(value, BuilderPhase.INDEX).getFloatVector());
    } catch (RuntimeException e) {
      throw new SolrException(
          ErrorCode.BAD_REQUEST,
          "field \""
              + field
              + "\" must hold "
              + anchors.size()
              + " finite numbers: "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public List<IndexableField> createFields(SchemaField field, Object value) {
    float[] row = row(field.getName(), value);
    ByteBuffer stored = ByteBuffer.allocate(Float.BYTES * row.length);
    stored.asFloatBuffer().put(row);
    List<IndexableField> fields = new ArrayList<>(new RowFields(field.getName(), anchors).of(row));
    fields.add(new StoredField(field.getName(), stored.array()));
    return fields;
  }

  @Override
  public List<Float> toObject(IndexableField field) {
    BytesRef bytes = field.binaryValue();
    FloatBuffer row = ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length).asFloatBuffer();
    List<Float> values = new ArrayList<>(row.remaining());
    while (row.hasRemaining()) {
      values.add(row.get());
    }
    return values;
  }

  @Override
  public String toExternal(IndexableField field) {
    return toObject(field).toString();
  }
}
