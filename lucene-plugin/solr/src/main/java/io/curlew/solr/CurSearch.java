package io.curlew.solr;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.ExactSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.Opening;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.lucene.rows.IndexView;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.core.SolrCore;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.request.SolrRequestInfo;
import org.apache.solr.schema.IndexSchema;
import org.apache.solr.schema.SchemaField;
import org.apache.solr.search.SolrIndexSearcher;
import org.jspecify.annotations.Nullable;

/**
 * What to look for and what it may cost, on one core or on many. Equal searches over the same
 * documents give equal results, deadlines excepted.
 *
 * @param field the anchor field
 * @param query the user's text
 * @param budget the most model calls to spend, on all shards together
 * @param depth how many hits
 * @param minRecall an expected recall that is enough; 1 spends the budget
 */
record CurSearch(String field, String query, int budget, int depth, double minRecall) {

  /**
   * The share of the time left that the model gets when a request has {@code timeAllowed}. Solr
   * throws an answer away that comes late for the merge, however good.
   */
  private static final double MODEL_SHARE = 0.8;

  /** What it is called in a trace. */
  String name() {
    return field + ":" + query;
  }

  /**
   * The type of an anchor field.
   *
   * @throws SolrException with status 400 if the field is not one
   */
  static CurVectorField type(IndexSchema schema, String field) {
    SchemaField schemaField = schema.getFieldOrNull(field);
    if (schemaField == null || !(schemaField.getType() instanceof CurVectorField type)) {
      throw new SolrException(
          ErrorCode.BAD_REQUEST,
          "f must be a field of type " + CurVectorField.class.getSimpleName() + ", got: " + field);
    }
    return type;
  }

  /**
   * Runs the search on one core.
   *
   * @throws SolrException with status 409 if the index or the model is of other anchors, 400 if the
   *     model refuses the query, 500 if it fails
   */
  CurResult run(SolrIndexSearcher searcher, Pools pools) throws IOException {
    InteractionModel model = model(searcher.getCore(), type(searcher.getSchema(), field).anchors());
    IndexView view = Documents.view(searcher, field);
    CurPlan.Pool pool = pools.of(view);
    SearchResult result = run(view.space(pool.accepted(), pool.features(), model, query));
    List<CurResult.CurHit> hits = new ArrayList<>(result.hits().size());
    int[] documents = result.hits().stream().mapToInt(Hit::document).toArray();
    float[] first = pool.firstStage().of(documents);
    for (int i = 0; i < documents.length; i++) {
      float score = Float.isNaN(first[i]) ? 0 : first[i];
      hits.add(new CurResult.CurHit(documents[i], score, result.hits().get(i)));
    }
    return new CurResult(result, List.copyOf(hits));
  }

  /** Says which documents of a core come into question. */
  @FunctionalInterface
  interface Pools {
    /** The documents and their first-stage scores. */
    CurPlan.Pool of(IndexView view) throws IOException;
  }

  /** What the search will ask of its space before any score. */
  Opening opening() {
    return new AdaptiveSearch().opening(request());
  }

  private SearchRequest request() {
    return new SearchRequest(query, depth, budget, timeout(), minRecall);
  }

  /** Runs the search, wherever the documents are. */
  SearchResult run(SearchSpace space) throws IOException {
    SearchRequest request = request();
    // Rounds are for spending calls well, or for stopping early: not where all can be scored.
    boolean exhaustive = budget >= space.size() && request.timeout() == null && minRecall == 1;
    SearchMethod method = exhaustive ? new ExactSearch() : new AdaptiveSearch();
    try {
      return method.search(space, request);
    } catch (IllegalArgumentException e) {
      throw new SolrException(ErrorCode.BAD_REQUEST, e.getMessage(), e);
    } catch (SolrException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new SolrException(
          ErrorCode.SERVER_ERROR,
          "model " + space.anchors().queryModelFingerprint() + " failed: " + e.getMessage(),
          e);
    }
  }

  /** The model of a core that answers queries; checked to be that of the anchors. */
  static InteractionModel model(SolrCore core, AnchorSet anchors) {
    InteractionModel model = CurComponent.of(core).queryModel();
    if (!model.fingerprint().equals(anchors.queryModelFingerprint())) {
      throw new SolrException(
          ErrorCode.CONFLICT,
          "model must be the query model of the anchor set, "
              + anchors.queryModelFingerprint()
              + ", got: "
              + model.fingerprint());
    }
    return model;
  }

  /** What {@code timeAllowed} leaves for the model, or null if there is no limit. */
  private static @Nullable Duration timeout() {
    SolrRequestInfo info = SolrRequestInfo.getRequestInfo();
    SolrQueryRequest request = info == null ? null : info.getReq();
    long allowed = request == null ? -1 : request.getParams().getLong("timeAllowed", -1L);
    if (request == null || allowed < 0) {
      return null;
    }
    double left = MODEL_SHARE * (allowed - request.getRequestTimer().getTime());
    return Duration.ofNanos(Math.max(1, Math.round(left * 1e6)));
  }
}
