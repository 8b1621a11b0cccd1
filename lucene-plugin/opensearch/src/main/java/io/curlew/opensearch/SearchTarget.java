package io.curlew.opensearch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.block.ClusterBlockLevel;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.routing.OperationRouting;
import org.opensearch.cluster.routing.ShardIterator;
import org.opensearch.cluster.routing.ShardRouting;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.index.Index;
import org.opensearch.indices.IndicesService;
import org.opensearch.search.internal.AliasFilter;
import org.opensearch.transport.RemoteClusterAware;

/**
 * Where a request searches, and how it wants to be served.
 *
 * @param field that all indices have
 * @param qualified whether there are several indices
 * @param timeout what the search may take, or null
 * @param partial whether a shard may be lost, null if the request does not say
 */
record SearchTarget(
    AnchorRowField field,
    boolean qualified,
    List<TransportShards.Copies> shards,
    @Nullable Duration timeout,
    @Nullable Boolean partial) {

  /**
   * The share of a request's timeout that the search gets: the rest is for OpenSearch, which wants
   * to fetch what was found.
   */
  private static final double SHARE = 0.8;

  /** What the documents depend on. */
  Object documents() {
    return shards.stream().map(one -> List.of(one.shard(), one.alias())).toList();
  }

  /**
   * The target of a request.
   *
   * @throws IllegalArgumentException if its indices do not have one anchor field of this name, or
   *     are not in this cluster
   */
  static SearchTarget of(
      ClusterState state,
      IndicesRequest request,
      String field,
      IndexNameExpressionResolver names,
      OperationRouting routing,
      IndicesService indices) {
    SearchRequest whole = request instanceof SearchRequest search ? search : null;
    if (whole != null && whole.pointInTimeBuilder() != null) {
      throw new IllegalArgumentException(
          "a curlew query must name its indices, got: a point in time");
    }
    String[] expressions = request.indices() == null ? new String[0] : request.indices();
    for (String name : expressions) {
      if (name.indexOf(RemoteClusterAware.REMOTE_CLUSTER_INDEX_SEPARATOR) >= 0) {
        throw new IllegalArgumentException(
            "a curlew query must be of indices of this cluster, got: " + name);
      }
    }
    String[] concrete =
        Arrays.stream(names.concreteIndices(state, request))
            .map(Index::getName)
            .toArray(String[]::new);
    Set<AnchorRowField> fields = new LinkedHashSet<>();
    Map<String, AliasFilter> aliases = new LinkedHashMap<>();
    Set<String> resolved = names.resolveExpressions(state, expressions);
    for (String name : concrete) {
      state.blocks().indexBlockedRaiseException(ClusterBlockLevel.READ, name);
      fields.add(AnchorRowField.of(state.metadata().index(name), field));
      aliases.put(name, indices.buildAliasFilter(state, name, resolved));
    }
    if (fields.size() != 1) {
      throw new IllegalArgumentException(
          "field \""
              + field
              + "\" must be the same in all indices, and there be one, got: "
              + fields);
    }
    List<TransportShards.Copies> shards = new ArrayList<>();
    for (ShardIterator shard :
        routing.searchShards(
            state,
            concrete,
            names.resolveSearchRouting(state, whole == null ? null : whole.routing(), expressions),
            whole == null ? null : whole.preference())) {
      List<ShardRouting> copies = new ArrayList<>();
      for (ShardRouting copy = shard.nextOrNull(); copy != null; copy = shard.nextOrNull()) {
        copies.add(copy);
      }
      AliasFilter alias = Objects.requireNonNull(aliases.get(shard.shardId().getIndexName()));
      shards.add(new TransportShards.Copies(shard.shardId(), alias, copies));
    }
    return new SearchTarget(
        fields.iterator().next(),
        concrete.length > 1,
        shards,
        whole == null || whole.source() == null ? null : share(whole.source().timeout()),
        whole == null ? null : whole.allowPartialSearchResults());
  }

  private static @Nullable Duration share(@Nullable TimeValue timeout) {
    return timeout == null || timeout.nanos() <= 0
        ? null
        : Duration.ofNanos(Math.max(1, Math.round(SHARE * timeout.nanos())));
  }
}
