package io.curlew.lucene;

import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.IndexableField;
import org.jspecify.annotations.Nullable;

/**
 * A document of yours, and what the interaction model reads of it.
 *
 * @param fields of the document, which stay as they are: they are indexed some time later, so a
 *     field object is not to be used again
 * @param text what the model reads, or null for a document that gets no anchor row and is not found
 *     by it, such as the parent of a block
 */
public record AnchoredDocument(List<IndexableField> fields, @Nullable String text) {

  /** Copies the list of fields. */
  public AnchoredDocument {
    fields = List.copyOf(fields);
  }

  /** A document with a text. */
  public static AnchoredDocument of(
      Iterable<? extends IndexableField> document, @Nullable String text) {
    List<IndexableField> fields = new ArrayList<>();
    document.forEach(fields::add);
    return new AnchoredDocument(fields, text);
  }
}
