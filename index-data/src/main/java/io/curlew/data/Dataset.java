package io.curlew.data;

import io.curlew.data.eval.Judgements;
import io.curlew.data.file.MalformedDataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A collection to index and, if it has judged queries, to evaluate on. Immutable. */
public interface Dataset {
  /** A short name for reports. */
  String name();

  /**
   * Opens a pass over all documents, at least one, each id once. May be called again for another
   * pass; the order is the same.
   */
  DocumentReader openDocuments() throws IOException;

  /** All documents in memory. */
  default List<Document> documents() throws IOException {
    List<Document> documents = new ArrayList<>();
    try (DocumentReader reader = openDocuments()) {
      for (@Nullable Document next = reader.next(); next != null; next = reader.next()) {
        documents.add(next);
      }
    }
    return Collections.unmodifiableList(documents);
  }

  /**
   * Texts that may serve as anchor queries, distinct and in stable order: queries without test
   * judgements, less those that say the same as a test query but for case and white space. Empty if
   * there are none.
   */
  List<String> anchorQueryCandidates();

  /**
   * Judged queries that may be trained on: none is one of {@link #testQueries}, nor has the text of
   * one but for case and white space; or none.
   */
  default List<TextQuery> trainQueries() throws IOException {
    return List.of();
  }

  /** The judgements of the training queries. */
  default Judgements trainJudgements() throws IOException {
    return Judgements.of(Map.of());
  }

  /**
   * The judged queries that have a text, in stable order.
   *
   * @throws MalformedDataException naming the file, if the data set has no queries or no judgements
   */
  List<TextQuery> testQueries() throws IOException;

  /**
   * The judgements of the test queries.
   *
   * @throws MalformedDataException naming the file, if the data set has none
   */
  Judgements judgements() throws IOException;
}
