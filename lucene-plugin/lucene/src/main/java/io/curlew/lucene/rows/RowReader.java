package io.curlew.lucene.rows;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowProducts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.IndexSearcher;

/** Reads anchor rows of some documents, in the order of the index. */
public final class RowReader {

  private static final int DOCUMENTS_PER_TASK = 256;

  private final IndexSearcher searcher;
  private final String field;
  private final AnchorSet anchors;

  /** Reads rows of these anchors. */
  public RowReader(IndexSearcher searcher, String field, AnchorSet anchors) {
    this.searcher = searcher;
    this.field = field;
    this.anchors = anchors;
  }

  /** The values of the rows of documents, in their order: {@code [documents][dimensions]}. */
  public float[][] values(int[] documents) throws IOException {
    float[][] values = new float[documents.length][];
    read(documents, (rows, number, place) -> values[place] = rows.values(number));
    return values;
  }

  /** The stored bytes of the rows of documents, in their order, where rows are bytes. */
  byte[][] encoded(int[] documents) throws IOException {
    byte[][] encoded = new byte[documents.length][];
    read(documents, (rows, number, place) -> encoded[place] = rows.bytes(number));
    return encoded;
  }

  /** The products of centred rows of documents with weights, in their order. */
  float[] products(int[] documents, float[] weights) throws IOException {
    RowProducts products = anchors.encoding().products(weights, anchors.statistics().mean());
    InIndexOrder order = InIndexOrder.of(documents);
    float[] found = new float[documents.length];
    readGroups(
        order,
        (rows, group) -> {
          int[] numbers = new int[SegmentRows.BLOCK];
          float[] out = new float[SegmentRows.BLOCK];
          for (int from = group.from(); from < group.to(); from += numbers.length) {
            int count = Math.min(numbers.length, group.to() - from);
            for (int i = 0; i < count; i++) {
              numbers[i] = rows.number(order.documents()[from + i] - group.leaf().docBase);
            }
            rows.products(numbers, count, products, out);
            for (int i = 0; i < count; i++) {
              found[order.places()[from + i]] = out[i];
            }
          }
        });
    return found;
  }

  /** Takes one row. */
  private interface Sink {
    void take(SegmentRows rows, int number, int place) throws IOException;
  }

  private void read(int[] documents, Sink sink) throws IOException {
    InIndexOrder order = InIndexOrder.of(documents);
    readGroups(
        order,
        (rows, group) -> {
          for (int i = group.from(); i < group.to(); i++) {
            int number = rows.number(order.documents()[i] - group.leaf().docBase);
            sink.take(rows, number, order.places()[i]);
          }
        });
  }

  /** Reads some documents of one segment. */
  private interface GroupSink {
    void take(SegmentRows rows, InIndexOrder.Group group) throws IOException;
  }

  private void readGroups(InIndexOrder order, GroupSink sink) throws IOException {
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (InIndexOrder.Group group : order.groups(searcher.getIndexReader(), DOCUMENTS_PER_TASK)) {
      tasks.add(
          () -> {
            VectorScan.checkTime(searcher);
            sink.take(rows(group), group);
            return true;
          });
    }
    searcher.getTaskExecutor().invokeAll(tasks);
  }

  /** |phi|^2 of documents; computed where the index does not hold it. */
  public float[] squaredNorms(int[] documents) throws IOException {
    InIndexOrder order = InIndexOrder.of(documents);
    float[] norms = new float[documents.length];
    List<Integer> missing = new ArrayList<>();
    for (InIndexOrder.Group group : order.groups(searcher.getIndexReader(), Integer.MAX_VALUE)) {
      NumericDocValues stored =
          group.leaf().reader().getNumericDocValues(RowFields.squaredNorms(field));
      for (int i = group.from(); i < group.to(); i++) {
        if (stored != null && stored.advanceExact(order.documents()[i] - group.leaf().docBase)) {
          norms[order.places()[i]] = Float.intBitsToFloat((int) stored.longValue());
        } else {
          missing.add(order.places()[i]);
        }
      }
    }
    int[] left = missing.stream().mapToInt(Integer::intValue).toArray();
    float[][] values = values(Arrays.stream(left).map(i -> documents[i]).toArray());
    for (int i = 0; i < left.length; i++) {
      norms[left[i]] = anchors.statistics().squaredNorm(values[i]);
    }
    return norms;
  }

  /** The values less the mean row, {@code [documents][dimensions]}. */
  public float[][] centred(int[] documents) throws IOException {
    float[][] values = values(documents);
    for (int i = 0; i < values.length; i++) {
      values[i] = anchors.statistics().centre(values[i]);
    }
    return values;
  }

  private SegmentRows rows(InIndexOrder.Group group) throws IOException {
    SegmentRows rows = SegmentRows.of(group.leaf().reader(), field, anchors);
    if (rows == null) {
      throw new IllegalArgumentException(
          "documents must have an anchor row in field \"" + field + "\", a segment has none");
    }
    return rows;
  }
}
