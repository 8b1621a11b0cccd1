package io.curlew.lucene;

import io.curlew.cur.anchor.IncompatibleIndexException;
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

  /** Texts from a stored field. */
  static DocumentText stored(String field) {
    return (searcher, documents) ->
        StoredTexts.of(
            searcher,
            documents,
            Set.of(field),
            stored -> {
              String text = stored.get(field);
              if (text == null) {
                throw new IncompatibleIndexException(
                    "every document must have a stored field \"" + field + '"');
              }
              return text;
            });
  }
}
