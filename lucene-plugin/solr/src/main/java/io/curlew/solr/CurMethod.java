package io.curlew.solr;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.FixedAnchorSearch;
import io.curlew.cur.LatentSearch;
import io.curlew.cur.RerankSearch;
import io.curlew.cur.SearchMethod;

/** The ways to spend a budget that {@code method} names. */
enum CurMethod {
  /** Rounds of calls and fits. */
  ADAPTIVE(new AdaptiveSearch()),
  /** No call: by the features and the learned latent query. */
  LATENT(new LatentSearch()),
  /** The best of the features, re-ranked. */
  RERANK(new RerankSearch()),
  /** Documents at random, one fit, and its best. */
  FIXED(new FixedAnchorSearch(42));

  private final SearchMethod search;

  CurMethod(SearchMethod search) {
    this.search = search;
  }

  SearchMethod search() {
    return search;
  }
}
