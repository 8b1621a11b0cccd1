package io.curlew.opensearch;

import io.curlew.cur.SearchResult;
import io.curlew.cur.shards.ShardedSearchSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.search.SearchHit;

/**
 * What the searches of one request did. It goes along with the request as a transient of its thread
 * context, from the filter that begins it to the one that answers.
 */
final class CurTraces {

  static final String TRANSIENT = "curlew.traces";

  private final List<Trace> traces = new ArrayList<>();

  /** What a search did. */
  private record Trace(CurFound found, Map<String, Object> map, boolean complete) {}

  /** Tells the request of a thread what a search did; one that does not want to know is left. */
  static void add(
      ThreadContext context,
      CurFound found,
      SearchResult result,
      boolean learnedLatent,
      ShardedSearchSpace space,
      boolean cached) {
    CurTraces traces = context.getTransient(TRANSIENT);
    if (traces != null) {
      traces.add(found, result, learnedLatent, space, cached);
    }
  }

  private synchronized void add(
      CurFound found,
      SearchResult result,
      boolean learnedLatent,
      ShardedSearchSpace space,
      boolean cached) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("search", found.search().name());
    map.put("budget", found.search().budget());
    map.put("calls", cached ? 0 : result.calls());
    map.put("cached", cached);
    map.put("learned_latent", learnedLatent);
    map.put("stop", name(result.stop()));
    map.put("expected_recall", expectedRecall(result));
    map.put("model_millis", cached ? 0 : result.modelNanos() / 1e6);
    map.put("millis", cached ? 0 : result.totalNanos() / 1e6);
    List<Map<String, Object>> rounds = new ArrayList<>();
    for (SearchResult.Round round : result.rounds()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("calls", round.calls());
      one.put("form", name(round.form()));
      one.put("lambda", finite(round.lambda()));
      one.put("loo_error", finite(round.looError()));
      one.put("effective_rank", finite(round.effectiveRank()));
      rounds.add(one);
    }
    map.put("rounds", rounds);
    map.put("shard_calls", Arrays.stream(space.calls()).boxed().toList());
    map.put("shard_requests", Arrays.stream(space.messages()).boxed().toList());
    traces.add(new Trace(found, map, result.complete()));
  }

  synchronized boolean isEmpty() {
    return traces.isEmpty();
  }

  /** Whether no search was cut short. */
  synchronized boolean complete() {
    return traces.stream().allMatch(Trace::complete);
  }

  /** What to show, with the hits on a page. */
  synchronized CurTrace shown(SearchHit[] page) {
    List<Map<String, Object>> shown = new ArrayList<>();
    for (Trace trace : traces) {
      Map<String, CurFound.Found> byId = new LinkedHashMap<>();
      trace.found.hits().forEach(hit -> byId.put(hit.id(), hit));
      Map<String, Object> hits = new LinkedHashMap<>();
      for (SearchHit hit : page) {
        String index = hit.getIndex() == null ? "" : hit.getIndex();
        DocumentNames names = new DocumentNames(index, trace.found.qualified());
        CurFound.Found found = byId.get(names.name(hit.getId()));
        if (found != null) {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("score", found.score());
          one.put("exact", found.exact());
          one.put("round", found.round());
          hits.put(found.id(), one);
        }
      }
      Map<String, Object> map = new LinkedHashMap<>(trace.map);
      map.put("hits", hits);
      shown.add(map);
    }
    return new CurTrace(shown);
  }

  /** 1 where all was scored. */
  private static @Nullable Double expectedRecall(SearchResult result) {
    return finite(result.rounds().isEmpty() && result.complete() ? 1 : result.expectedRecall());
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** JSON has no NaN. */
  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
