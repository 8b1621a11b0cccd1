package io.curlew.solr;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.solr.common.util.NamedList;
import org.apache.solr.common.util.SimpleOrderedMap;
import org.apache.solr.handler.component.ShardDoc;
import org.apache.solr.handler.component.ShardResponse;
import org.jspecify.annotations.Nullable;

/**
 * The traces of shards as one: calls add up, the deadline was hit if it was anywhere, the expected
 * recall is the lowest, times are the longest. What each shard said stands below {@code shards}.
 */
final class MergedTrace {

  private final Map<String, Merged> bySearch = new LinkedHashMap<>();

  MergedTrace(List<CurSearch> searches) {
    for (CurSearch search : searches) {
      bySearch.putIfAbsent(search.name(), new Merged(search));
    }
  }

  /** Takes in what a shard said, if it answered. */
  void add(ShardResponse response) {
    NamedList<Object> body =
        response.getException() != null || response.getSolrResponse() == null
            ? null
            : response.getSolrResponse().getResponse();
    if (body == null || !(body.get(CurComponent.NAME) instanceof List<?> entries)) {
      return;
    }
    for (Object entry : entries) {
      if (entry instanceof NamedList<?> map) {
        Merged merged = bySearch.get(String.valueOf(map.get(CurTrace.SEARCH)));
        if (merged != null) {
          merged.add(String.valueOf(response.getShardAddress()), map);
        }
      }
    }
  }

  /**
   * The trace of the whole request.
   *
   * @param page the documents on the page, by id
   */
  List<NamedList<Object>> response(Map<Object, ShardDoc> page) {
    List<NamedList<Object>> response = new ArrayList<>();
    bySearch.values().forEach(merged -> response.add(merged.map(page)));
    return response;
  }

  private static final class Merged {
    private final CurSearch search;
    private final NamedList<Object> shards = new SimpleOrderedMap<>();
    private final Map<String, Object> hits = new LinkedHashMap<>();
    private long calls;
    private boolean cached = true;
    private boolean deadlineHit;
    private boolean recallReached = true;
    private @Nullable Double expectedRecall;
    private double modelMillis;
    private double millis;

    Merged(CurSearch search) {
      this.search = search;
    }

    void add(String address, NamedList<?> entry) {
      calls += number(entry, CurTrace.CALLS);
      cached &= Boolean.TRUE.equals(entry.get(CurTrace.CACHED));
      deadlineHit |= Boolean.TRUE.equals(entry.get(CurTrace.DEADLINE_HIT));
      recallReached &= "recall".equals(entry.get(CurTrace.STOP));
      if (entry.get(CurTrace.EXPECTED_RECALL) instanceof Number recall) {
        double value = recall.doubleValue();
        expectedRecall = expectedRecall == null ? value : Math.min(expectedRecall, value);
      }
      modelMillis = Math.max(modelMillis, number(entry, CurTrace.MODEL_MILLIS));
      millis = Math.max(millis, number(entry, CurTrace.MILLIS));
      NamedList<Object> rest = new SimpleOrderedMap<>();
      entry.forEach(
          (name, value) -> {
            if (name.equals(CurTrace.HITS) && value instanceof NamedList<?> some) {
              some.forEach(hits::put);
            } else {
              rest.add(name, value);
            }
          });
      shards.add(address, rest);
    }

    private static double number(NamedList<?> entry, String name) {
      return entry.get(name) instanceof Number number ? number.doubleValue() : 0;
    }

    NamedList<Object> map(Map<Object, ShardDoc> page) {
      NamedList<Object> map = new SimpleOrderedMap<>();
      map.add(CurTrace.SEARCH, search.name());
      map.add(CurTrace.BUDGET, search.budget());
      map.add(CurTrace.CALLS, calls);
      map.add(CurTrace.CACHED, cached);
      map.add(CurTrace.STOP, deadlineHit ? "timeout" : recallReached ? "recall" : "budget");
      map.add(CurTrace.DEADLINE_HIT, deadlineHit);
      map.add(CurTrace.EXPECTED_RECALL, expectedRecall);
      map.add(CurTrace.MODEL_MILLIS, modelMillis);
      map.add(CurTrace.MILLIS, millis);
      NamedList<Object> onPage = new SimpleOrderedMap<>();
      page.values().stream()
          .sorted((a, b) -> Integer.compare(a.positionInResponse, b.positionInResponse))
          .map(document -> document.id.toString())
          .filter(hits::containsKey)
          .forEach(id -> onPage.add(id, hits.get(id)));
      map.add(CurTrace.HITS, onPage);
      map.add("shards", shards);
      return map;
    }
  }
}
