package io.curlew.lucene.rows;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/**
 * A random order of documents that depends on their external ids and a seed only: by a hash of the
 * id, ties by id. So it is the same however documents are laid out over segments and shards.
 */
public final class DocumentSample {

  private DocumentSample() {}

  /** Documents in the order of a seed: indices into their ids. */
  public static int[] order(List<String> ids, long seed) {
    int[] hashes = new int[ids.size()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = StringHelper.murmurhash3_x86_32(new BytesRef(ids.get(i)), Long.hashCode(seed));
    }
    return IntStream.range(0, hashes.length)
        .boxed()
        .sorted(Comparator.comparingInt((Integer i) -> hashes[i]).thenComparing(ids::get))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
