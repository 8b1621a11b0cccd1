package io.curlew.solr;

import org.apache.lucene.search.Query;
import org.apache.lucene.search.SortField;
import org.apache.solr.common.params.CommonParams;
import org.apache.solr.common.params.SolrParams;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.search.QParser;
import org.apache.solr.search.QParserPlugin;
import org.apache.solr.search.SortSpec;
import org.apache.solr.search.SortSpecParsing;
import org.apache.solr.search.SyntaxError;

/**
 * The rank query {@code curRerank}: re-ranks the hits of any query by the interaction model, within
 * a budget of its calls.
 *
 * <pre>{@code q=...&rq={!curRerank f=anchors reRankDocs=1000 budget=200 v=$text}}</pre>
 *
 * <ul>
 *   <li>{@code f}, {@code v}, {@code budget}, {@code minRecall}, {@code method}, {@code profile},
 *       {@code feature.NAME}: as for {@link CurQParserPlugin}.
 *   <li>{@code firstPass}: what the scores of {@code q}, divided by the best, are called among
 *       features, such as {@code bm25}; {@code query} unless given.
 *   <li>{@code reRankDocs}: how many hits are re-ranked, of all shards together; at least 1, 1000
 *       unless given. With a budget that is smaller, calls are spent where they matter and the
 *       other hits ranked by estimate.
 * </ul>
 *
 * <p>Scores are the model's, or estimates of them. Documents that have none, beyond {@code
 * reRankDocs} or without an anchor row, come after all others in the order of the first pass, with
 * a score of {@code -1e30 / (1 + first score)}, on every shard alike. A {@code sort} must begin
 * with {@code score desc}.
 */
public final class CurRerankQParserPlugin extends QParserPlugin {

  /** The name to register it under. */
  public static final String NAME = "curRerank";

  private static final int DEFAULT_RERANK_DOCS = 1000;

  /** For Solr. */
  public CurRerankQParserPlugin() {}

  @Override
  public QParser createParser(
      String qstr, SolrParams localParams, SolrParams params, SolrQueryRequest req) {
    return new CurRerankQParser(qstr, localParams, params, req);
  }

  private static final class CurRerankQParser extends QParser {

    CurRerankQParser(String qstr, SolrParams localParams, SolrParams params, SolrQueryRequest req) {
      super(qstr, localParams, params, req);
    }

    @Override
    public Query parse() throws SyntaxError {
      if (localParams == null) {
        throw LocalParams.bad("curRerank must be given as {!curRerank f=...}, got: none");
      }
      LocalParams given = new LocalParams(localParams);
      int reRankDocs = given.atLeastOne("reRankDocs", DEFAULT_RERANK_DOCS);
      CurSearch search = given.search(qstr, reRankDocs, req);
      checkSort();
      String firstPass = localParams.get("firstPass", LocalParams.QUERY);
      CurRerankQuery query = new CurRerankQuery(search, firstPass, given.features(this, firstPass));
      CurPlans.announce(req, query);
      return query;
    }

    /** Shards rank by score, and so must whoever merges them. */
    private void checkSort() {
      String sort = req.getParams().get(CommonParams.SORT);
      if (sort == null) {
        return;
      }
      SortSpec spec = SortSpecParsing.parseSortSpec(sort, req);
      SortField[] fields = spec.getSort() == null ? new SortField[0] : spec.getSort().getSort();
      if (fields.length > 0
          && (fields[0].getType() != SortField.Type.SCORE || fields[0].getReverse())) {
        throw LocalParams.bad("sort must begin with score desc under curRerank, got: " + sort);
      }
    }
  }
}
