package io.curlew.attention.training;

import java.util.List;

/**
 * A query and documents of which the first is the right one.
 *
 * @param query its text
 * @param documents texts, the judged one first; at least 2
 */
public record RankingExample(String query, List<String> documents) {
  /** Checks that there is something to tell apart. */
  public RankingExample {
    documents = List.copyOf(documents);
    if (documents.size() < 2) {
      throw new IllegalArgumentException(
          "documents of a ranking example must be at least 2, got: " + documents.size());
    }
  }
}
