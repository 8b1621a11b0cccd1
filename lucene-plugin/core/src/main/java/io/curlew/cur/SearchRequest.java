package io.curlew.cur;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One query and what it may cost.
 *
 * @param query the query's text
 * @param k how many hits to return, at least 1
 * @param budget the largest number of exact (query, document) scores to spend, at least 1
 * @param timeout how long the search may take, or null; it is looked at between calls of the model,
 *     and a round of calls that is not expected to end in time is not begun
 */
public record SearchRequest(String query, int k, int budget, @Nullable Duration timeout) {

  /** Checks the request. */
  public SearchRequest {
    if (query.isBlank()) {
      throw new IllegalArgumentException("query must not be blank, got: \"" + query + '"');
    }
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got: " + k);
    }
    if (budget < 1) {
      throw new IllegalArgumentException("budget must be at least 1, got: " + budget);
    }
    if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
      throw new IllegalArgumentException("timeout must be positive, got: " + timeout);
    }
  }

  /** A request without a timeout. */
  public static SearchRequest of(String query, int k, int budget) {
    return new SearchRequest(query, k, budget, null);
  }

  /** The same request with a timeout. */
  public SearchRequest withTimeout(Duration timeout) {
    return new SearchRequest(query, k, budget, timeout);
  }
}
