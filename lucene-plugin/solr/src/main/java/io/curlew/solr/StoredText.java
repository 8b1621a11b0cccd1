package io.curlew.solr;

import io.curlew.lucene.rows.StoredTexts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.document.Document;
import org.apache.lucene.search.IndexSearcher;
import org.apache.solr.common.SolrInputDocument;

/** The text of a document as the model reads it: the values of some fields, joined by a space. */
final class StoredText {

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
    return StoredTexts.of(searcher, documents, Set.copyOf(fields), this::text);
  }

  private String text(Document document) {
    List<String> values = new ArrayList<>();
    for (String field : fields) {
      values.addAll(Arrays.asList(document.getValues(field)));
    }
    return join(values);
  }
}
