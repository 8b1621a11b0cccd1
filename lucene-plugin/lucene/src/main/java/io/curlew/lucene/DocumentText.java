package io.curlew.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;

/** Where the texts come from that the interaction model reads. */
@FunctionalInterface
public interface DocumentText {

  /** The texts of documents of a searcher, in the order given. */
  List<String> of(IndexSearcher searcher, int[] documents) throws IOException;

  /** Texts from a stored field. */
  static DocumentText stored(String field) {
    return (searcher, documents) -> {
      StoredFields stored = searcher.storedFields();
      List<String> texts = new ArrayList<>(documents.length);
      for (int document : documents) {
        String text = stored.document(document, Set.of(field)).get(field);
        if (text == null) {
          throw new IncompatibleIndexException(
              "every document must have a stored field \"" + field + '"');
        }
        texts.add(text);
      }
      return texts;
    };
  }
}
