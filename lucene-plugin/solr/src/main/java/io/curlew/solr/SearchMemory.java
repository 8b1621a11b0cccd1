package io.curlew.solr;

import java.io.IOException;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.common.params.ShardParams;
import org.apache.solr.common.params.SolrParams;
import org.apache.solr.handler.component.ShardRequest;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.request.SolrRequestInfo;
import org.apache.solr.search.SolrCache;
import org.apache.solr.search.SolrIndexSearcher;
import org.jspecify.annotations.Nullable;

/**
 * The results of searches on one view of the index, in the searcher's user cache {@value #CACHE},
 * if that is configured: so that the next page costs no model call, and the later phases of a
 * distributed request (stored fields with {@code debug}, facet refinement), which Solr sends to the
 * same replicas, find what the first one found. What a deadline cut short is kept for those alone.
 */
final class SearchMemory {

  /** The name of the cache. */
  static final String CACHE = "curlew";

  private SearchMemory() {}

  /** Runs a search. */
  @FunctionalInterface
  interface Run {
    CurResult run() throws IOException;
  }

  private enum Phase {
    /** The documents are being looked for. */
    SEARCH,
    /** They were found, and are asked for by id. */
    FETCH,
    /** More is asked about all that were found. */
    REFINE
  }

  /**
   * The result of a search, which is run if need be; the trace of the request is told.
   *
   * @return null if documents are only fetched and the result is not known here
   * @throws SolrException with status 409 if a later phase needs the result and it is not known:
   *     another search would exceed the budget
   */
  static @Nullable CurResult get(SolrIndexSearcher searcher, Object key, CurSearch asked, Run run)
      throws IOException {
    SolrCache<Object, CurResult> cache = cache(searcher);
    Phase phase = phase();
    CurResult known = cache == null ? null : cache.get(key);
    if (known != null && (known.search().complete() || phase != Phase.SEARCH)) {
      CurTrace.add(asked, known, true);
      return known;
    }
    switch (phase) {
      case FETCH -> {
        return null;
      }
      case REFINE ->
          throw new SolrException(
              ErrorCode.CONFLICT,
              "result of the first phase must be kept for facets and the like:"
                  + " solrconfig.xml must have a large enough cache named \""
                  + CACHE
                  + '"');
      case SEARCH -> {}
    }
    CurResult result = run.run();
    if (cache != null) {
      cache.put(key, result);
    }
    CurTrace.add(asked, result, false);
    return result;
  }

  /** The result of a search if it is known. */
  static @Nullable CurResult find(SolrIndexSearcher searcher, Object key) {
    SolrCache<Object, CurResult> cache = cache(searcher);
    return cache == null ? null : cache.get(key);
  }

  @SuppressWarnings("unchecked")
  private static @Nullable SolrCache<Object, CurResult> cache(SolrIndexSearcher searcher) {
    return searcher.getCache(CACHE);
  }

  private static Phase phase() {
    SolrRequestInfo info = SolrRequestInfo.getRequestInfo();
    SolrQueryRequest request = info == null ? null : info.getReq();
    if (request == null) {
      return Phase.SEARCH;
    }
    SolrParams params = request.getParams();
    if (params.get(ShardParams.IDS) != null) {
      return Phase.FETCH;
    }
    int first = ShardRequest.PURPOSE_GET_TOP_IDS | ShardRequest.PURPOSE_GET_TOP_GROUPS;
    int purpose = params.getInt(ShardParams.SHARDS_PURPOSE, first);
    return (purpose & first) != 0 ? Phase.SEARCH : Phase.REFINE;
  }
}
