package io.curlew.demo.index;

import io.curlew.lucene.CurSearcher;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All documents of an index that can be found, in the order of their numbers.
 *
 * @param numbers in the index
 */
public record IndexedDocuments(int[] numbers, List<String> ids, List<String> texts) {

  public static IndexedDocuments of(CurlewIndex index) throws IOException {
    CurSearcher searcher = index.searcher();
    int[] numbers = searcher.documents();
    return new IndexedDocuments(numbers, searcher.ids(numbers), searcher.texts(numbers));
  }

  public int size() {
    return numbers.length;
  }

  /** The place of every id in this order. */
  public Map<String, Integer> places() {
    Map<String, Integer> places = HashMap.newHashMap(ids.size());
    for (int d = 0; d < ids.size(); d++) {
      places.put(ids.get(d), d);
    }
    return places;
  }
}
