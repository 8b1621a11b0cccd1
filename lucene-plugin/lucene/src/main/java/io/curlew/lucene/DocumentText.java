package io.curlew.lucene;

import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.lucene.rows.StoredText;
import io.curlew.lucene.rows.StoredTexts;
import java.io.IOException;
import java.util.List;
import java.util.Set;
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
    StoredText texts = new StoredText(List.of(fields));
    return (searcher, documents) ->
        StoredTexts.of(
            searcher,
            documents,
            Set.of(fields),
            stored -> {
              String text = texts.of(stored);
              if (text == null) {
                throw new IncompatibleIndexException(
                    "every document must have a stored field \""
                        + String.join("\" or \"", fields)
                        + '"');
              }
              return text;
            });
  }
}
