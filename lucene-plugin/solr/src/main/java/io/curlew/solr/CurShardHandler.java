package io.curlew.solr;

import io.curlew.cur.AnchorRows;
import io.curlew.cur.Estimates;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.LuceneSearchSpace;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.BytesRefBuilder;
import org.apache.solr.cloud.CloudDescriptor;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.common.params.CommonParams;
import org.apache.solr.common.params.SolrParams;
import org.apache.solr.handler.RequestHandlerBase;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.response.SolrQueryResponse;
import org.apache.solr.schema.SchemaField;
import org.apache.solr.search.QParser;
import org.apache.solr.search.QueryParsing;
import org.apache.solr.search.QueryUtils;
import org.apache.solr.search.SolrIndexSearcher;
import org.apache.solr.search.SyntaxError;
import org.apache.solr.security.AuthorizationContext;
import org.apache.solr.update.IndexFingerprint;
import org.jspecify.annotations.Nullable;

/**
 * A shard's side of a distributed search: answers {@link ShardedSearchSpace}. {@link CurComponent}
 * registers it under {@value #PATH}; it is not for users.
 */
final class CurShardHandler extends RequestHandlerBase {

  static final String PATH = "/cur";
  static final String OPERATION = "cur.op";
  static final String PLAN = "cur.plan";
  static final String N = "cur.n";
  static final String SEED = "cur.seed";
  static final String DOCUMENTS = "cur.documents";
  static final String WEIGHTS = "cur.weights";
  static final String INTERCEPT = "cur.intercept";

  @Override
  public void handleRequestBody(SolrQueryRequest req, SolrQueryResponse rsp) throws Exception {
    SolrParams params = req.getParams();
    Query main = parse(params.get(CommonParams.Q), params.get(QueryParsing.DEFTYPE), req);
    parse(params.get(CommonParams.RQ), null, req);
    List<Query> filters = QueryUtils.parseFilterQueries(req);
    CurPlan plan = plan(req, params.getInt(PLAN, 0));
    SolrIndexSearcher searcher = req.getSearcher();
    CurSearch search = plan.search();
    IndexView view = Documents.view(searcher, search.field());
    AnchorSet anchors = view.anchors();
    Object reader = searcher.getIndexReader().getReaderCacheHelper().getKey();
    CurPlan.Pool pool =
        CurComponent.of(req.getCore())
            .pool(List.of(plan.key(main, filters), reader), () -> plan.pool(view, main, filters));
    LuceneSearchSpace space =
        view.space(
            pool.accepted(),
            pool.features(),
            CurSearch.model(req.getCore(), anchors),
            search.query());
    int n = params.getInt(N, 0);
    if (n < 0) {
      throw LocalParams.bad(N + " must be at least 0, got: " + n);
    }
    switch (params.get(OPERATION, "")) {
      case "open" -> {
        rsp.add("size", space.size());
        rsp.add("view", view(searcher));
      }
      case "firstStage" -> {
        int[] best = space.list(0, n);
        answer(rsp, space, best, space.rows(best).features()[0]);
      }
      case "sample" -> {
        int[] sample = space.sample(n, params.getLong(SEED, 0));
        answer(rsp, space, sample, new float[sample.length]);
      }
      case "best" -> {
        float intercept = floats(params, INTERCEPT, 1)[0];
        float[] weights = floats(params, WEIGHTS, anchors.dimension());
        Set<Integer> excluded = new HashSet<>();
        for (int document : documents(searcher, space, params, true)) {
          excluded.add(document);
        }
        Estimates best = space.top(anchors.latent(weights, intercept), excluded::contains, n);
        answer(rsp, space, best.documents(), best.scores());
      }
      case "rows" -> {
        AnchorRows rows = space.rows(documents(searcher, space, params, false));
        float[][] values = rows.values();
        float[] flat = new float[values.length * anchors.dimension()];
        for (int i = 0; i < values.length; i++) {
          System.arraycopy(values[i], 0, flat, i * values[i].length, values[i].length);
        }
        rsp.add("rows", Packed.floats(flat));
        rsp.add("norms", Packed.floats(rows.squaredNorms()));
      }
      case "score" -> {
        int[] documents = documents(searcher, space, params, false);
        rsp.add("scores", Packed.floats(scores(space, documents)));
      }
      default -> throw LocalParams.bad("operation must be known, got: " + params.get(OPERATION));
    }
  }

