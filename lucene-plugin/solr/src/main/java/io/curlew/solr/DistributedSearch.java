package io.curlew.solr;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.AnchorSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.search.Query;
import org.apache.solr.cloud.CloudDescriptor;
import org.apache.solr.common.util.NamedList;
import org.apache.solr.handler.component.ResponseBuilder;

/**
 * A search over the shards of a request, on the node that was asked, before the shards get the
 * request itself. There is one budget, spent where it counts, and one ranking.
 */
final class DistributedSearch {

  private static final int KEPT = 512;

  private DistributedSearch() {}

  /**
   * Runs one, unless its result is remembered and no shard has changed; tells the trace.
   *
   * @param number of the search among those of the request
   * @return what the shards are to be given
   */
  static String run(ResponseBuilder rb, CurPlan plan, int number) throws IOException {
    CurSearch search = plan.search();
    AnchorSet anchors = CurSearch.type(rb.req.getSchema(), search.field()).anchors();
    CurSearch.model(rb.req.getCore(), anchors); // this node refuses what its shards would
    ShardedSearchSpace space = new ShardedSearchSpace(new ShardCalls(rb, number), plan, anchors);
    List<Query> filters = rb.getFilters() == null ? List.of() : List.copyOf(rb.getFilters());
    Key key = new Key(collection(rb), plan.key(rb.getQuery(), filters), space.views());
    Cache<Object, Kept> cache = kept(rb);
    Kept known = cache.getIfPresent(key);
    boolean cached = known != null;
    Kept kept = known == null ? search(search, space) : known;
    if (!cached && kept.result.complete()) {
      cache.put(key, kept);
    }
    NamedList<Object> trace =
        CurTrace.add(rb.req, search, new CurResult(kept.result, List.of()), cached);
    List<Long> calls = new ArrayList<>();
    Arrays.stream(space.calls()).forEach(calls::add);
    trace.add("shardCalls", calls);
    return kept.packed;
  }

  private static Kept search(CurSearch search, ShardedSearchSpace space) throws IOException {
    SearchResult result = search.run(space);
    int[] documents = result.hits().stream().mapToInt(hit -> hit.document()).toArray();
    return new Kept(result, Handout.pack(result, space.firstStageScores(documents)));
  }

  private static String collection(ResponseBuilder rb) {
    CloudDescriptor cloud = rb.req.getCore().getCoreDescriptor().getCloudDescriptor();
    return cloud == null ? rb.req.getCore().getName() : cloud.getCollectionName();
  }

  /** Results of this node, whichever of its cores is asked. */
  @SuppressWarnings("unchecked")
  private static Cache<Object, Kept> kept(ResponseBuilder rb) {
    String key = Kept.class.getName() + '@' + System.identityHashCode(Kept.class);
    return (Cache<Object, Kept>)
        rb.req
            .getCoreContainer()
            .getObjectCache()
            .computeIfAbsent(
                key, ignored -> Caffeine.newBuilder().maximumSize(KEPT).<Object, Kept>build());
  }

  private record Key(String collection, Object plan, List<String> views) {}

  private record Kept(SearchResult result, String packed) {}
}
