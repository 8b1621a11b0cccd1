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
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Looks up external ids, and documents by them. Ids are in the doc values of the id field where it
 * has them, else stored. Without an id field the number of a document is its id, which holds for
 * one reader.
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

  /** Says which of the documents that have an id is meant. */
  @FunctionalInterface
  public interface Choice {
    /** Whether a live document of a segment is meant. */
    boolean of(LeafReaderContext leaf, int document) throws IOException;
  }

  /**
   * The documents of ids, in the order given; -1 where there is none. Looks each id up once in a
   * segment.
   *
   * @param field whose terms are the ids
   * @param ids as terms, null for one that no document has
   */
  public static int[] find(
      IndexReader reader, String field, List<@Nullable BytesRef> ids, Choice choice)
      throws IOException {
    int[] documents = new int[ids.size()];
    Arrays.fill(documents, -1);
    for (LeafReaderContext leaf : reader.leaves()) {
      Terms terms = leaf.reader().terms(field);
      if (terms == null) {
        continue;
      }
      TermsEnum find = terms.iterator();
      PostingsEnum postings = null;
      for (int i = 0; i < documents.length; i++) {
        BytesRef id = documents[i] < 0 ? ids.get(i) : null;
        if (id != null && find.seekExact(id)) {
          postings = find.postings(postings, PostingsEnum.NONE);
          int document = first(postings, leaf, choice);
          documents[i] = document < 0 ? -1 : leaf.docBase + document;
        }
      }
    }
    return documents;
  }

  private static int first(PostingsEnum postings, LeafReaderContext leaf, Choice choice)
      throws IOException {
    Bits live = leaf.reader().getLiveDocs();
    for (int document = postings.nextDoc();
        document != DocIdSetIterator.NO_MORE_DOCS;
        document = postings.nextDoc()) {
      if ((live == null || live.get(document)) && choice.of(leaf, document)) {
        return document;
      }
    }
    return -1;
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
