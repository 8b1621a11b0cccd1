package io.curlew.demo.rivals;

import io.curlew.demo.index.CurlewIndex;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The nearest documents of every document of an index, for {@link GraphRerank}: a document's
 * neighbours are found when they are first asked for, and kept. As published the graph is made with
 * the index, so that this time is no search time: an evaluation asks its queries once before it
 * measures. Cost: one BM25 query as long as a document, or one scan of all vectors, per document.
 * Memory: 64 bytes per document asked for. Used by one thread.
 */
public final class CorpusGraph implements GraphRerank.Neighbours {

  /** Neighbours of a document, as published. */
  static final int NEIGHBOURS = 16;

  private final Nearest nearest;
  private final Map<Integer, int[]> known = new HashMap<>();

  private CorpusGraph(Nearest nearest) {
    this.nearest = nearest;
  }

  /** Finds documents like one, which may be among them. */
  @FunctionalInterface
  private interface Nearest {
    int[] to(int document, int n) throws IOException;
  }

  /** Neighbours by BM25, the document's text the query. */
  public static CorpusGraph byWords(CurlewIndex index) {
    List<Feature> words = index.features(Feature.BM25, index.queryEmbedder());
    return new CorpusGraph(
        (document, n) -> {
          String text = index.searcher().texts(new int[] {document}).getFirst();
          return index
              .searcher()
              .space(text, words, index.model(), /* filter= */ null)
              .list(/* feature= */ 0, n);
        });
  }

  /** Neighbours by the products of stored vectors. */
  public static CorpusGraph byVectors(DenseVectors vectors) {
    return new CorpusGraph(
        (document, n) -> {
          float[] vector = vectors.of(new int[] {document}, /* dimension= */ 0)[0];
          return vector.length == 0 ? new int[0] : vectors.nearest(vector, n);
        });
  }

  @Override
  public int[] of(int document) throws IOException {
    int[] neighbours = known.get(document);
    if (neighbours == null) {
      neighbours =
          Arrays.stream(nearest.to(document, NEIGHBOURS + 1))
              .filter(other -> other != document)
              .limit(NEIGHBOURS)
              .toArray();
      known.put(document, neighbours);
    }
    return neighbours;
  }
}
