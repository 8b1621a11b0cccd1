package io.curlew.lucene.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.jspecify.annotations.Nullable;

/**
 * The text of a document in stored fields: all their values, in the order of the fields, with a
 * blank between them.
 *
 * @param fields at least one, none twice
 */
public record JoinedText(List<String> fields) {

  /** Checks the fields. */
  public JoinedText {
    fields = List.copyOf(fields);
    if (fields.isEmpty() || Set.copyOf(fields).size() < fields.size()) {
      throw new IllegalArgumentException(
          "text fields must be at least one, and none twice, got: " + fields);
    }
  }

  /** The text, or null if the document has none of the fields. */
  public @Nullable String of(Document stored) {
    List<String> values = new ArrayList<>();
    for (String field : fields) {
      values.addAll(List.of(stored.getValues(field)));
    }
    return values.isEmpty() ? null : String.join(" ", values);
  }
}
