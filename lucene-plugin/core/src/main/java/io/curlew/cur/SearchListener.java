package io.curlew.cur;

import io.curlew.cur.model.ModelUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Hears of a search while it runs, on the thread that searches: a page that shows the rounds as
 * they happen, a log, a trace. What it costs is part of the search's time. An exception that it
 * throws ends the search: so a search nobody waits for any longer can be given up between two
 * batches.
 */
public interface SearchListener {

  /** Hears nothing. */
  SearchListener NONE = new SearchListener() {};

  /**
   * Ends a search with the error where the model cannot be asked: for measurements, which a ranking
   * of half of the calls would falsify.
   */
  SearchListener FAILING =
      new SearchListener() {
        @Override
        public void unavailable(ModelUnavailableException why) {
          throw why;
        }
      };

  /**
   * A batch of exact scores came.
   *
   * @param round counted from 0, as in {@link Hit#round()}
   * @param documents ordinals of the search's {@link SearchSpace}
   * @param predicted what was expected of each before the model was called, in the form that chose
   *     them; null for a batch that no fit chose, such as the first stage's best
   * @param exact the model's scores
   */
  default void scored(int round, int[] documents, float @Nullable [] predicted, float[] exact) {}

  /** The model could not be asked: the search ends with what is known. */
  default void unavailable(ModelUnavailableException why) {}

  /** The estimator was fitted to all exact scores known so far. */
  default void fitted(SearchResult.Round round) {}
}
