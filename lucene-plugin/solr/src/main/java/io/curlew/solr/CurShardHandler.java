package io.curlew.solr;

import io.curlew.cur.Candidates.Estimates;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.model.ModelScores;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
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
 * A shard's side of a distributed search: answers {@link ShardedCandidates}. {@link CurComponent}
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
  static final String PRIOR = "cur.prior";

  @Override
  public void handleRequestBody(SolrQueryRequest req, SolrQueryResponse rsp) throws Exception {
    SolrParams params = req.getParams();
    Query main = parse(params.get(CommonParams.Q), params.get(QueryParsing.DEFTYPE), req);
    parse(params.get(CommonParams.RQ), null, req);
    List<Query> filters = QueryUtils.parseFilterQueries(req);
    CurPlan plan = plan(req, params.getInt(PLAN, 0));
    SolrIndexSearcher searcher = req.getSearcher();
    CurSearch search = plan.search();
    CurVectorField type = CurSearch.type(req.getSchema(), search.field());
    AnchorFingerprint.check(searcher.getIndexReader(), search.field(), type.anchors());
    Object reader = searcher.getIndexReader().getReaderCacheHelper().getKey();
    CurPlan.Pool pool =
        CurComponent.of(req.getCore())
            .pool(
                List.of(plan.key(main, filters), reader), () -> plan.pool(searcher, main, filters));
    SolrCandidates candidates = new SolrCandidates(searcher, search.field(), type, pool);
    int n = params.getInt(N, 0);
    if (n < 0) {
      throw LocalParams.bad(N + " must be at least 0, got: " + n);
    }
    switch (params.get(OPERATION, "")) {
      case "open" -> {
        CurSearch.model(req.getCore(), type.anchors());
        rsp.add("size", candidates.size());
        rsp.add("view", view(searcher));
      }
      case "firstStage" -> {
        int[] best = candidates.firstStage(n);
        answer(rsp, candidates, best, candidates.rawFirstStage(best));
      }
      case "sample" -> {
        int[] sample = candidates.sample(n, params.getLong(SEED, 0));
        answer(rsp, candidates, sample, candidates.order(sample, params.getLong(SEED, 0)));
      }
      case "all" -> {
        int[] all = candidates.all();
        answer(rsp, candidates, all, new float[all.length]);
      }
      case "best" -> {
        float[] prior = floats(params, PRIOR, 2);
        float[] weights = floats(params, WEIGHTS, type.anchors().size());
        BitSet excluded = new BitSet();
        for (int ordinal : ordinals(searcher, pool, params, true)) {
          excluded.set(ordinal);
        }
        Estimates best = candidates.best(new LatentQuery(weights, prior[0], prior[1]), excluded, n);
        answer(rsp, candidates, best.documents(), best.scores());
      }
      case "rows" -> {
        int[] ordinals = ordinals(searcher, pool, params, false);
        float[][] rows = candidates.anchorRows(ordinals);
        float[] flat = new float[rows.length * type.anchors().size()];
        for (int i = 0; i < rows.length; i++) {
          System.arraycopy(rows[i], 0, flat, i * rows[i].length, rows[i].length);
        }
        rsp.add("rows", Packed.floats(flat));
        rsp.add("norms", Packed.floats(candidates.squaredNorms(ordinals)));
      }
      case "score" -> {
        List<String> texts = candidates.texts(ordinals(searcher, pool, params, false));
        rsp.add("scores", Packed.floats(scores(req, search, type, texts)));
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
      SolrQueryResponse rsp, SolrCandidates candidates, int[] ordinals, float[] scores)
      throws IOException {
    rsp.add("ids", candidates.ids(ordinals));
    rsp.add("firstStage", Packed.floats(candidates.rawFirstStage(ordinals)));
    rsp.add("scores", Packed.floats(scores));
  }

  private static float[] scores(
      SolrQueryRequest req, CurSearch search, CurVectorField type, List<String> texts) {
    try {
      return ModelScores.checked(
          CurSearch.model(req.getCore(), type.anchors()), List.of(search.query()), texts)[0];
    } catch (IllegalArgumentException e) {
      throw new SolrException(ErrorCode.BAD_REQUEST, e.getMessage(), e);
    } catch (IllegalStateException e) {
      throw new SolrException(ErrorCode.SERVER_ERROR, "model failed: " + e.getMessage(), e);
    }
  }

  /** The ordinals of the documents named; those that are gone are left out or an error. */
  private static int[] ordinals(
      SolrIndexSearcher searcher, CurPlan.Pool pool, SolrParams params, boolean leaveOut)
      throws IOException {
    String[] ids = params.getParams(DOCUMENTS);
    SchemaField key = searcher.getSchema().getUniqueKeyField();
    BytesRefBuilder indexed = new BytesRefBuilder();
    IntStream.Builder ordinals = IntStream.builder();
    for (String id : ids == null ? new String[0] : ids) {
      key.getType().readableToIndexed(id, indexed);
      int document = searcher.getFirstMatch(new Term(key.getName(), indexed.toBytesRef()));
      int ordinal = document < 0 ? -1 : Arrays.binarySearch(pool.documents(), document);
      if (ordinal >= 0) {
        ordinals.add(ordinal);
      } else if (!leaveOut) {
        throw new SolrException(
            ErrorCode.CONFLICT, "document was deleted during the search, ask again: " + id);
      }
    }
    return ordinals.build().toArray();
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
