package io.curlew.opensearch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.shards.ShardedSearchSpace;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.TransportAction;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.MatchQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.indices.IndicesService;
import org.opensearch.search.SearchService;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/**
 * Runs a search over the shards of a request, on the node that was asked, before the shards get the
 * request itself: there is one budget, spent where it counts, and one ranking. Equal searches over
 * the same documents are not run again, so that a next page costs no further call.
 */
public final class TransportCurSearch extends TransportAction<CurSearchAction.Request, CurFound> {

  private static final int KEPT = 512;

  private final ThreadPool threads;
  private final TransportService transport;
  private final ClusterService cluster;
  private final IndexNameExpressionResolver names;
  private final IndicesService indices;
  private final AnchorFiles files;
  private final MostBudget most;
  private final Cache<Object, Kept> kept = Caffeine.newBuilder().maximumSize(KEPT).build();

  private record Kept(
      SearchResult result, CurFound found, List<String> views, boolean learnedLatent) {}

  /** For OpenSearch. */
  @Inject
  public TransportCurSearch(
      ActionFilters filters,
      TransportService transport,
      ClusterService cluster,
      IndexNameExpressionResolver names,
      IndicesService indices,
      AnchorFiles files,
      MostBudget most) {
    super(CurSearchAction.NAME, filters, transport.getTaskManager());
    this.threads = transport.getThreadPool();
    this.transport = transport;
    this.cluster = cluster;
    this.names = names;
    this.indices = indices;
    this.files = files;
    this.most = most;
  }

  @Override
  protected void doExecute(
      Task task, CurSearchAction.Request request, ActionListener<CurFound> listener) {
    // It waits for shards, which a thread of the network must not.
    threads
        .executor(CurlewPlugin.SEARCH_THREADS)
        .execute(ActionRunnable.supply(listener, () -> search((CancellableTask) task, request)));
  }

  private CurFound search(CancellableTask task, CurSearchAction.Request request)
      throws IOException {
    most.check(request.search().budget());
    CurSearch search = request.search();
    ClusterState state = cluster.state();
    SearchTarget target =
        SearchTarget.of(
            state, request.of(), search.field(), names, cluster.operationRouting(), indices);
    AnchorSet anchors = files.get(target.field().anchors());
    if (search.features().isEmpty()) {
      search = search.withFeatures(Map.of(Feature.BM25, words(search, target.field())));
    }
    TransportShards shards =
        new TransportShards(
            transport,
            state.nodes(),
            task,
            search,
            target.qualified(),
            partial(target),
            target.shards());
    try {
      return run(search, target, anchors, shards);
    } finally {
      shards.end();
    }
  }

  private CurFound run(
      CurSearch search, SearchTarget target, AnchorSet anchors, TransportShards shards)
      throws IOException {
    SearchRequest asked = search.request(anchors, target.timeout());
    Object key = List.of(search, anchors.fingerprint(), target.documents());
    Kept known = kept.getIfPresent(key);
    List<ShardedSearchSpace.Feature> features = search.allFeatures();
    List<String> views = known == null ? List.of() : known.views;
    ShardedSearchSpace space =
        search.window() > 0
            ? ShardedSearchSpace.ofBest(search.window(), shards, anchors, features, views)
            : new ShardedSearchSpace(
                shards,
                anchors,
                features,
                search.method(Long.MAX_VALUE, target.timeout() != null).opening(asked),
                views);
    boolean cached = known != null && space.unchanged();
    Kept result = known != null && cached ? known : search(search, asked, target, space);
    if (!cached && result.result.complete() && space.isWhole()) {
      kept.put(key, result);
    }
    CurTraces.add(
        threads.getThreadContext(),
        result.found,
        result.result,
        result.learnedLatent,
        space,
        cached);
    return result.found;
  }

  private static Kept search(
      CurSearch search, SearchRequest asked, SearchTarget target, ShardedSearchSpace space)
      throws IOException {
    SearchMethod method = search.method(space.size(), asked.timeout() != null);
    SearchResult result = method.search(space, asked);
    int[] documents = result.hits().stream().mapToInt(Hit::document).toArray();
    float[][] features = space.rows(documents).features();
    CurFound found =
        new CurFound(search, target.qualified(), result.hits(), features, result.estimate());
    return new Kept(result, found, space.views(), space.latent() != null);
  }

  private boolean partial(SearchTarget target) {
    Boolean said = target.partial();
    return said == null
        ? cluster.getClusterSettings().get(SearchService.DEFAULT_ALLOW_PARTIAL_SEARCH_RESULTS)
        : said;
  }

  /** Any of the query's words in the fields that the model reads. */
  private static QueryBuilder words(CurSearch search, AnchorRowField field) {
    BoolQueryBuilder any = new BoolQueryBuilder();
    for (String text : field.text().fields()) {
      any.should(new MatchQueryBuilder(text, search.query()));
    }
    return any;
  }
}
