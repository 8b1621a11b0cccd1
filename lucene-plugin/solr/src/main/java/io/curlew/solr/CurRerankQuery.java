package io.curlew.solr;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TopDocsCollector;
import org.apache.lucene.search.Weight;
import org.apache.solr.handler.component.ResponseBuilder;
import org.apache.solr.request.SolrRequestInfo;
import org.apache.solr.search.AbstractReRankQuery;
import org.apache.solr.search.QueryCommand;
import org.apache.solr.search.RankQuery;
import org.apache.solr.search.ReRankWeight;
import org.jspecify.annotations.Nullable;

/** Re-ranks the best hits of another query by a {@link CurSearch}. */
final class CurRerankQuery extends AbstractReRankQuery {

  private final CurSearch search;
  private Query asked = new MatchAllDocsQuery(); // the other query, not rewritten

  CurRerankQuery(CurSearch search) {
    super(new MatchAllDocsQuery(), search.depth(), new CurRescorer(search, Key.NONE));
    this.search = search;
    setCache(false); // the trace would be lost: SearchMemory keeps the result
  }

  @Override
  public RankQuery wrap(@Nullable Query other) {
    if (other != null) {
      asked = other;
    }
    return super.wrap(other);
  }

  @Override
  public TopDocsCollector<? extends ScoreDoc> getTopDocsCollector(
      int len, QueryCommand cmd, IndexSearcher searcher) throws IOException {
    Key key = new Key(search, asked, filters(cmd.getFilterList()));
    return new CurRerankCollector(search.depth(), len, new CurRescorer(search, key), cmd, searcher);
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    Weight main = mainQuery.createWeight(searcher, scoreMode, boost);
    SolrRequestInfo info = SolrRequestInfo.getRequestInfo();
    ResponseBuilder rb = info == null ? null : info.getResponseBuilder();
    Key key = new Key(search, asked, filters(rb == null ? null : rb.getFilters()));
    return new ReRankWeight(mainQuery, new CurRescorer(search, key), searcher, main, null, null);
  }

  private static List<Query> filters(@Nullable List<Query> filters) {
    return filters == null ? List.of() : List.copyOf(filters);
  }

  @Override
  protected Query rewrite(Query rewritten) {
    CurRerankQuery query = new CurRerankQuery(search);
    query.wrap(rewritten);
    query.asked = asked;
    return query;
  }

  @Override
  public String toString(String field) {
    return "{!curRerank} " + search + " of " + mainQuery;
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && search.equals(((CurRerankQuery) other).search)
        && mainQuery.equals(((CurRerankQuery) other).mainQuery);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), search, mainQuery);
  }

  /** All that the result depends on. */
  record Key(@Nullable CurSearch search, Query query, List<Query> filters) {
    static final Key NONE = new Key(null, new MatchAllDocsQuery(), List.of());
  }
}
