package io.curlew.lucene;

import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/** A cheap ranking of the whole index, where the interaction model cannot be called. */
public interface FirstStage {

  /**
   * Scores all documents for a query, higher is better.
   *
   * @param accepted the documents to score, of the whole index
   * @param scores to be filled: one entry per document of the whole index; NaN where the document
   *     is not accepted or does not match
   */
  void score(IndexSearcher searcher, String query, Bits accepted, float[] scores)
      throws IOException;

  /** Ranks the documents that this first stage does not match, or null to leave them out. */
  default @Nullable FirstStage fallback() {
    return null;
  }
}
