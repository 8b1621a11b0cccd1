package io.curlew.lucene.rows;

import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.model.TokenVectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.LateInteractionField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.BytesRef;

/**
 * The token vectors of documents in Lucene's {@link LateInteractionField}, which its own {@code
 * LateInteractionRescorer} reads too. Every segment carries the fingerprint of the model in the key
 * of a field attribute, as anchor rows do that of their anchor set.
 */
public final class TokenVectorField {

  private static final String KEY_PREFIX = "curlew.tokens.";
  private static final int DOCUMENTS_PER_PART = 16;
  private static final int TOKENS_PER_DOCUMENT = 32; // where a buffer begins

  private final String name;
  private final String fingerprint;
  private final FieldType type;

  /**
   * A field of this name.
   *
   * @param fingerprint of the model
   */
  public TokenVectorField(String name, String fingerprint) {
    this.name = name;
    this.fingerprint = fingerprint;
    this.type = new FieldType(LateInteractionField.TYPE);
    type.putAttribute(KEY_PREFIX + fingerprint, "");
    type.freeze();
  }

  /** The field of one of some documents. */
  public IndexableField of(TokenVectors documents, int document) {
    float[][] tokens = new float[documents.tokens(document)][];
    for (int token = 0; token < tokens.length; token++) {
      int from = (documents.starts()[document] + token) * documents.dimension();
      tokens[token] = Arrays.copyOfRange(documents.values(), from, from + documents.dimension());
    }
    return new Marked(name, tokens, type);
  }

  private static final class Marked extends LateInteractionField {

    private final FieldType marked;

    Marked(String name, float[][] tokens, FieldType marked) {
      super(name, tokens);
      this.marked = marked;
    }

    @Override
    public FieldType fieldType() {
      return marked;
    }
  }

  /**
   * Checks that every segment of an index holds token vectors of this model and no other.
   *
   * @throws IncompatibleIndexException naming both fingerprints if one does not
   */
  public void check(IndexReader reader) throws IncompatibleIndexException {
    for (LeafReaderContext leaf : reader.leaves()) {
      FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(name);
      if (info == null) {
        continue;
      }
      Set<String> found = RowFields.keys(info, KEY_PREFIX);
      if (!found.equals(Set.of(fingerprint))) {
        throw new IncompatibleIndexException(
            "index must hold token vectors of the model "
                + fingerprint
                + ", got: "
                + found
                + " in field \""
                + name
                + '"');
      }
    }
  }

  /**
   * Token vectors of some documents, read together.
   *
   * @param places where each stood in the list that was asked for
   */
  public record Part(TokenVectors vectors, int[] places) {}

  /**
   * Reads the token vectors of documents, some beside others on the searcher's executor. Memory: as
   * many as there are, 1.5 KB a token of 384 values.
   *
   * @throws IncompatibleIndexException if a document has none, or such that others are longer
   */
  public List<Part> read(IndexSearcher searcher, int[] documents) throws IOException {
    InIndexOrder order = InIndexOrder.of(documents);
    List<Callable<Part>> tasks = new ArrayList<>();
    for (InIndexOrder.Group group : order.groups(searcher.getIndexReader(), DOCUMENTS_PER_PART)) {
      tasks.add(() -> read(order, group));
    }
    return searcher.getTaskExecutor().invokeAll(tasks);
  }

  private Part read(InIndexOrder order, InIndexOrder.Group group) throws IOException {
    BinaryDocValues stored = group.leaf().reader().getBinaryDocValues(name);
    int count = group.to() - group.from();
    int[] starts = new int[count + 1];
    float[] values = new float[0];
    int dimension = 0;
    for (int i = 0; i < count; i++) {
      int document = order.documents()[group.from() + i];
      if (stored == null || !stored.advanceExact(document - group.leaf().docBase)) {
        throw new IncompatibleIndexException(
            "every document must have token vectors in field \""
                + name
                + "\", got none in document number "
                + document);
      }
      BytesRef bytes = stored.binaryValue();
      ByteBuffer buffer =
          ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length).order(ByteOrder.LITTLE_ENDIAN);
      int length = buffer.getInt();
      if (i == 0) {
        dimension = length;
        values = new float[count * TOKENS_PER_DOCUMENT * dimension];
      } else if (length != dimension) {
        throw new IncompatibleIndexException(
            "token vectors in field \""
                + name
                + "\" must have the same length, got: "
                + dimension
                + " and "
                + length);
      }
      int read = buffer.remaining() / Float.BYTES;
      int at = starts[i] * dimension;
      if (values.length < at + read) {
        values = Arrays.copyOf(values, Math.max(at + read, 2 * values.length));
      }
      buffer.asFloatBuffer().get(values, at, read);
      starts[i + 1] = starts[i] + read / dimension;
    }
    return new Part(
        new TokenVectors(dimension, values, starts),
        Arrays.copyOfRange(order.places(), group.from(), group.to()));
  }
}
