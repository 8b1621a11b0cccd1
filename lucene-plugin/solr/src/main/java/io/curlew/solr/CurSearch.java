package io.curlew.solr;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.AnchorSet;
import io.curlew.cur.ExactSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.InteractionModel;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.request.SolrRequestInfo;
import org.apache.solr.schema.IndexSchema;
import org.apache.solr.schema.SchemaField;
import org.apache.solr.search.SolrIndexSearcher;
import org.jspecify.annotations.Nullable;

/**
 * A search as one core runs it: what to look for, and what this core may spend on it. Equal
 * searches over the same documents give equal results, deadlines excepted.
 *
 * @param field the anchor field
 * @param query the user's text
 * @param budget the model calls of the whole request, at least 1
 * @param shards among how many cores the request divides them, 1 if it is not distributed
 * @param depth how many hits
 * @param minRecall an expected recall that is enough; 1 spends the budget
 */
record CurSearch(String field, String query, int budget, int shards, int depth, double minRecall) {

  /**
   * The share of the time left that the model gets when a request has {@code timeAllowed}. Solr
   * throws an answer away that comes late for the merge, however good.
   */
  private static final double MODEL_SHARE = 0.8;

  /** The calls of this core: an equal share, rounded down, so that the sum is never exceeded. */
  int share() {
    return budget / shards;
  }

  /** What equal searches on different shards have in common, for the trace. */
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
   * Runs the search.
   *
   * @param documents document numbers, ascending, each with an anchor row
   * @param firstStage their first-stage scores, NaN for one that does not match
   * @throws SolrException with status 409 if the index or the model is of other anchors, 400 if the
   *     model refuses the query, 500 if it fails
   */
  CurResult run(SolrIndexSearcher searcher, int[] documents, float[] firstStage)
      throws IOException {
    CurVectorField type = type(searcher.getSchema(), field);
    AnchorFingerprint.check(searcher.getIndexReader(), field, type.anchors());
    InteractionModel model = model(searcher, type.anchors());
    if (documents.length == 0) {
      return CurResult.NONE;
    }
    SolrCandidates candidates = new SolrCandidates(searcher, field, type, documents, firstStage);
    Duration timeout = timeout();
    SearchRequest request = new SearchRequest(query, depth, share(), timeout, minRecall);
    // Rounds are for spending calls well, or for stopping early: not where all can be scored.
    boolean exhaustive = share() >= documents.length && timeout == null && minRecall == 1;
    SearchMethod method = exhaustive ? new ExactSearch() : new AdaptiveSearch(type.anchors());
    SearchResult result;
    try {
      result = method.search(candidates, model, request);
    } catch (IllegalArgumentException e) {
      throw new SolrException(ErrorCode.BAD_REQUEST, e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new SolrException(
          ErrorCode.SERVER_ERROR, "model " + model.fingerprint() + " failed: " + e.getMessage(), e);
    }
    List<CurResult.CurHit> hits = new ArrayList<>(result.hits().size());
    for (Hit hit : result.hits()) {
      float first = candidates.firstStageScores(new int[] {hit.document()})[0];
      hits.add(new CurResult.CurHit(candidates.document(hit.document()), first, hit));
    }
    return new CurResult(result, exhaustive ? 1 : result.expectedRecall(), List.copyOf(hits));
  }

  private static InteractionModel model(SolrIndexSearcher searcher, AnchorSet anchors) {
    InteractionModel model = CurComponent.of(searcher.getCore()).queryModel();
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
