package io.curlew.lucene;

import io.curlew.cur.SearchTimeoutException;
import io.curlew.cur.anchor.AnchorSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.Bits;
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
final class VectorScan {

  private static final int SLICE = 8192;

  private final IndexSearcher searcher;
  private final String field;
  private final @Nullable AnchorSet anchors;
  private final Scan scan;

  /**
   * @param anchors whose rows the field holds, or null if it holds other vectors
   */
  VectorScan(IndexSearcher searcher, String field, @Nullable AnchorSet anchors, Scan scan) {
    this.searcher = searcher;
    this.field = field;
    this.anchors = anchors;
    this.scan = scan;
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
   * The products {@code weights . vector} by document; NaN for documents that are not accepted or
   * have no vector.
   *
   * @param accepted by document of the whole index
   * @param products to be filled, one entry per document of the whole index
   * @throws SearchTimeoutException if the searcher's timeout is over
   */
  void run(float[] weights, Bits accepted, float[] products) throws IOException {
    FixedBitSet set = accepted instanceof FixedBitSet bits ? bits : FixedBitSet.copyOf(accepted);
    Arrays.fill(products, Float.NaN);
    Sink sink =
        (documents, count, some, stride) -> {
          for (int i = 0; i < count; i++) {
            products[documents[i]] = some[i];
          }
        };
    run(weights, set, Integer.MAX_VALUE, () -> sink);
  }

  /**
   * The products of one vector, given to sinks.
   *
   * @param n so many of the highest products of a segment are asked of a graph; sinks see no others
   * @param sinks gives one for each slice
   */
  void run(float[] weights, FixedBitSet accepted, int n, Supplier<? extends Sink> sinks)
      throws IOException {
    List<Callable<Boolean>> work = new ArrayList<>();
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      RowValues values = RowValues.of(leaf.reader(), field, anchors);
      if (values == null) {
        continue;
      }
      RowValues.Multiplier multiplier = values.scanner(weights);
      if (scan == Scan.GRAPH && RowGraph.exists(leaf.reader(), field)) {
        work.add(
            () -> {
              checkTime(searcher);
              RowGraph.nearest(
                  leaf, field, values.copy(), weights, accepted, n, multiplier, sinks.get());
              return true;
            });
        continue;
      }
      slice(
          work,
          leaf,
          values,
          accepted,
          1,
          sinks,
          (copy, ords, count, out) -> copy.products(ords, count, multiplier, out));
    }
    searcher.getTaskExecutor().invokeAll(work);
  }

  /**
   * The products of several vectors in one pass, whatever the way of finding.
   *
   * @param weights {@code [vectors][anchors]}
   * @param sinks gives one for each slice
   */
  void runAll(float[][] weights, FixedBitSet accepted, Supplier<? extends Sink> sinks)
      throws IOException {
    List<Callable<Boolean>> work = new ArrayList<>();
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      RowValues values = RowValues.of(leaf.reader(), field, anchors);
      if (values == null) {
        continue;
      }
      RowValues.Multipliers multipliers = values.scanners(weights);
      slice(
          work,
          leaf,
          values,
          accepted,
          multipliers.stride(),
          sinks,
          (copy, ords, count, out) -> copy.products(ords, count, multipliers, out));
    }
    searcher.getTaskExecutor().invokeAll(work);
  }

  /** Multiplies some vectors. */
  private interface Products {
    void of(RowValues values, int[] ords, int count, float[] out) throws IOException;
  }

  /** Cuts a segment into slices. */
  private void slice(
      List<Callable<Boolean>> work,
      LeafReaderContext leaf,
      RowValues values,
      FixedBitSet accepted,
      int stride,
      Supplier<? extends Sink> sinks,
      Products products) {
    int end = leaf.docBase + leaf.reader().maxDoc();
    for (int from = leaf.docBase; from < end; from += SLICE) {
      int first = from;
      int to = Math.min(end, from + SLICE);
      work.add(
          () -> {
            checkTime(searcher);
            scan(values.copy(), leaf.docBase, first, to, accepted, stride, sinks.get(), products);
            return true;
          });
    }
  }

  /** Gathers the accepted vectors of a slice, as many as are read together. */
  private static void scan(
      RowValues values,
      int docBase,
      int from,
      int to,
      FixedBitSet accepted,
      int stride,
      Sink sink,
      Products products)
      throws IOException {
    int[] ords = new int[RowValues.BLOCK];
    int[] documents = new int[RowValues.BLOCK];
    float[] out = new float[RowValues.BLOCK * stride];
    int count = 0;
    int document = next(accepted, from, to);
    while (document != DocIdSetIterator.NO_MORE_DOCS) {
      if (values.advanceExact(document - docBase)) {
        ords[count] = values.ord();
        documents[count++] = document;
      }
      document = next(accepted, document + 1, to);
      boolean full = count == ords.length || document == DocIdSetIterator.NO_MORE_DOCS;
      if (full && count > 0) {
        products.of(values, ords, count, out);
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
