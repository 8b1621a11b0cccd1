package io.curlew.solr;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.shards.ShardedSearchSpace;
import java.io.IOException;
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
    List<Query> filters = rb.getFilters() == null ? List.of() : List.copyOf(rb.getFilters());
    Key key = new Key(collection(rb), plan.key(rb.getQuery(), filters));
    Cache<Object, Kept> cache = kept(rb);
    Kept known = cache.getIfPresent(key);
    ShardedSearchSpace space =
        space(new SolrShards(rb, number), plan, anchors, known == null ? List.of() : known.views);
    boolean cached = known != null && space.unchanged();
    Kept kept = known == null || !cached ? search(search, space) : known;
    if (!cached && kept.result.complete() && space.isWhole()) {
      cache.put(key, kept);
    }
    NamedList<Object> trace =
        CurTrace.add(rb.req, search, new CurResult(kept.result, List.of()), cached);
    trace.add(CurTrace.SHARD_CALLS, Arrays.stream(space.calls()).boxed().toList());
    trace.add(CurTrace.SHARD_REQUESTS, Arrays.stream(space.messages()).boxed().toList());
    return kept.packed;
  }

  private static ShardedSearchSpace space(
      SolrShards shards, CurPlan plan, AnchorSet anchors, List<String> views) throws IOException {
    CurSearch search = plan.search();
    List<ShardedSearchSpace.Feature> features =
        List.of(new ShardedSearchSpace.Feature(CurPlan.Pool.FIRST_STAGE, false));
    return plan.reranks()
        ? ShardedSearchSpace.ofBest(search.depth(), shards, anchors, features, views)
        : new ShardedSearchSpace(shards, anchors, features, search.opening(), views);
  }

  private static Kept search(CurSearch search, ShardedSearchSpace space) throws IOException {
    SearchResult result = search.run(space);
    int[] documents = result.hits().stream().mapToInt(hit -> hit.document()).toArray();
    float[] firstStage = space.rows(documents).features()[0];
    for (int i = 0; i < firstStage.length; i++) {
      firstStage[i] = Float.isNaN(firstStage[i]) ? 0 : firstStage[i];
    }
    return new Kept(result, Handout.pack(result, firstStage), space.views());
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

  private record Key(String collection, Object plan) {}

  private record Kept(SearchResult result, String packed, List<String> views) {}
}
