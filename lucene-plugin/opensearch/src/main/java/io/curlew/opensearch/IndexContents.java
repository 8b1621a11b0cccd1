package io.curlew.opensearch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.curlew.lucene.rows.IndexView;
import java.io.IOException;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.util.FixedBitSet;
import org.opensearch.index.mapper.SeqNoFieldMapper;

/**
 * Says which versions of documents a reader holds: the same for all copies of a shard that hold the
 * same. Every operation on a shard has a number and the term of its primary; those of the documents
 * that can be found are hashed, once for each reader.
 */
final class IndexContents {

  private final Cache<Object, String> byReader = Caffeine.newBuilder().weakKeys().build();

  /** The contents of a view. */
  String of(IndexView view) throws IOException {
    IndexReader.CacheHelper helper = view.searcher().getIndexReader().getReaderCacheHelper();
    String known = helper == null ? null : byReader.getIfPresent(helper.getKey());
    if (known == null) {
      known = hash(view);
      if (helper != null) {
        byReader.put(helper.getKey(), known);
      }
    }
    return known;
  }

  private static String hash(IndexView view) throws IOException {
    FixedBitSet documents = view.searchable();
    long hash = 0;
    for (LeafReaderContext leaf : view.searcher().getIndexReader().leaves()) {
      NumericDocValues numbers = leaf.reader().getNumericDocValues(SeqNoFieldMapper.NAME);
      NumericDocValues terms =
          leaf.reader().getNumericDocValues(SeqNoFieldMapper.PRIMARY_TERM_NAME);
      for (int d = 0; d < leaf.reader().maxDoc(); d++) {
        if (documents.get(leaf.docBase + d)) {
          long number = numbers != null && numbers.advanceExact(d) ? numbers.longValue() : -1;
          long term = terms != null && terms.advanceExact(d) ? terms.longValue() : -1;
          hash += mix(number + mix(term));
        }
      }
    }
    return documents.cardinality() + ":" + Long.toHexString(hash);
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
