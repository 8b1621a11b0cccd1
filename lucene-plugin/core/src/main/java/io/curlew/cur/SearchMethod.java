package io.curlew.cur;

import java.io.IOException;

/**
 * A way to spend a budget of exact calls on one query. Every method keeps the same promises, held
 * by a shared test: never more calls than the budget, at most one call per document, hits sorted by
 * exact score where there is one and else by estimate, and what the request's profile adds; never
 * fewer than k where the space has as many and time allows; ties by first stage, then exact ones
 * first, then by id; the same ranking on every run.
 */
public interface SearchMethod {

  /**
   * Searches.
   *
   * @param space the documents, as the engine sees them for this query
   */
  SearchResult search(SearchSpace space, SearchRequest request) throws IOException;

  /** What a search will ask of its space before any score. */
  default Opening opening(SearchRequest request) {
    return Opening.NONE;
  }
}
