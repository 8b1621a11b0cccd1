package io.curlew.lucene;

import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.lucene.rows.JoinedText;
import io.curlew.lucene.rows.StoredTexts;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.search.IndexSearcher;

/** Where the texts come from that the interaction model reads. */
@FunctionalInterface
public interface DocumentText {

  /** The texts of documents of a searcher, in the order given. */
  List<String> of(IndexSearcher searcher, int[] documents) throws IOException;

  /**
   * Texts from stored fields: all their values, in the order of the fields, with a blank between
   * them.
   */
  static DocumentText stored(String... fields) {
    return new OfStoredFields(new JoinedText(List.of(fields)));
  }

  /**
   * Texts from stored fields; equal ones are of the same fields.
   *
   * @param text of one document
   */
  record OfStoredFields(JoinedText text) implements DocumentText {
    @Override
    public List<String> of(IndexSearcher searcher, int[] documents) throws IOException {
      return StoredTexts.of(searcher, documents, Set.copyOf(text.fields()), this::required);
    }

    private String required(Document stored) throws IncompatibleIndexException {
      String found = text.of(stored);
      if (found == null) {
        throw new IncompatibleIndexException(
            "every document must have a stored field \""
                + String.join("\" or \"", text.fields())
                + '"');
      }
      return found;
    }
  }
}
