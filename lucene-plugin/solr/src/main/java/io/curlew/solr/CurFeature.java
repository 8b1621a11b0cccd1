package io.curlew.solr;

import io.curlew.cur.shards.ShardedSearchSpace;
import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.QueryScores;
import io.curlew.lucene.rows.VectorScores;
import java.io.IOException;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.FixedBitSet;

/**
 * A query that tells something of documents without the model. Its scores are divided by the best;
 * those of a {@code knn} query are the dot products of its vector with the field's, of all
 * documents: what {@link io.curlew.lucene.Feature} gives, so that what was learned of it holds.
 */
record CurFeature(String name, Query query) {

  /** The scores of accepted documents, not divided by anything. */
  FeatureScores scores(IndexView view, FixedBitSet accepted) throws IOException {
    return query instanceof KnnFloatVectorQuery knn
        ? new VectorScores(view, knn.getField(), knn.getTargetCopy(), accepted)
        : new QueryScores(view, query, accepted);
  }

  /** The same on shards. */
  ShardedSearchSpace.Feature ofShards() {
    return new ShardedSearchSpace.Feature(name, !(query instanceof KnnFloatVectorQuery));
  }
}
