package io.curlew.opensearch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.curlew.lucene.rows.IndexView;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.util.FixedBitSet;
import org.opensearch.index.mapper.SeqNoFieldMapper;

/**
 * Says which versions of documents a reader holds: the same for all copies of a shard that hold the
 * same. Every operation on a shard has a number and the term of its primary; those of the documents
 * that can be found are hashed, once for each reader and field.
 */
final class IndexContents {

  private final Cache<Object, Map<String, String>> byReader =
      Caffeine.newBuilder().weakKeys().build();

  /** The contents of a view of a field's rows. */
  String of(IndexView view, String field) throws IOException {
    IndexReader.CacheHelper helper = view.searcher().getIndexReader().getReaderCacheHelper();
    if (helper == null) {
      return hash(view);
    }
    Map<String, String> known = byReader.get(helper.getKey(), reader -> new ConcurrentHashMap<>());
    String contents = known.get(field);
    if (contents == null) {
      contents = hash(view);
      known.put(field, contents);
    }
    return contents;
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
