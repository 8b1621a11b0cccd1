package io.curlew.solr;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.shards.Shard;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.LuceneSearchSpace;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.solr.cloud.CloudDescriptor;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.common.params.CommonParams;
import org.apache.solr.common.params.SolrParams;
import org.apache.solr.handler.RequestHandlerBase;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.response.SolrQueryResponse;
import org.apache.solr.search.QParser;
import org.apache.solr.search.QueryParsing;
import org.apache.solr.search.QueryUtils;
import org.apache.solr.search.SolrIndexSearcher;
import org.apache.solr.search.SyntaxError;
import org.apache.solr.security.AuthorizationContext;
import org.apache.solr.update.IndexFingerprint;
import org.jspecify.annotations.Nullable;

/**
 * A shard's side of a distributed search, which {@link SolrShards} asks. {@link CurComponent}
 * registers it under {@value #PATH}; it is not for users.
 */
final class CurShardHandler extends RequestHandlerBase {

  static final String PATH = "/cur";
  static final String PLAN = "cur.plan";
  static final String QUESTION = "cur.question";
  static final String ANSWER = "answer";

  /** What a search that asks several times has computed once. */
  record Kept(CurPlan.Pool pool, String view) {}

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
    Kept kept =
        CurComponent.of(req.getCore())
            .kept(
                List.of(plan.key(main, filters), reader),
                () -> new Kept(plan.pool(view, main, filters), view(searcher)));
    LuceneSearchSpace space =
        view.space(
            kept.pool.accepted(),
            kept.pool.features(),
            CurSearch.model(req.getCore(), anchors),
            search.query());
    Shard shard = new Shard(space, kept.view, ids -> documents(searcher, space, ids));
    rsp.add(ANSWER, answer(shard, params.get(QUESTION, "")));
  }

  private static byte[] answer(Shard shard, String question) throws IOException {
    try {
      return shard.answer(Packed.bytes(question));
    } catch (IllegalArgumentException e) {
      throw new SolrException(ErrorCode.BAD_REQUEST, e.getMessage(), e);
    } catch (IncompatibleIndexException e) {
      throw new SolrException(ErrorCode.CONFLICT, e.getMessage(), e);
    } catch (IllegalStateException e) {
      throw new SolrException(ErrorCode.SERVER_ERROR, "model failed: " + e.getMessage(), e);
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

  /** The numbers of the documents named, -1 for one that is gone. */
  private static int[] documents(
      SolrIndexSearcher searcher, LuceneSearchSpace space, List<String> ids) throws IOException {
    int[] documents = Documents.find(searcher, ids);
    for (int i = 0; i < documents.length; i++) {
      documents[i] = documents[i] >= 0 && space.accepts(documents[i]) ? documents[i] : -1;
    }
    return documents;
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