  private static CurPlan plan(SolrQueryRequest req, int number) {
    List<CurPlan> plans = CurPlans.plans(req);
    if (number < 0 || number >= plans.size()) {
      throw LocalParams.bad(
          PLAN
              + " must be one of the "
              + plans.size()
              + " searches of the request, got: "
              + number);
    }
    return plans.get(number);
  }

  private static float[] floats(SolrParams params, String name, int count) {
    float[] values;
    try {
      values = Packed.floats(Packed.bytes(params.get(name, "")));
    } catch (IllegalArgumentException e) { // no Base64
      values = new float[0];
    }
    if (values.length != count) {
      throw LocalParams.bad(name + " must be " + count + " floats, got: " + values.length);
    }
    return values;
  }

  private static Query parse(@Nullable String query, @Nullable String type, SolrQueryRequest req)
      throws SyntaxError {
    if (query == null) {
      return new MatchNoDocsQuery();
    }
    Query parsed = QParser.getParser(query, type, req).getQuery();
    return parsed == null ? new MatchNoDocsQuery() : parsed;
  }

  /** What the answers are of: the same for replicas that hold the same versions of documents. */
  private static String view(SolrIndexSearcher searcher) throws IOException {
    IndexFingerprint content = searcher.getIndexFingerprint(Long.MAX_VALUE);
    CloudDescriptor cloud = searcher.getCore().getCoreDescriptor().getCloudDescriptor();
    return (cloud == null ? searcher.getCore().getName() : cloud.getShardId())
        + '@'
        + content.getNumDocs()
        + ':'
        + content.getVersionsHash();
  }

  private static void answer(
      SolrQueryResponse rsp, LuceneSearchSpace space, int[] documents, float[] scores)
      throws IOException {
    rsp.add("ids", space.ids(documents));
    rsp.add("firstStage", Packed.floats(space.rows(documents).features()[0]));
    rsp.add("scores", Packed.floats(scores));
  }

  private static float[] scores(LuceneSearchSpace space, int[] documents) throws IOException {
    try {
      return space.score(documents).run();
    } catch (IllegalArgumentException e) {
      throw new SolrException(ErrorCode.BAD_REQUEST, e.getMessage(), e);
    } catch (IllegalStateException e) {
      throw new SolrException(ErrorCode.SERVER_ERROR, "model failed: " + e.getMessage(), e);
    }
  }

  /** The numbers of the documents named; those that are gone are left out or an error. */
  private static int[] documents(
      SolrIndexSearcher searcher, LuceneSearchSpace space, SolrParams params, boolean leaveOut)
      throws IOException {
    String[] ids = params.getParams(DOCUMENTS);
    SchemaField key = searcher.getSchema().getUniqueKeyField();
    BytesRefBuilder indexed = new BytesRefBuilder();
    IntStream.Builder documents = IntStream.builder();
    for (String id : ids == null ? new String[0] : ids) {
      key.getType().readableToIndexed(id, indexed);
      int document = searcher.getFirstMatch(new Term(key.getName(), indexed.toBytesRef()));
      if (document >= 0 && space.accepts(document)) {
        documents.add(document);
      } else if (!leaveOut) {
        throw new SolrException(
            ErrorCode.CONFLICT, "document was deleted during the search, ask again: " + id);
      }
    }
    return documents.build().toArray();
  }

  @Override
  public String getDescription() {
    return "Curlew: a shard's side of a distributed search";
  }

  @Override
  public Name getPermissionName(AuthorizationContext request) {
    return Name.READ_PERM;
  }
}
