package io.curlew.lucene.rows;

import io.curlew.cur.SearchTimeoutException;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.anchor.RowProducts;
import io.curlew.simd.DotProduct;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.ThreadInterruptedException;
import org.jspecify.annotations.Nullable;

/**
 * Raw dot products of vectors with every vector of a field: Lucene's own maximum-inner-product
 * scores are a lossy map of them. Segments are cut into slices of consecutive documents, which the
 * searcher's executor computes side by side. The scan reads each vector once, of accepted documents
 * only, and allocates nothing per document. It stops when the searcher's timeout or an interrupt
 * says so.
 */
public final class VectorScan {

  private static final int DOCUMENTS_PER_SLICE = 8192;

  private final IndexSearcher searcher;
  private final String field;
  private final RowEncoding encoding;
  private final float @Nullable [] mean;

  private VectorScan(
      IndexSearcher searcher, String field, RowEncoding encoding, float @Nullable [] mean) {
    this.searcher = searcher;
    this.field = field;
    this.encoding = encoding;
    this.mean = mean;
  }

  /** A scan of anchor rows, which are centred. */
  static VectorScan ofRows(IndexSearcher searcher, String field, AnchorSet anchors) {
    return new VectorScan(searcher, field, anchors.encoding(), anchors.statistics().mean());
  }

  /** A scan of the sketches of anchor rows, for sketches of weights. */
  static VectorScan ofSketches(IndexSearcher searcher, String field, RowEncoding sketch) {
    return new VectorScan(searcher, RowFields.sketches(field), sketch, null);
  }

  /** A scan of plain vectors of floats. */
  static VectorScan ofVectors(IndexSearcher searcher, String field, int dimension) {
    return new VectorScan(searcher, field, RowEncoding.floats(dimension), null);
  }

  /** Takes products while they are in the cache; used by one thread. */
  interface Sink {
    /**
     * @param documents rising, of the whole index
     * @param products {@code [documents][stride]}, one behind the other; overwritten afterwards
     */
    void take(int[] documents, int count, float[] products, int stride);

    /** Is called when all have been taken. */
    default void end() {}
  }

  /**
   * The products of one vector, given to sinks.
   *
   * @param sinks gives one for each slice
   */
  void run(float[] weights, FixedBitSet accepted, Supplier<? extends Sink> sinks)
      throws IOException {
    RowProducts products =
        encoding.products(weights, mean == null ? new float[weights.length] : mean);
    run(
        1,
        accepted,
        sinks,
        (rows, numbers, count, out) -> rows.products(numbers, count, products, out));
  }

  /**
   * The products of several vectors in one pass.
   *
   * @param weights {@code [vectors][dimensions]}
   * @param sinks gives one for each slice
   */
  void runAll(float[][] weights, FixedBitSet accepted, Supplier<? extends Sink> sinks)
      throws IOException {
    DotProduct.Vectors packed = DotProduct.create().pack(weights);
    run(
        packed.stride(),
        accepted,
        sinks,
        (rows, numbers, count, out) -> rows.products(numbers, count, packed, out));
  }

  /** Multiplies some rows. */
  private interface Multiplication {
    void of(SegmentRows rows, int[] numbers, int count, float[] out) throws IOException;
  }

  private void run(
      int stride, FixedBitSet accepted, Supplier<? extends Sink> sinks, Multiplication multiply)
      throws IOException {
    List<Callable<Boolean>> slices = new ArrayList<>();
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      SegmentRows rows = SegmentRows.of(leaf.reader(), field, encoding, mean);
      if (rows == null) {
        continue;
      }
      int end = leaf.docBase + leaf.reader().maxDoc();
      for (int from = leaf.docBase; from < end; from += DOCUMENTS_PER_SLICE) {
        int first = from;
        int to = Math.min(end, from + DOCUMENTS_PER_SLICE);
        slices.add(
            () -> {
              checkTime(searcher);
              scan(rows.copy(), leaf.docBase, first, to, accepted, stride, sinks.get(), multiply);
              return true;
            });
      }
    }
    searcher.getTaskExecutor().invokeAll(slices);
  }

  /** Gathers the accepted vectors of a slice, as many as are read together. */
  private static void scan(
      SegmentRows rows,
      int docBase,
      int from,
      int to,
      FixedBitSet accepted,
      int stride,
      Sink sink,
      Multiplication multiply)
      throws IOException {
    int[] numbers = new int[SegmentRows.BLOCK];
    int[] documents = new int[SegmentRows.BLOCK];
    float[] out = new float[SegmentRows.BLOCK * stride];
    int count = 0;
    int document = next(accepted, from, to);
    while (document != DocIdSetIterator.NO_MORE_DOCS) {
      if (rows.advanceExact(document - docBase)) {
        numbers[count] = rows.number();
        documents[count++] = document;
      }
      document = next(accepted, document + 1, to);
      boolean full = count == numbers.length || document == DocIdSetIterator.NO_MORE_DOCS;
      if (full && count > 0) {
        multiply.of(rows, numbers, count, out);
        sink.take(documents, count, out, stride);
        count = 0;
      }
    }
    sink.end();
  }

  private static int next(FixedBitSet accepted, int from, int to) {
    return from < to ? accepted.nextSetBit(from, to) : DocIdSetIterator.NO_MORE_DOCS;
  }

  static void checkTime(IndexSearcher searcher) throws SearchTimeoutException {
    QueryTimeout timeout = searcher.getTimeout();
    if (timeout != null && timeout.shouldExit()) {
      throw new SearchTimeoutException("search must end within the searcher's timeout");
    }
    if (Thread.interrupted()) {
      throw new ThreadInterruptedException(new InterruptedException("scan was interrupted"));
    }
  }
}
