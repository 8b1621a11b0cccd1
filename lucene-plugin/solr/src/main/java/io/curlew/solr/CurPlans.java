package io.curlew.solr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.apache.solr.handler.component.ResponseBuilder;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.search.SolrIndexSearcher;

/**
 * The searches of a request, in the order in which its parsers read them: the same on every shard,
 * so that the node that asks and the shards call them by number.
 */
final class CurPlans {

  /** The parameter, with the number of a search, that hands its result out to shards. */
  static final String HITS = "cur.hits.";

  private static final String ANCHORS = "cur.anchors.";
  private static final String CONTEXT = "curlew.searches";

  private CurPlans() {}

  /**
   * Notes a search that a parser has read.
   *
   * @throws SolrException with status 409 if another shard has other anchors
   */
  static void announce(SolrQueryRequest request, CurPlan plan) {
    String field = plan.search().field();
    String here = CurSearch.type(request.getSchema(), field).anchors().fingerprint();
    String there = request.getParams().get(ANCHORS + field);
    if (there != null && !there.equals(here)) {
      throw new SolrException(
          ErrorCode.CONFLICT,
          "shards must have one anchor set in field \""
              + field
              + "\", got: "
              + there
              + " and "
              + here
              + " on "
              + request.getCore().getName());
    }
    if (!plans(request).contains(plan)) {
      plans(request).add(plan);
    }
  }

  /** The searches of a request, in the order in which they are read, the same on every shard. */
  @SuppressWarnings("unchecked")
  static List<CurPlan> plans(SolrQueryRequest request) {
    return (List<CurPlan>)
        request.getContext().computeIfAbsent(CONTEXT, key -> new ArrayList<CurPlan>());
  }

  /** The number of a search; a rank query, of which there is one, changes when it is rewritten. */
  static int number(SolrQueryRequest request, CurPlan plan) {
    List<CurPlan> plans = plans(request);
    for (int i = 0; i < plans.size(); i++) {
      if (plan.reranks() ? plans.get(i).reranks() : plans.get(i).equals(plan)) {
        return i;
      }
    }
    return -1;
  }

  /** Makes the anchors of this node a condition for others. */
  static void pinAnchors(ResponseBuilder rb, ModifiableSolrParams params) {
    for (CurPlan plan : plans(rb.req)) {
      String field = plan.search().field();
      params.set(
          ANCHORS + field, CurSearch.type(rb.req.getSchema(), field).anchors().fingerprint());
    }
  }

  /**
   * The result that a shard was given with a request.
   *
   * @throws SolrException with status 400 if it was given none
   */
  static CurResult handedOut(SolrQueryRequest request, SolrIndexSearcher searcher, CurPlan plan)
      throws IOException {
    String packed = request.getParams().get(HITS + number(request, plan));
    if (packed == null) {
      throw LocalParams.bad(
          "a search of a distributed request must be in q, rq or fq, and the handler must have"
              + " the component \""
              + CurComponent.NAME
              + "\" among its last-components, got: "
              + plan);
    }
    return Handout.unpack(packed, searcher);
  }
}
