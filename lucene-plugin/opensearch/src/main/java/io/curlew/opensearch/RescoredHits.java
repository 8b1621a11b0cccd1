package io.curlew.opensearch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Map;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.IndexSearcher;
import org.jspecify.annotations.Nullable;

/**
 * What rescorers of a node have found lately, to explain it: OpenSearch explains in another phase,
 * in which the rescorer is another object.
 *
 * @param models of the node
 * @param byReader weak, by what the reader is known by
 */
record RescoredHits(NodeModels models, Cache<Object, Cache<Object, Map<Integer, Float>>> byReader) {

  private static final int KEPT = 64;

  RescoredHits(NodeModels models) {
    this(models, Caffeine.newBuilder().weakKeys().build());
  }

  /** Keeps the model's scores, and estimates of them, of some documents. */
  void put(IndexSearcher searcher, Object request, Map<Integer, Float> scores) {
    IndexReader.CacheHelper helper = searcher.getIndexReader().getReaderCacheHelper();
    if (helper != null) {
      byReader
          .get(helper.getKey(), reader -> Caffeine.newBuilder().maximumSize(KEPT).build())
          .put(request, scores);
    }
  }

  /** The score of a document, or null if it is not known, or no longer. */
  @Nullable Float score(IndexSearcher searcher, Object request, int document) {
    IndexReader.CacheHelper helper = searcher.getIndexReader().getReaderCacheHelper();
    Cache<Object, Map<Integer, Float>> of =
        helper == null ? null : byReader.getIfPresent(helper.getKey());
    Map<Integer, Float> scores = of == null ? null : of.getIfPresent(request);
    return scores == null ? null : scores.get(document);
  }
}
