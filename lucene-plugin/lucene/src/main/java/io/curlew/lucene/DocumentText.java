package io.curlew.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
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
      int part = 16; // texts that are read one after the other; others are read beside them
      String[] texts = new String[documents.length];
      List<Callable<Boolean>> parts = new ArrayList<>();
      for (int from = 0; from < texts.length; from += part) {
        int first = from;
        int end = Math.min(texts.length, from + part);
        parts.add(
            () -> {
              StoredFields stored = searcher.storedFields();
              for (int i = first; i < end; i++) {
                texts[i] = stored.document(documents[i], Set.of(field)).get(field);
                if (texts[i] == null) {
                  throw new IncompatibleIndexException(
                      "every document must have a stored field \"" + field + '"');
                }
              }
              return true;
            });
      }
      searcher.getTaskExecutor().invokeAll(parts);
      return List.of(texts);
    };
  }
}
