package io.curlew.cur.learn;

import io.curlew.cur.SearchSpace;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The anchor queries as an engine would answer them: the training queries of an index. */
public interface AnchorQueries {

  /**
   * The documents for an anchor query: its features and their rows. Its model is not called.
   *
   * @param anchor its place in the anchor set
   */
  SearchSpace space(int anchor) throws IOException;

  /** The dense vector of an anchor query, or null if the engine has none. */
  float @Nullable [] vector(int anchor) throws IOException;
}
