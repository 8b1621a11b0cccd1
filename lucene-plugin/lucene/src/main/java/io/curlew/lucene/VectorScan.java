package io.curlew.lucene;

import io.curlew.cur.AnchorSet;
import io.curlew.cur.SearchTimeoutException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.ThreadInterruptedException;
import org.jspecify.annotations.Nullable;

/**
 * Raw dot products of one vector with every vector of a field: Lucene's own maximum-inner-product
 * scores are a lossy map of them. Segments are cut into slices of consecutive vectors, which the
 * searcher's executor computes side by side. The scan reads each vector once and allocates nothing
 * per document. It stops when the searcher's timeout or an interrupt says so.
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

  /**
   * Fills {@code products} with {@code weights . vector} by document; NaN for documents that are
   * not accepted or have no vector.
   *
   * @param accepted by document of the whole index
   * @param products one entry per document of the whole index
   * @throws SearchTimeoutException if the searcher's timeout is over
   */
  void run(float[] weights, Bits accepted, float[] products) throws IOException {
    run(weights, accepted, Integer.MAX_VALUE, products, (from, to) -> {});
  }

  /**
   * As {@link #run(float[], Bits, float[])}, looking at the products while they are in the cache.
   *
   * @param n so many of the highest products of a segment are asked of a graph; those of other
   *     documents stay NaN
   * @param look is called once for every range of documents, on the thread that filled it
   */
  void run(float[] weights, Bits accepted, int n, float[] products, Look look) throws IOException {
    Arrays.fill(products, Float.NaN);
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
              RowGraph.nearest(leaf, field, weights, accepted, n, multiplier, products);
              look.at(leaf.docBase, leaf.docBase + leaf.reader().maxDoc());
              return true;
            });
        continue;
      }
      slice(
          work,
          leaf.docBase,
          values,
          (copy, from, to) -> scan(copy, from, to, leaf.docBase, multiplier, accepted, products),
          look);
    }
    searcher.getTaskExecutor().invokeAll(work);
  }

  /**
   * The products of several vectors in one pass, whatever the way of finding.
   *
   * @param weights {@code [vectors][anchors]}
   * @param sinks gives one for each slice, whose thread alone uses it
   */
  void runAll(float[][] weights, Bits accepted, Supplier<Sink> sinks) throws IOException {
    List<Callable<Boolean>> work = new ArrayList<>();
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      RowValues values = RowValues.of(leaf.reader(), field, anchors);
      if (values == null) {
        continue;
      }
      RowValues.Multipliers multipliers = values.scanners(weights);
      slice(
          work,
          leaf.docBase,
          values,
          (copy, from, to) ->
              scanAll(copy, from, to, leaf.docBase, multipliers, accepted, sinks.get()),
          (from, to) -> {});
    }
    searcher.getTaskExecutor().invokeAll(work);
  }

  /** Takes the products of several vectors. */
  interface Sink {
    /**
     * @param products {@code [documents][stride]}, one behind the other; overwritten afterwards
     */
    void take(int[] documents, int count, float[] products, int stride);

    /** Is called when all have been taken. */
    void end();
  }

  /** Cuts a segment into slices. */
  private void slice(
      List<Callable<Boolean>> work, int docBase, RowValues values, Slice each, Look look) {
    for (int from = 0; from < values.size(); from += SLICE) {
      int first = from;
      int end = Math.min(values.size(), from + SLICE);
      work.add(
          () -> {
            checkTime(searcher);
            each.scan(values.copy(), first, end);
            look.at(docBase + values.document(first), docBase + values.document(end - 1) + 1);
            return true;
          });
    }
  }

  /** Scans consecutive vectors, with values of its own. */
  private interface Slice {
    void scan(RowValues values, int from, int to) throws IOException;
  }

  /** Looks at a range of products. */
  interface Look {
    void at(int from, int to);
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

  private static void scan(
      RowValues values,
      int from,
      int to,
      int docBase,
      RowValues.Multiplier multiplier,
      Bits accepted,
      float[] products)
      throws IOException {
    float[] block = new float[RowValues.BLOCK];
    eachBlock(
        values,
        from,
        to,
        docBase,
        accepted,
        (ords, documents, count) -> {
          values.products(ords, count, multiplier, block);
          for (int i = 0; i < count; i++) {
            products[documents[i]] = block[i];
          }
        });
  }

  private static void scanAll(
      RowValues values,
      int from,
      int to,
      int docBase,
      RowValues.Multipliers multipliers,
      Bits accepted,
      Sink sink)
      throws IOException {
    float[] products = new float[RowValues.BLOCK * multipliers.stride()];
    eachBlock(
        values,
        from,
        to,
        docBase,
        accepted,
        (ords, documents, count) -> {
          values.products(ords, count, multipliers, products);
          sink.take(documents, count, products, multipliers.stride());
        });
    sink.end();
  }

  /** Gathers the accepted vectors of a slice, as many as are read together. */
  private static void eachBlock(
      RowValues values, int from, int to, int docBase, Bits accepted, Block block)
      throws IOException {
    int[] ords = new int[RowValues.BLOCK];
    int[] documents = new int[RowValues.BLOCK];
    int count = 0;
    for (int ord = from; ord < to; ord++) {
      int document = docBase + values.document(ord);
      if (accepted.get(document)) {
        ords[count] = ord;
        documents[count++] = document;
      }
      if (count == ords.length) {
        block.take(ords, documents, count);
        count = 0;
      }
    }
    if (count > 0) {
      block.take(ords, documents, count);
    }
  }

  /** Takes the numbers of some vectors and their documents. */
  private interface Block {
    void take(int[] ords, int[] documents, int count) throws IOException;
  }
}
