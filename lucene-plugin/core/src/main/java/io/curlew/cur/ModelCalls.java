package io.curlew.cur;

import java.io.IOException;

/** The exact scores of an index's documents for one query. Used by the search's thread. */
@FunctionalInterface
public interface ModelCalls {

  /**
   * Prepares the scores of documents, as {@link SearchSpace#score} does: what has to be read of the
   * index is read now.
   */
  ModelCall of(int[] documents) throws IOException;
}
