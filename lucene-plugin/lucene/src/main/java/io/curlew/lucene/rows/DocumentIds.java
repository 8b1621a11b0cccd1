package io.curlew.lucene.rows;

import io.curlew.cur.BestScores;
import io.curlew.cur.anchor.IncompatibleIndexException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Looks up external ids: in the doc values of the id field where it has them, else stored. Without
 * an id field the number of a document is its id, which holds for one reader.
 */
public final class DocumentIds implements BestScores.Ids {

  private final IndexReader reader;
  private final @Nullable String field;
  private final Format format;

  /** How an id is kept. */
  public interface Format {

    /** UTF-8 in the doc values. */
    Format TEXT = new Format() {};

    /** The id of doc values. */
    default String ofDocValue(BytesRef value) {
      return value.utf8ToString();
    }

    /** The id of a stored field, or null if it is none. */
    default @Nullable String ofStored(IndexableField stored) {
      Number number = stored.numericValue();
      return number == null ? stored.stringValue() : number.toString();
    }
  }

  /**
   * Ids of the documents of a reader.
   *
   * @param field of the ids, or null if there is none
   */
  public DocumentIds(IndexReader reader, @Nullable String field, Format format) {
    this.reader = reader;
    this.field = field;
    this.format = format;
  }

  /**
   * The ids of documents, in the order given.
   *
   * @throws IncompatibleIndexException if one has none
   */
  @Override
  public List<String> of(int[] documents) throws IOException {
    if (field == null) {
      return Arrays.stream(documents).mapToObj(Integer::toString).toList();
    }
    return of(documents, field);
  }

  private List<String> of(int[] documents, String field) throws IOException {
    InIndexOrder order = InIndexOrder.of(documents);
    String[] ids = new String[documents.length];
    for (InIndexOrder.Group group : order.groups(reader, Integer.MAX_VALUE)) {
      Values values = Values.of(group.leaf().reader(), field);
      for (int i = group.from(); i < group.to(); i++) {
        int document = order.documents()[i];
        BytesRef value = values.of(document - group.leaf().docBase);
        String id = value == null ? stored(document, field) : format.ofDocValue(value);
        if (id == null) {
          throw new IncompatibleIndexException(
              "every document must have an id in field \"" + field + "\", stored or as doc value");
        }
        ids[order.places()[i]] = id;
      }
    }
    return Arrays.asList(ids);
  }

  private @Nullable String stored(int document, String field) throws IOException {
    IndexableField stored = reader.storedFields().document(document, Set.of(field)).getField(field);
    return stored == null ? null : format.ofStored(stored);
  }

  /** Doc values of a segment, of whichever kind there are. */
  private record Values(@Nullable BinaryDocValues binary, @Nullable SortedDocValues sorted) {

    static Values of(LeafReader reader, String field) throws IOException {
      BinaryDocValues binary = reader.getBinaryDocValues(field);
      return new Values(binary, binary == null ? reader.getSortedDocValues(field) : null);
    }

    @Nullable BytesRef of(int document) throws IOException {
      if (binary != null) {
        return binary.advanceExact(document) ? binary.binaryValue() : null;
      }
      return sorted != null && sorted.advanceExact(document)
          ? sorted.lookupOrd(sorted.ordValue())
          : null;
    }
  }
}
