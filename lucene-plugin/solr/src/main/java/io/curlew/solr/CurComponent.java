package io.curlew.solr;

import io.curlew.cur.InteractionModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.common.params.ShardParams;
import org.apache.solr.common.util.NamedList;
import org.apache.solr.common.util.SimpleOrderedMap;
import org.apache.solr.core.CloseHook;
import org.apache.solr.core.SolrCore;
import org.apache.solr.handler.component.ResponseBuilder;
import org.apache.solr.handler.component.SearchComponent;
import org.apache.solr.handler.component.ShardRequest;
import org.apache.solr.handler.component.ShardResponse;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.search.DocIterator;
import org.apache.solr.util.plugin.SolrCoreAware;
import org.jspecify.annotations.Nullable;

/**
 * The search component {@value #NAME}: holds the model of a core, divides the budget of a
 * distributed request among its shards, and returns the trace. It must be registered under this
 * name and be among the {@code last-components} of every handler that uses the parsers.
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
 * <p>{@code class} is an {@link io.curlew.cur.ModelFactory}, everything else is handed to it. A
 * second list {@code queryModel} names the model that answers queries where that is another one
 * ({@link io.curlew.cur.AnchorSet#withQueryModel}).
 */
public final class CurComponent extends SearchComponent implements SolrCoreAware {

  /** The name to register it under, and of the trace in a response. */
  public static final String NAME = "cur";

  private static final String SHARDS = "cur.shards";
  private static final String ANCHORS = "cur.anchors.";
  private static final String CONTEXT = "curlew.searches";

  private NamedList<?> configuration = new NamedList<>();
  private SharedModels.@Nullable Lease model;
  private SharedModels.@Nullable Lease queryModel;

  /** For Solr. */
  public CurComponent() {}

  @Override
  public void init(NamedList<?> args) {
    super.init(args);
    this.configuration = args;
  }

  @Override
  public void inform(SolrCore core) {
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
   * Among how many cores a request divides its budget.
   *
   * @throws SolrException with status 400 on a shard that was not told
   */
  static int shards(SolrQueryRequest request) {
    if (!request.getParams().getBool(ShardParams.IS_SHARD, false)) {
      return 1;
    }
    Integer shards = request.getParams().getInt(SHARDS);
    if (shards == null) {
      throw LocalParams.bad(
          "the handler of a distributed request must have the component \""
              + NAME
              + "\" among its last-components, which divides the budget");
    }
    return shards;
  }

  /**
   * Tells the component of a search that a parser has read.
   *
   * @throws SolrException with status 409 if another shard has other anchors
   */
  static void announce(SolrQueryRequest request, CurSearch search) {
    String here = CurSearch.type(request.getSchema(), search.field()).anchors().fingerprint();
    String there = request.getParams().get(ANCHORS + search.field());
    if (there != null && !there.equals(here)) {
      throw new SolrException(
          ErrorCode.CONFLICT,
          "shards must have one anchor set in field \""
              + search.field()
              + "\", got: "
              + there
              + " and "
              + here
              + " on "
              + request.getCore().getName());
    }
    searches(request).add(search);
  }

  @SuppressWarnings("unchecked")
  private static List<CurSearch> searches(SolrQueryRequest request) {
    return (List<CurSearch>)
        request.getContext().computeIfAbsent(CONTEXT, key -> new ArrayList<CurSearch>());
  }

  @Override
  public void prepare(ResponseBuilder rb) {
    if (searches(rb.req).isEmpty()) {
      return;
    }
    if (!rb.isDistributed()) {
      rb.rsp.add(NAME, CurTrace.of(rb.req).response());
      return;
    }
    for (CurSearch search : searches(rb.req)) {
      if (search.budget() < rb.shards.length) {
        throw LocalParams.bad(
            "budget must be at least the number of shards, "
                + rb.shards.length
                + ", got: "
                + search.budget());
      }
    }
  }

  /** Adds to the trace what is known of the documents on the page. */
  @Override
  public void process(ResponseBuilder rb) throws IOException {
    for (CurTrace.Entry entry : CurTrace.of(rb.req).entries()) {
      if (rb.getResults() == null || rb.getResults().docList == null) {
        continue;
      }
      DocumentIds ids = new DocumentIds(rb.req.getSearcher());
      NamedList<Object> hits = new SimpleOrderedMap<>();
      for (DocIterator page = rb.getResults().docList.iterator(); page.hasNext(); ) {
        CurResult.CurHit hit = entry.result().hit(page.nextDoc());
        if (hit != null) {
          hits.add(ids.of(new int[] {hit.document()}).get(0), CurTrace.hit(hit));
        }
      }
      entry.map().add(CurTrace.HITS, hits);
    }
  }

  @Override
  public void modifyRequest(ResponseBuilder rb, SearchComponent who, ShardRequest sreq) {
    for (CurSearch search : searches(rb.req)) {
      sreq.params.set(SHARDS, rb.shards.length);
      sreq.params.set(
          ANCHORS + search.field(),
          CurSearch.type(rb.req.getSchema(), search.field()).anchors().fingerprint());
    }
  }

  @Override
  public void handleResponses(ResponseBuilder rb, ShardRequest sreq) {
    if ((sreq.purpose & ShardRequest.PURPOSE_GET_TOP_IDS) == 0 || searches(rb.req).isEmpty()) {
      return;
    }
    MergedTrace merged = new MergedTrace(searches(rb.req));
    for (ShardResponse response : sreq.responses) {
      merged.add(response);
    }
    rb.rsp.add(NAME, merged.response(rb.resultIds == null ? Map.of() : rb.resultIds));
  }

  @Override
  public String getDescription() {
    return "Curlew: the model of a core, the budget of a request, the trace of its searches";
  }
}
