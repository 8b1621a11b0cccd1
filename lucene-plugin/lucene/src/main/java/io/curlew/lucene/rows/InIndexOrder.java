package io.curlew.lucene.rows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;

/**
 * Documents in the order of the index, segment by segment, as they are best read.
 *
 * @param documents ascending
 * @param places where each stood in the list that was given
 */
record InIndexOrder(int[] documents, int[] places) {

  static InIndexOrder of(int[] documents) {
    long[] keys = new long[documents.length]; // document, then place
    Arrays.setAll(keys, i -> ((long) documents[i] << 32) | i);
    Arrays.sort(keys);
    int[] sorted = new int[keys.length];
    int[] places = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      sorted[i] = (int) (keys[i] >>> 32);
      places[i] = (int) keys[i];
    }
    return new InIndexOrder(sorted, places);
  }

  /**
   * Documents of one segment.
   *
   * @param from the first index into {@link #documents}
   * @param to the index after the last
   */
  record Group(LeafReaderContext leaf, int from, int to) {}

  /** The documents by segment, at most so many together. */
  List<Group> groups(IndexReader reader, int most) throws IOException {
    List<LeafReaderContext> leaves = reader.leaves();
    List<Group> groups = new ArrayList<>();
    for (int from = 0; from < documents.length; ) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(documents[from], leaves));
      int end = leaf.docBase + leaf.reader().maxDoc();
      int to = from + 1;
      while (to < documents.length && to - from < most && documents[to] < end) {
        to++;
      }
      groups.add(new Group(leaf, from, to));
      from = to;
    }
    return groups;
  }
}
