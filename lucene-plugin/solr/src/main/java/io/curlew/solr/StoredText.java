package io.curlew.solr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;
import org.apache.solr.common.SolrInputDocument;

/** The text of a document as the model reads it: the values of some fields, joined by a space. */
final class StoredText {

  private static final int PART = 16; // texts read one after the other; others are read beside them

  private final IndexSearcher searcher;
  private final List<String> fields;

  StoredText(IndexSearcher searcher, List<String> fields) {
    this.searcher = searcher;
    this.fields = fields;
  }

  /** The text of a document that is about to be added; blank if it has none. */
  static String of(SolrInputDocument document, List<String> fields) {
    List<String> values = new ArrayList<>();
    for (String field : fields) {
      Collection<Object> added = document.getFieldValues(field);
      if (added != null) {
        added.forEach(value -> values.add(String.valueOf(value)));
      }
    }
    return join(values);
  }

  private static String join(List<String> values) {
    return values.stream()
        .map(String::strip)
        .filter(v -> !v.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /** The texts of documents of the searcher, in the order given. */
  List<String> of(int[] documents) throws IOException {
    String[] texts = new String[documents.length];
    Set<String> wanted = new HashSet<>(fields);
    List<Callable<Boolean>> parts = new ArrayList<>();
    for (int from = 0; from < texts.length; from += PART) {
      int first = from;
      int end = Math.min(texts.length, from + PART);
      parts.add(
          () -> {
            StoredFields stored = searcher.storedFields();
            for (int i = first; i < end; i++) {
              texts[i] = text(stored.document(documents[i], wanted));
            }
            return true;
          });
    }
    searcher.getTaskExecutor().invokeAll(parts);
    return Arrays.asList(texts);
  }

  private String text(Document document) {
    List<String> values = new ArrayList<>();
    for (String field : fields) {
      values.addAll(Arrays.asList(document.getValues(field)));
    }
    return join(values);
  }
}
