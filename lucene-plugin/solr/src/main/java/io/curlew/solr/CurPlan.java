package io.curlew.solr;

import io.curlew.cur.shards.ShardedSearchSpace;
import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.RelativeScores;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.FixedBitSet;

/** A query that is a search: what a parser has read, before anything is looked for. */
sealed interface CurPlan permits SolrCurQuery, CurRerankQuery {

  /** What to look for. */
  CurSearch search();

  /** Whether only the best of another query are looked at: all of them are then handed out. */
  boolean reranks();

  /**
   * The documents of a core that come into question, and their features.
   *
   * @param view of the core
   * @param main the main query of the request
   * @param filters the filters of the request
   */
  Pool pool(IndexView view, Query main, List<Query> filters) throws IOException;

  /** All that the result depends on, beside the index. */
  Object key(Query main, List<Query> filters);

  /** What is known of documents without the model: the features of a pool, in their order. */
  List<ShardedSearchSpace.Feature> features();

  /**
   * Documents.
   *
   * @param accepted each with an anchor row
   * @param features by name, in order, not divided by anything
   */
  record Pool(FixedBitSet accepted, Map<String, FeatureScores> features) {

    /** The features as a search of this core alone sees them. */
    Map<String, FeatureScores> scaled(List<ShardedSearchSpace.Feature> all) {
      Map<String, FeatureScores> scaled = new LinkedHashMap<>();
      for (ShardedSearchSpace.Feature feature : all) {
        FeatureScores scores = Objects.requireNonNull(features.get(feature.name()));
        scaled.put(feature.name(), feature.relative() ? new RelativeScores(scores) : scores);
      }
      return scaled;
    }
  }
}
