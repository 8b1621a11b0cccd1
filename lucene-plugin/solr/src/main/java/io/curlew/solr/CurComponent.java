package io.curlew.solr;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.curlew.cur.Hit;
import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.solr.common.MapWriter;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.common.params.ShardParams;
import org.apache.solr.common.util.NamedList;
import org.apache.solr.common.util.SimpleOrderedMap;
import org.apache.solr.core.CloseHook;
import org.apache.solr.core.SolrCore;
import org.apache.solr.handler.component.ResponseBuilder;
import org.apache.solr.handler.component.SearchComponent;
import org.apache.solr.handler.component.ShardDoc;
import org.apache.solr.handler.component.ShardRequest;
import org.apache.solr.metrics.MetricsMap;
import org.apache.solr.metrics.SolrMetricsContext;
import org.apache.solr.schema.SchemaField;
import org.apache.solr.search.DocIterator;
import org.apache.solr.util.plugin.SolrCoreAware;
import org.jspecify.annotations.Nullable;

/**
 * The search component {@value #NAME}: holds the model of a core, runs the searches of a
 * distributed request over its shards ({@link DistributedSearch}), and returns the trace. It must
 * be registered under this name and be among the {@code last-components} of every handler that uses
 * the parsers.
 *
 * <pre>{@code
 * <searchComponent name="cur" class="io.curlew.solr.CurComponent">
 *   <lst name="model">
 *     <str name="class">io.curlew.attention.scoring.LateInteractionFactory</str>
 *     <str name="model">/models/model.onnx</str>
 *     <str name="tokenizer">/models/tokenizer.json</str>
 *   </lst>
 * </searchComponent>
 * }</pre>
 *
 * <p>{@code class} is an {@link io.curlew.cur.model.ModelFactory}, everything else is handed to it.
 * A second list {@code queryModel} names the model that answers queries where that is another one
 * ({@link io.curlew.cur.anchor.AnchorSet#withQueryModel}). {@code <int name="maxBudget">} is the
 * largest budget that a search may ask for; there is no limit unless it is given.
 */
public final class CurComponent extends SearchComponent implements SolrCoreAware {

  /** The name to register it under, and of the trace in a response. */
  public static final String NAME = "cur";

  private static final int KEPT = 8;

  private final Cache<Object, CurShardHandler.Kept> kept =
      Caffeine.newBuilder().maximumSize(KEPT).expireAfterAccess(Duration.ofSeconds(30)).build();
  private NamedList<?> configuration = new NamedList<>();
  private int maxBudget = Integer.MAX_VALUE;
  private @Nullable SolrCore core;
  private SharedModels.@Nullable Lease model;
  private SharedModels.@Nullable Lease queryModel;

  /** For Solr. */
  public CurComponent() {}

  @Override
  public void init(NamedList<?> args) {
    super.init(args);
    this.configuration = args;
  }

  private static int maxBudget(@Nullable Object given) {
    int most = given instanceof Integer number ? number : given == null ? Integer.MAX_VALUE : 0;
    if (most < 1) {
      throw new SolrException(
          ErrorCode.SERVER_ERROR, "maxBudget must be an <int> of at least 1, got: " + given);
    }
    return most;
  }

  @Override
  public void inform(SolrCore core) {
    this.core = core;
    this.maxBudget = maxBudget(configuration.get("maxBudget"));
    SharedModels.Lease indexing = acquire(core, "model");
    if (indexing == null) {
      throw new SolrException(
          ErrorCode.SERVER_ERROR, "search component cur must have a list \"model\", got: none");
    }
    this.model = indexing;
    SharedModels.Lease querying;
    try {
      querying = acquire(core, "queryModel");
    } catch (RuntimeException e) {
      indexing.close();
      throw e;
    }
    this.queryModel = querying == null ? indexing : querying;
    CurShardHandler handler = new CurShardHandler();
    handler.init(new NamedList<>());
    core.registerRequestHandler(CurShardHandler.PATH, handler);
    core.addCloseHook(
        new CloseHook() {
          @Override
          public void postClose(SolrCore closed) {
            indexing.close();
            if (querying != null) {
              querying.close();
            }
          }
        });
  }

  private SharedModels.@Nullable Lease acquire(SolrCore core, String list) {
    if (!(configuration.get(list) instanceof NamedList<?> given)) {
      return null;
    }
    Map<String, String> arguments = new TreeMap<>();
    given.forEach((name, value) -> arguments.put(name, String.valueOf(value)));
    String factory = arguments.remove("class");
    if (factory == null) {
      throw new SolrException(
          ErrorCode.SERVER_ERROR, "list \"" + list + "\" must name a \"class\", got: none");
    }
    return SharedModels.of(core.getCoreContainer())
        .acquire(core.getResourceLoader(), factory, arguments);
  }

