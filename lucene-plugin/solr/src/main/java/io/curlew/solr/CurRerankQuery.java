package io.curlew.solr;

import io.curlew.cur.shards.ShardedSearchSpace;
import io.curlew.lucene.rows.DocumentScores;
import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TopDocsCollector;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.FixedBitSet;
import org.apache.solr.handler.component.MergeStrategy;
import org.apache.solr.handler.component.ResponseBuilder;
import org.apache.solr.request.SolrRequestInfo;
import org.apache.solr.search.DocIterator;
import org.apache.solr.search.DocList;
import org.apache.solr.search.QueryCommand;
import org.apache.solr.search.QueryResult;
import org.apache.solr.search.RankQuery;
import org.apache.solr.search.ReRankWeight;
import org.apache.solr.search.SolrIndexSearcher;
import org.jspecify.annotations.Nullable;

/** Re-ranks the best hits of another query by a {@link CurSearch}. */
final class CurRerankQuery extends RankQuery implements CurPlan {

  private final CurSearch search;
  private final String firstPass; // the name of its scores
  private final List<CurFeature> others;
  private Query asked = new MatchAllDocsQuery(); // the other query
  private Query rewritten = asked;

  /**
   * @param firstPass what the scores of the first pass are called among features
   * @param others the other features
   */
  CurRerankQuery(CurSearch search, String firstPass, List<CurFeature> others) {
    this.search = search;
    this.firstPass = firstPass;
    this.others = List.copyOf(others);
    setCache(false); // the trace would be lost: SearchMemory keeps the result
  }

  @Override
  public RankQuery wrap(@Nullable Query other) {
    if (other != null) {
      asked = other;
      rewritten = other;
    }
    return this;
  }

  @Override
  public @Nullable MergeStrategy getMergeStrategy() {
    return null; // by score
  }

  @Override
  public TopDocsCollector<? extends ScoreDoc> getTopDocsCollector(
      int len, QueryCommand cmd, IndexSearcher searcher) throws IOException {
    CurRerankRescorer rescorer =
        new CurRerankRescorer(this, key(asked, filters(cmd.getFilterList())));
    return new CurRerankCollector(search.depth(), len, rescorer, cmd, searcher);
  }

  @Override
  public Query rewrite(IndexSearcher searcher) throws IOException {
    Query main = rewritten.rewrite(searcher);
    if (main.equals(rewritten)) {
      return this;
    }
    CurRerankQuery query = new CurRerankQuery(search, firstPass, others);
    query.asked = asked;
    query.rewritten = main;
    return query;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    Weight main = rewritten.createWeight(searcher, scoreMode, boost);
    SolrRequestInfo info = SolrRequestInfo.getRequestInfo();
    ResponseBuilder rb = info == null ? null : info.getResponseBuilder();
    CurRerankRescorer rescorer =
        new CurRerankRescorer(this, key(asked, filters(rb == null ? null : rb.getFilters())));
    return new ReRankWeight(rewritten, rescorer, searcher, main, null, null);
  }

  @Override
  public CurSearch search() {
    return search;
  }

  @Override
  public boolean reranks() {
    return true;
  }

  @Override
  public Pool pool(IndexView view, Query main, List<Query> filters) throws IOException {
    QueryCommand command = new QueryCommand();
    command.setQuery(main).setFilterList(filters).setLen(search.depth());
    command.setFlags(SolrIndexSearcher.GET_SCORES);
    Map<Integer, Float> scores = new TreeMap<>();
    DocList best =
        ((SolrIndexSearcher) view.searcher()).search(new QueryResult(), command).getDocList();
    for (DocIterator hits = best.iterator(); hits.hasNext(); ) {
      int document = hits.nextDoc();
      scores.put(document, hits.score());
    }
    return pool(view, scores);
  }

  /** The ones of some first-pass hits that have an anchor row. */
  Pool pool(IndexView view, Map<Integer, Float> scores) throws IOException {
    FixedBitSet accepted =
        view.withRow(scores.keySet().stream().mapToInt(Integer::intValue).toArray());
    int[] documents = IndexView.documents(accepted);
    float[] firstStage = new float[documents.length];
    for (int i = 0; i < firstStage.length; i++) {
      firstStage[i] = scores.getOrDefault(documents[i], Float.NaN);
    }
    Map<String, FeatureScores> features = new LinkedHashMap<>();
    features.put(firstPass, new DocumentScores(view, documents, firstStage));
    for (CurFeature other : others) {
      features.put(other.name(), other.scores(view, accepted));
    }
    return new Pool(accepted, features);
  }

  @Override
  public List<ShardedSearchSpace.Feature> features() {
    List<ShardedSearchSpace.Feature> all = new ArrayList<>();
    all.add(new ShardedSearchSpace.Feature(firstPass, true));
    others.forEach(other -> all.add(other.ofShards()));
    return all;
  }

  @Override
  public Object key(Query main, List<Query> filters) {
    return new Key(search, features(), others, main, filters(filters));
  }

  private record Key(
      CurSearch search,
      List<ShardedSearchSpace.Feature> features,
      List<CurFeature> others,
      Query query,
      List<Query> filters) {}

  private static List<Query> filters(@Nullable List<Query> filters) {
    return filters == null ? List.of() : List.copyOf(filters);
  }

  @Override
  public void visit(QueryVisitor visitor) {
    rewritten.visit(visitor);
  }

  @Override
  public String toString(String field) {
    return "{!curRerank} " + search + " of " + rewritten;
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && search.equals(((CurRerankQuery) other).search)
        && firstPass.equals(((CurRerankQuery) other).firstPass)
        && others.equals(((CurRerankQuery) other).others)
        && rewritten.equals(((CurRerankQuery) other).rewritten);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), search, firstPass, others, rewritten);
  }
}
