package io.curlew.demo.rivals;

import io.curlew.demo.index.CurlewIndex;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;

/**
 * The dense vectors that the documents of an index are stored with, read when they are asked for.
 * Made for all its documents: no filter is looked at.
 */
public final class DenseVectors {

  private final CurlewIndex index;

  /** The vectors of an index, which stays open for as long as they are asked for. */
  public DenseVectors(CurlewIndex index) {
    this.index = index;
  }

  /** The length of the vectors; 0 if no document has one. */
  int dimension() throws IOException {
    for (LeafReaderContext leaf : index.searcher().indexSearcher().getLeafContexts()) {
      FloatVectorValues values = leaf.reader().getFloatVectorValues(index.fields().dense());
      if (values != null) {
        return values.dimension();
      }
    }
    return 0;
  }

  /**
   * The vectors of documents, in their order: {@code [documents][dimensions]}. All zero where a
   * document has none.
   *
   * @param dimension of the vectors
   */
  float[][] of(int[] documents, int dimension) throws IOException {
    long[] ascending = new long[documents.length]; // document, then place
    Arrays.setAll(ascending, i -> ((long) documents[i] << 32) | i);
    Arrays.sort(ascending);
    List<LeafReaderContext> leaves = index.searcher().indexSearcher().getLeafContexts();
    float[][] vectors = new float[documents.length][];
    for (int from = 0; from < ascending.length; ) {
      int document = (int) (ascending[from] >> 32);
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
      int to = from;
      while (to < ascending.length
          && (ascending[to] >> 32) < leaf.docBase + leaf.reader().maxDoc()) {
        to++;
      }
      read(leaf, Arrays.copyOfRange(ascending, from, to), vectors);
      from = to;
    }
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = vectors[i] == null ? new float[dimension] : vectors[i];
    }
    return vectors;
  }

  private void read(LeafReaderContext leaf, long[] ascending, float[][] vectors)
      throws IOException {
    FloatVectorValues values = leaf.reader().getFloatVectorValues(index.fields().dense());
    if (values == null) {
      return;
    }
    DocIndexIterator iterator = values.iterator();
    for (long key : ascending) {
      int document = (int) (key >> 32) - leaf.docBase;
      if (iterator.docID() < document) {
        iterator.advance(document);
      }
      if (iterator.docID() == document) {
        vectors[(int) key] = values.vectorValue(iterator.index()).clone();
      }
    }
  }

  /**
   * The documents whose vectors have the largest products with one, best first, ties by external
   * id: n of them, or all that have a vector. All vectors are read.
   */
  int[] nearest(float[] vector, int n) throws IOException {
    List<Feature> dense = index.features(Feature.DENSE, texts -> new float[][] {vector});
    return index
        .searcher()
        .space("a vector", dense, index.model(), /* filter= */ null)
        .list(/* feature= */ 0, n);
  }
}
