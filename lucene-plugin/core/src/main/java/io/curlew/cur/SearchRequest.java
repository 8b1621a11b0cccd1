package io.curlew.cur;

import io.curlew.cur.anchor.RankingProfile;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One query and what it may cost.
 *
 * @param query the query's text
 * @param k how many hits to return, at least 1
 * @param budget the largest number of exact (query, document) scores to spend, at least 1
 * @param timeout how long the search may take, or null. A round of calls that is not expected to
 *     end in time is not begun, and calls that do not end in time are given up: they go on by
 *     themselves, and {@link io.curlew.cur.model.BoundedModel} keeps them from piling up
 * @param minRecall stop before the budget is spent when so much of the exact top k is expected to
 *     be found, between 0 and 1; 1 spends the budget whole
 * @param profile what the ranking adds to the model's score
 * @param listener hears of the search while it runs
 */
public record SearchRequest(
    String query,
    int k,
    int budget,
    @Nullable Duration timeout,
    double minRecall,
    RankingProfile profile,
    SearchListener listener) {

  /** A request for the model's ranking that nobody listens to. */
  public SearchRequest(
      String query, int k, int budget, @Nullable Duration timeout, double minRecall) {
    this(query, k, budget, timeout, minRecall, RankingProfile.NONE, SearchListener.NONE);
  }

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
    if (!(minRecall > 0 && minRecall <= 1)) {
      throw new IllegalArgumentException("minRecall must be in (0, 1], got: " + minRecall);
    }
  }

  /** A request without a timeout that spends its budget. */
  public static SearchRequest of(String query, int k, int budget) {
    return new SearchRequest(query, k, budget, null, 1);
  }

  /** The same request with a timeout. */
  public SearchRequest withTimeout(Duration timeout) {
    return new SearchRequest(query, k, budget, timeout, minRecall, profile, listener);
  }

  /** The same request, satisfied with an expected recall. */
  public SearchRequest withMinRecall(double minRecall) {
    return new SearchRequest(query, k, budget, timeout, minRecall, profile, listener);
  }

  /** The same request for another ranking. */
  public SearchRequest withProfile(RankingProfile profile) {
    return new SearchRequest(query, k, budget, timeout, minRecall, profile, listener);
  }

  /** The same request for other depth. */
  public SearchRequest withK(int k) {
    return new SearchRequest(query, k, budget, timeout, minRecall, profile, listener);
  }

  /** The same request, heard of by a listener. */
  public SearchRequest withListener(SearchListener listener) {
    return new SearchRequest(query, k, budget, timeout, minRecall, profile, listener);
  }
}
