package io.curlew.solr;

import io.curlew.cur.anchor.AnchorStatistics;
import io.curlew.simd.DotProduct;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.jspecify.annotations.Nullable;

/** Reads anchor rows of documents and multiplies with them, in the order of the index. */
final class AnchorRows {

  private static final int BLOCK = 16; // rows that are multiplied together: they stay in the cache
  private static final int TASK = 256;

  private final IndexSearcher searcher;
  private final String field;
  private final AnchorStatistics statistics;

  AnchorRows(IndexSearcher searcher, String field, AnchorStatistics statistics) {
    this.searcher = searcher;
    this.field = field;
    this.statistics = statistics;
  }

  /** Rows of documents, {@code [documents][anchors]}, copies. */
  float[][] rows(int[] documents) throws IOException {
    Order order = Order.of(documents);
    float[][] rows = new float[documents.length][];
    for (Leaf leaf : leaves(order.sorted, 0, documents.length)) {
      FloatVectorValues values = leaf.values();
      for (int i = leaf.from; i < leaf.to; i++) {
        leaf.advance(values, order.sorted[i]);
        rows[order.index[i]] = values.vectorValue().clone();
      }
    }
    return rows;
  }

  /** |phi|^2 of documents; computed where the index does not hold it. */
  float[] squaredNorms(int[] documents) throws IOException {
    Order order = Order.of(documents);
    float[] norms = new float[documents.length];
    for (Leaf leaf : leaves(order.sorted, 0, documents.length)) {
      NumericDocValues stored =
          leaf.context.reader().getNumericDocValues(CurVectorField.squaredNorms(field));
      FloatVectorValues values = leaf.values();
      for (int i = leaf.from; i < leaf.to; i++) {
        int document = order.sorted[i];
        if (stored != null && stored.advanceExact(document - leaf.context.docBase)) {
          norms[order.index[i]] = Float.intBitsToFloat((int) stored.longValue());
        } else {
          leaf.advance(values, document);
          norms[order.index[i]] = statistics.squaredNorm(values.vectorValue());
        }
      }
    }
    return norms;
  }

  /** Products with vectors, {@code [vectors][documents]}, on the searcher's executor. */
  float[][] products(int[] documents, float[][] vectors) throws IOException {
    Order order = Order.of(documents);
    float[][] products = new float[vectors.length][documents.length];
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int from = 0; from < documents.length; from += TASK) {
      int first = from;
      int end = Math.min(documents.length, from + TASK);
      tasks.add(
          () -> {
            for (Leaf leaf : leaves(order.sorted, first, end)) {
              multiply(leaf, order, vectors, products);
            }
            return true;
          });
    }
    searcher.getTaskExecutor().invokeAll(tasks);
    return products;
  }

  private static void multiply(Leaf leaf, Order order, float[][] vectors, float[][] products)
      throws IOException {
    FloatVectorValues values = leaf.values();
    DotProduct dotProduct = DotProduct.create();
    float[] block = new float[BLOCK * values.dimension()];
    DotProduct.Vectors packed = dotProduct.pack(vectors);
    float[] out = new float[BLOCK * packed.stride()];
    for (int from = leaf.from; from < leaf.to; from += BLOCK) {
      int count = Math.min(BLOCK, leaf.to - from);
      for (int b = 0; b < count; b++) {
        leaf.advance(values, order.sorted[from + b]);
        float[] row = values.vectorValue();
        System.arraycopy(row, 0, block, b * row.length, row.length);
      }
      dotProduct.ofRows(block, count, packed, out);
      for (int v = 0; v < vectors.length; v++) {
        for (int b = 0; b < count; b++) {
          products[v][order.index[from + b]] = out[b * packed.stride() + v];
        }
      }
    }
  }

  /** The segments that a range of ascending documents lies in. */
  List<Leaf> leaves(int[] documents, int from, int to) {
    List<LeafReaderContext> contexts = searcher.getIndexReader().leaves();
    List<Leaf> leaves = new ArrayList<>();
    for (int first = from; first < to; ) {
      LeafReaderContext context = contexts.get(ReaderUtil.subIndex(documents[first], contexts));
      int end = context.docBase + context.reader().maxDoc();
      int next = first;
      while (next < to && documents[next] < end) {
        next++;
      }
      leaves.add(new Leaf(context, field, first, next));
      first = next;
    }
    return leaves;
  }

  /** The rows of a segment, or null if it has none. */
  static @Nullable FloatVectorValues of(LeafReaderContext context, String field)
      throws IOException {
    FloatVectorValues values = context.reader().getFloatVectorValues(field);
    return values == null || values.size() == 0 ? null : values;
  }

  /**
   * A part of a list of documents that lies in one segment.
   *
   * @param from the first index into the list
   * @param to the index after the last
   */
  record Leaf(LeafReaderContext context, String field, int from, int to) {

    /** Fresh values, for one thread and one pass. */
    FloatVectorValues values() throws IOException {
      FloatVectorValues values = AnchorRows.of(context, field);
      if (values == null) {
        throw withoutRow(context.docBase);
      }
      return values;
    }

    /** Goes to a document, not before the last one. */
    void advance(FloatVectorValues values, int document) throws IOException {
      int target = document - context.docBase;
      if (values.docID() != target && values.advance(target) != target) {
        throw withoutRow(document);
      }
    }

    private SolrException withoutRow(int document) {
      return new SolrException(
          ErrorCode.SERVER_ERROR,
          "document must have an anchor row in field \"" + field + "\", got: " + document);
    }
  }

  /**
   * Documents in index order.
   *
   * @param index where each stood in the list that was given
   */
  private record Order(int[] sorted, int[] index) {
    static Order of(int[] documents) {
      long[] keys = new long[documents.length]; // document, then index
      Arrays.setAll(keys, i -> ((long) documents[i] << 32) | i);
      Arrays.sort(keys);
      int[] sorted = new int[keys.length];
      int[] index = new int[keys.length];
      for (int i = 0; i < keys.length; i++) {
        sorted[i] = (int) (keys[i] >>> 32);
        index[i] = (int) keys[i];
      }
      return new Order(sorted, index);
    }
  }
}
