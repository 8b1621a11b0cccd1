package io.curlew.lucene;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.StringHelper;

/**
 * A random order of the documents of a view that depends on their external ids and a seed only: by
 * a hash of the id, ties by id. The order of a seed is computed when first asked for, and kept.
 */
final class DocumentSample {

  private final DocumentIds ids;
  private final FixedBitSet searchable;
  private final Map<Long, int[]> orders = new ConcurrentHashMap<>();

  DocumentSample(DocumentIds ids, FixedBitSet searchable) {
    this.ids = ids;
    this.searchable = searchable;
  }

  /** The first n documents of the order that are accepted, or all of them if there are fewer. */
  int[] first(int n, long seed, FixedBitSet accepted) throws IOException {
    int[] order = orders.get(seed);
    if (order == null) {
      order = order(seed);
      orders.put(seed, order);
    }
    return Arrays.stream(order).filter(accepted::get).limit(n).toArray();
  }

  private int[] order(long seed) throws IOException {
    int[] documents = documents(searchable);
    List<String> names = ids.of(documents);
    int[] hashes = new int[documents.length];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = StringHelper.murmurhash3_x86_32(new BytesRef(names.get(i)), Long.hashCode(seed));
    }
    return IntStream.range(0, documents.length)
        .boxed()
        .sorted(Comparator.comparingInt((Integer i) -> hashes[i]).thenComparing(names::get))
        .mapToInt(i -> documents[i])
        .toArray();
  }

  /** The members of a set of documents, in index order. */
  static int[] documents(FixedBitSet set) {
    return IntStream.range(0, set.length()).filter(set::get).toArray();
  }
}
