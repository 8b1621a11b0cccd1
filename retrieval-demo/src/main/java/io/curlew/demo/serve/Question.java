package io.curlew.demo.serve;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.FixedAnchorSearch;
import io.curlew.cur.LatentSearch;
import io.curlew.cur.RerankSearch;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.anchor.RankingProfile;
import java.util.List;

/**
 * One search that a client asks for. The same question on the same index has the same answer.
 *
 * @param query its text
 * @param method one of {@link #METHODS}
 * @param firstStage one of {@link #FIRST_STAGES}
 * @param profile one of {@link #PROFILES}: what the ranking is by
 * @param budget exact calls
 * @param k hits
 */
record Question(String query, String method, String firstStage, String profile, int budget, int k) {

  static final List<String> METHODS = List.of("adaptive", "latent", "fixed", "rerank");
  static final List<String> FIRST_STAGES = List.of("hybrid", "dense", "bm25");
  static final List<String> PROFILES = List.of("none", "learned");
  static final int DEFAULT_BUDGET = 200;
  static final int DEFAULT_K = 10;

  private static final long SEED = 42;

  /** Reads and checks a request's body, whose fields have defaults but for the query. */
  static Question of(RequestBody body, Limits limits) {
    return new Question(
        body.query(limits.queryLength()),
        body.oneOf("method", METHODS),
        body.oneOf("firstStage", FIRST_STAGES),
        body.oneOf("profile", PROFILES),
        body.number("budget", 1, limits.budget(), DEFAULT_BUDGET),
        body.number("k", 1, limits.k(), DEFAULT_K));
  }

  SearchMethod searchMethod() {
    return switch (method) {
      case "adaptive" -> new AdaptiveSearch();
      case "latent" -> new LatentSearch();
      case "fixed" -> new FixedAnchorSearch(SEED);
      case "rerank" -> new RerankSearch();
      default -> throw new IllegalStateException("method must have been checked, got: " + method);
    };
  }

  /**
   * The search to make.
   *
   * @param learned the profile of the index
   */
  SearchRequest request(Limits limits, RankingProfile learned) {
    return SearchRequest.of(query, k, budget)
        .withTimeout(limits.timeout())
        .withProfile(profile.equals("none") ? RankingProfile.NONE : learned);
  }
}
