package io.curlew.solr;

import java.io.IOException;
import org.apache.solr.common.params.ShardParams;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.request.SolrRequestInfo;
import org.apache.solr.search.SolrCache;
import org.apache.solr.search.SolrIndexSearcher;
import org.jspecify.annotations.Nullable;

/**
 * Where a query gets its result from. On a shard from the request, which was given it. Else it runs
 * the search, and keeps the result in the searcher's user cache {@value #CACHE}, if that is
 * configured: so the next page, and an explanation, cost no model call. What a deadline cut short
 * is not used for another request.
 */
final class SearchMemory {

  /** The name of the cache. */
  static final String CACHE = "curlew";

  private static final String PREFIX = "curlew.result.";

  private SearchMemory() {}

  /** Runs a search. */
  @FunctionalInterface
  interface Run {
    CurResult run() throws IOException;
  }

  /** The result of a search, which is run if need be; the trace of the request is told. */
  static CurResult get(SolrIndexSearcher searcher, CurPlan plan, Object key, Run run)
      throws IOException {
    SolrQueryRequest request = request();
    CurResult own = request == null ? null : ofRequest(request, searcher, plan);
    if (own != null) {
      return own;
    }
    SolrCache<Object, Object> cache = cache(searcher);
    CurResult known = cache != null && cache.get(key) instanceof CurResult kept ? kept : null;
    CurResult result = known == null ? run.run() : known;
    if (cache != null && known == null && result.search().complete()) {
      cache.put(key, result);
    }
    if (request != null) {
      request.getContext().put(context(request, plan), result);
      CurTrace.add(request, plan.search(), result, known != null);
    }
    return result;
  }

  /** The result of a search if this request has it. */
  static @Nullable CurResult find(SolrIndexSearcher searcher, CurPlan plan) throws IOException {
    SolrQueryRequest request = request();
    return request == null ? null : ofRequest(request, searcher, plan);
  }

  private static @Nullable CurResult ofRequest(
      SolrQueryRequest request, SolrIndexSearcher searcher, CurPlan plan) throws IOException {
    String context = context(request, plan);
    if (request.getContext().get(context) instanceof CurResult known) {
      return known;
    }
    if (!request.getParams().getBool(ShardParams.IS_SHARD, false)) {
      return null;
    }
    CurResult given = CurPlans.handedOut(request, searcher, plan);
    request.getContext().put(context, given);
    return given;
  }

  private static String context(SolrQueryRequest request, CurPlan plan) {
    return PREFIX + CurPlans.number(request, plan);
  }

  private static @Nullable SolrQueryRequest request() {
    SolrRequestInfo info = SolrRequestInfo.getRequestInfo();
    return info == null ? null : info.getReq();
  }

  @SuppressWarnings("unchecked")
  static @Nullable SolrCache<Object, Object> cache(SolrIndexSearcher searcher) {
    return searcher.getCache(CACHE);
  }
}
