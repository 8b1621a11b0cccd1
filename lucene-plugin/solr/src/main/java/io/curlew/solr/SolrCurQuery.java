package io.curlew.solr;

import io.curlew.cur.shards.ShardedSearchSpace;
import io.curlew.lucene.rows.EngineScores;
import io.curlew.lucene.rows.HitsScorer;
import io.curlew.lucene.rows.IndexView;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.solr.search.ExtendedQueryBase;
import org.apache.solr.search.SolrIndexSearcher;
import org.jspecify.annotations.Nullable;

/**
 * The hits of one {@link CurSearch} as a query among others. It is run when a weight is made, once
 * for each request.
 *
 * <p>Lucene wants scores that are not negative, and a model's may be. A score is 1 + s for s at
 * least 0 and 1 / (1 - s) below, s being the model's score or the estimate of it: the same map on
 * every shard, so that scores merge. The trace has s.
 *
 * <p>Solr's result and filter caches are passed by: {@link SearchMemory} keeps what is worth it.
 */
final class SolrCurQuery extends ExtendedQueryBase implements CurPlan {

  private final CurSearch search;
  private final List<CurFeature> features;
  private final List<Query> filters;

  /**
   * @param features what is known of documents without the model
   * @param filters all must match a document
   */
  SolrCurQuery(CurSearch search, List<CurFeature> features, List<Query> filters) {
    this.search = search;
    this.features = List.copyOf(features);
    this.filters = List.copyOf(filters);
    setCache(false);
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost)
      throws IOException {
    if (!(searcher instanceof SolrIndexSearcher solr)) {
      return words().createWeight(searcher, scoreMode, boost); // collects term statistics
    }
    return new HitsWeight(solr, result(solr), boost);
  }

  private CurResult result(SolrIndexSearcher searcher) throws IOException {
    return SearchMemory.get(
        searcher,
        this,
        this,
        () -> search.run(searcher, features(), view -> Documents.pool(view, features, filters)));
  }

  @Override
  public CurSearch search() {
    return search;
  }

  @Override
  public boolean reranks() {
    return false;
  }

  @Override
  public List<ShardedSearchSpace.Feature> features() {
    return features.stream().map(CurFeature::ofShards).toList();
  }

  private Query words() {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    features.forEach(feature -> all.add(feature.query(), Occur.SHOULD));
    return all.build();
  }

  @Override
  public Pool pool(IndexView view, Query main, List<Query> ignored) throws IOException {
    return Documents.pool(view, features, filters);
  }

  @Override
  public Object key(Query main, List<Query> ignored) {
    return this;
  }

  @Override
  public void visit(QueryVisitor visitor) {
    for (CurFeature feature : features) {
      feature.query().visit(visitor.getSubVisitor(Occur.SHOULD, this)); // words can be highlighted
    }
  }

  @Override
  public String toString(String field) {
    return "{!cur} " + search + " features=" + features + " filters=" + filters;
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other)
        && search.equals(((SolrCurQuery) other).search)
        && features.equals(((SolrCurQuery) other).features)
        && filters.equals(((SolrCurQuery) other).filters);
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), search, features, filters);
  }

  private final class HitsWeight extends Weight {

    private final SolrIndexSearcher searcher;
    private final CurResult result;
    private final float boost;
    private final int[] documents; // of the hits, ascending
    private final float[] scores;

    HitsWeight(SolrIndexSearcher searcher, CurResult result, float boost) {
      super(SolrCurQuery.this);
      this.searcher = searcher;
      this.result = result;
      this.boost = boost;
      CurResult.CurHit[] inOrder = result.hits().toArray(CurResult.CurHit[]::new);
      Arrays.sort(inOrder, Comparator.comparingInt(CurResult.CurHit::document));
      this.documents = Arrays.stream(inOrder).mapToInt(CurResult.CurHit::document).toArray();
      this.scores = new float[inOrder.length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = EngineScores.of(inOrder[i].hit().score());
      }
    }

    @Override
    public @Nullable Scorer scorer(LeafReaderContext context) {
      int first = HitsScorer.place(documents, context.docBase);
      int end = HitsScorer.place(documents, context.docBase + context.reader().maxDoc());
      return first == end
          ? null
          : new HitsScorer(this, documents, scores, context.docBase, first, end, boost);
    }

    @Override
    public boolean isCacheable(LeafReaderContext context) {
      return false;
    }

    @Override
    public Explanation explain(LeafReaderContext context, int document) throws IOException {
      CurResult.CurHit hit = result.hit(context.docBase + document);
      if (hit == null) {
        return Explanation.noMatch("not among the best " + search.depth());
      }
      return Explanation.match(
          boost * EngineScores.of(hit.hit().score()),
          "score, computed as boost " + boost + " * (s >= 0 ? 1 + s : 1 / (1 - s)), s from:",
          result.explain(searcher, SolrCurQuery.this, hit));
    }
  }
}
