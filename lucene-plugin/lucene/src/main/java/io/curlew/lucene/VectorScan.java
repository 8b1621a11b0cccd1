package io.curlew.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.Bits;

/**
 * Raw dot products of one vector with every vector of a field: Lucene's own maximum-inner-product
 * scores are a lossy map of them. Segments are cut into slices of consecutive vectors, which the
 * searcher's executor computes side by side. The scan reads each vector once and allocates nothing
 * per document.
 */
final class VectorScan {

  private static final int SLICE = 8192;

  private final IndexSearcher searcher;
  private final String field;

  VectorScan(IndexSearcher searcher, String field) {
    this.searcher = searcher;
    this.field = field;
  }

  /**
   * Fills {@code products} with {@code weights . vector} by document; NaN for documents that are
   * not accepted or have no vector.
   *
   * @param accepted by document of the whole index
   * @param products one entry per document of the whole index
   */
  void run(float[] weights, Bits accepted, float[] products) throws IOException {
    Arrays.fill(products, Float.NaN);
    List<Callable<Boolean>> slices = new ArrayList<>();
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      FloatVectorValues values = leaf.reader().getFloatVectorValues(field);
      if (values == null || values.size() == 0) {
        continue;
      }
      if (values.dimension() != weights.length) {
        throw new IncompatibleIndexException(
            "vectors of field \""
                + field
                + "\" must have "
                + weights.length
                + " dimensions, got: "
                + values.dimension());
      }
      for (int from = 0; from < values.size(); from += SLICE) {
        int first = from;
        int end = Math.min(values.size(), from + SLICE);
        slices.add(
            () -> {
              scan(values.copy(), first, end, leaf.docBase, weights, accepted, products);
              return true;
            });
      }
    }
    searcher.getTaskExecutor().invokeAll(slices);
  }

  private static void scan(
      FloatVectorValues values,
      int from,
      int to,
      int docBase,
      float[] weights,
      Bits accepted,
      float[] products)
      throws IOException {
    DotProduct dotProduct = DotProduct.create();
    for (int ord = from; ord < to; ord++) {
      int document = docBase + values.ordToDoc(ord);
      if (accepted.get(document)) {
        products[document] = dotProduct.of(weights, values.vectorValue(ord));
      }
    }
  }
}