  /** The component of a core. */
  static CurComponent of(SolrCore core) {
    if (core.getSearchComponents().get(NAME) instanceof CurComponent component) {
      return component;
    }
    throw new SolrException(
        ErrorCode.SERVER_ERROR,
        "solrconfig.xml must have a search component \""
            + NAME
            + "\" of class "
            + CurComponent.class.getName());
  }

  /** The largest budget that a search may ask for. */
  int maxBudget() {
    return maxBudget;
  }

  /** The model that makes anchor rows. */
  InteractionModel model() {
    return opened(model);
  }

  /** The model that answers queries. */
  InteractionModel queryModel() {
    return opened(queryModel);
  }

  private static InteractionModel opened(SharedModels.@Nullable Lease lease) {
    if (lease == null) {
      throw new SolrException(ErrorCode.SERVICE_UNAVAILABLE, "the core is not ready");
    }
    return lease.model();
  }

  /**
   * What this core knows of a search over shards, which asks it several times.
   *
   * @param key all that it depends on
   */
  CurShardHandler.Kept kept(Object key, Callable<CurShardHandler.Kept> compute) throws Exception {
    CurShardHandler.Kept known = kept.getIfPresent(key);
    if (known == null) {
      known = compute.call();
      kept.put(key, known);
    }
    return known;
  }

  @Override
  public void prepare(ResponseBuilder rb) throws IOException {
    List<CurPlan> plans = CurPlans.plans(rb.req);
    if (plans.isEmpty() || rb.req.getParams().getBool(ShardParams.IS_SHARD, false)) {
      return;
    }
    rb.rsp.add(NAME, CurTrace.of(rb.req).response());
    if (rb.isDistributed()) {
      for (int number = 0; number < plans.size(); number++) {
        String packed = DistributedSearch.run(rb, plans.get(number), number);
        rb.req.getContext().put(CurPlans.HITS + number, packed);
      }
    }
  }

  @Override
  public void modifyRequest(ResponseBuilder rb, SearchComponent who, ShardRequest sreq) {
    for (int number = 0; number < CurPlans.plans(rb.req).size(); number++) {
      sreq.params.set(
          CurPlans.HITS + number, (String) rb.req.getContext().get(CurPlans.HITS + number));
    }
    CurPlans.pinAnchors(rb, sreq.params);
  }

  /** Adds to the trace what is known of the documents on the page. */
  @Override
  public void process(ResponseBuilder rb) throws IOException {
    if (rb.getResults() == null || rb.getResults().docList == null) {
      return;
    }
    for (CurTrace.Entry entry : CurTrace.of(rb.req).entries()) {
      NamedList<Object> hits = new SimpleOrderedMap<>();
      for (DocIterator page = rb.getResults().docList.iterator(); page.hasNext(); ) {
        CurResult.CurHit hit = entry.result().hit(page.nextDoc());
        if (hit != null) {
          hits.add(hit.hit().id(), CurTrace.hit(hit.hit()));
        }
      }
      entry.map().add(CurTrace.HITS, hits);
    }
  }

  @Override
  public void handleResponses(ResponseBuilder rb, ShardRequest sreq) {
    if ((sreq.purpose & ShardRequest.PURPOSE_GET_TOP_IDS) == 0 || rb.resultIds == null) {
      return;
    }
    List<ShardDoc> page = new ArrayList<>(rb.resultIds.values());
    page.sort(Comparator.comparingInt(document -> document.positionInResponse));
    for (CurTrace.Entry entry : CurTrace.of(rb.req).entries()) {
      Map<String, Hit> byId = new HashMap<>();
      entry.result().search().hits().forEach(hit -> byId.put(hit.id(), hit));
      NamedList<Object> hits = new SimpleOrderedMap<>();
      for (ShardDoc document : page) {
        Hit hit = byId.get(document.id.toString());
        if (hit != null) {
          hits.add(hit.id(), CurTrace.hit(hit));
        }
      }
      entry.map().add(CurTrace.HITS, hits);
    }
  }

  /** Reports for every anchor field what it takes on disk, under {@code OTHER.cur.anchors}. */
  @Override
  public void initializeMetrics(SolrMetricsContext parent, String scope) {
    super.initializeMetrics(parent, scope);
    solrMetricsContext.gauge(
        new MetricsMap(this::report), true, "anchors", getCategory().toString(), scope);
  }

  private void report(MapWriter.EntryWriter out) throws IOException {
    if (core == null) {
      return;
    }
    for (SchemaField field : core.getLatestSchema().getFields().values()) {
      if (field.getType() instanceof CurVectorField type) {
        Map<String, Object> report = new TreeMap<>();
        report.put("anchors", type.anchors().size());
        report.put("fingerprint", type.anchors().fingerprint());
        report.put("bytesPerDocument", type.bytesPerDocument());
        out.put(field.getName(), report);
      }
    }
  }

  @Override
  public String getDescription() {
    return "Curlew: the model of a core, the budget of a request, the trace of its searches";
  }
}
