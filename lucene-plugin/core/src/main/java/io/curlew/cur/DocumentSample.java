package io.curlew.cur;

import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A random order of documents that depends on their external ids and a seed only: by a hash of the
 * id, ties by id. So it is the same however documents are laid out over segments and shards.
 */
public final class DocumentSample {

  private DocumentSample() {}

  /** Documents in the order of a seed: indices into their ids. */
  public static int[] order(List<String> ids, long seed) {
    long[] hashes = new long[ids.size()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = new SplittableRandom(seed ^ ((long) ids.get(i).hashCode() << 32)).nextLong();
    }
    return IntStream.range(0, hashes.length)
        .boxed()
        .sorted(Comparator.comparingLong((Integer i) -> hashes[i]).thenComparing(ids::get))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
