package io.curlew.solr;

import io.curlew.cur.Hit;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchResult.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.solr.common.util.NamedList;
import org.apache.solr.common.util.SimpleOrderedMap;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.request.SolrRequestInfo;
import org.jspecify.annotations.Nullable;

/**
 * What the searches of a request did: kept in the context of the request, and part of its response
 * from the start, since Solr skips components when the time is over. One entry for every search:
 *
 * <pre>{@code
 * {"search": field:text, "budget": n, "calls": n, "cached": false, "stop": "budget",
 *  "deadlineHit": false, "expectedRecall": x, "documents": n, "modelMillis": x, "millis": x,
 *  "rounds": [{"calls": n, "form": "kernel", "lambda": x, "looError": x, "effectiveRank": x}],
 *  "shardCalls": [n, n], "hits": {id: {"score": x, "exact": true, "round": n}}}
 * }</pre>
 */
final class CurTrace {

  private static final String CONTEXT = "curlew.trace";
  static final String SEARCH = "search";
  static final String BUDGET = "budget";
  static final String CALLS = "calls";
  static final String CACHED = "cached";
  static final String STOP = "stop";
  static final String DEADLINE_HIT = "deadlineHit";
  static final String EXPECTED_RECALL = "expectedRecall";
  static final String MODEL_MILLIS = "modelMillis";
  static final String MILLIS = "millis";
  static final String SHARD_CALLS = "shardCalls";
  static final String SHARD_REQUESTS = "shardRequests";
  static final String HITS = "hits";

  private final List<Entry> entries = new ArrayList<>();
  private final List<NamedList<Object>> response = new ArrayList<>();

  private CurTrace() {}

  /** One search and its entry. */
  record Entry(CurResult result, NamedList<Object> map) {}

  /** The trace of a request. */
  static CurTrace of(SolrQueryRequest request) {
    return (CurTrace) request.getContext().computeIfAbsent(CONTEXT, key -> new CurTrace());
  }

  List<Entry> entries() {
    return entries;
  }

  /** What goes into the response: searches that end later are added to it. */
  List<NamedList<Object>> response() {
    return response;
  }

  /** Tells a request what a search did. */
  static NamedList<Object> add(
      SolrQueryRequest request, CurSearch search, CurResult result, boolean cached) {
    CurTrace trace = of(request);
    NamedList<Object> map = map(search, result, cached);
    trace.entries.add(new Entry(result, map));
    trace.response.add(map);
    SolrRequestInfo info = SolrRequestInfo.getRequestInfo();
    if (!result.search().complete() && info != null && info.getRsp() != null) {
      info.getRsp().setPartialResults(request);
      info.getRsp()
          .addPartialResponseDetail(
              "time for model calls was over after "
                  + result.search().calls()
                  + " of "
                  + search.budget());
    }
    return map;
  }

  private static NamedList<Object> map(CurSearch search, CurResult result, boolean cached) {
    SearchResult found = result.search();
    NamedList<Object> map = new SimpleOrderedMap<>();
    map.add(SEARCH, search.name());
    map.add(BUDGET, search.budget());
    map.add(CALLS, cached ? 0 : found.calls());
    map.add(CACHED, cached);
    map.add(STOP, name(found.stop()));
    map.add(DEADLINE_HIT, found.stop() == Stop.TIMEOUT);
    map.add(EXPECTED_RECALL, finite(result.expectedRecall()));
    map.add(MODEL_MILLIS, cached ? 0 : found.modelNanos() / 1e6);
    map.add(MILLIS, cached ? 0 : found.totalNanos() / 1e6);
    List<NamedList<Object>> rounds = new ArrayList<>();
    for (SearchResult.Round round : found.rounds()) {
      NamedList<Object> one = new SimpleOrderedMap<>();
      one.add(CALLS, round.calls());
      one.add("form", name(round.form()));
      one.add("lambda", finite(round.lambda()));
      one.add("looError", finite(round.looError()));
      one.add("effectiveRank", finite(round.effectiveRank()));
      rounds.add(one);
    }
    map.add("rounds", rounds);
    return map;
  }

  /** The raw score of a hit and where it comes from. */
  static NamedList<Object> hit(Hit hit) {
    NamedList<Object> map = new SimpleOrderedMap<>();
    map.add("score", hit.score());
    map.add("exact", hit.exact());
    map.add("round", hit.round());
    return map;
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** JSON has no NaN. */
  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
