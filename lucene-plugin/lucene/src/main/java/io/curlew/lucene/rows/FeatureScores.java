package io.curlew.lucene.rows;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What one feature says of the documents of a view for one query: a list of the best, and a score
 * for any. Used by one thread.
 */
public interface FeatureScores {

  /**
   * The best accepted documents, best first, ties by external id: n of them, or all that match. No
   * memory or time by the number of documents of the index is needed beyond what the engine itself
   * takes.
   */
  int[] list(int n) throws IOException;

  /**
   * The scores of documents, in their order; NaN where one does not match.
   *
   * @throws IOException if a score is positive infinity, which ranks nothing
   */
  float[] of(int[] documents) throws IOException;

  /** The query's dense vector, where this feature compares vectors; else null. */
  default float @Nullable [] vector() throws IOException {
    return null;
  }
}
