package io.curlew.lucene;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.simd.DotProduct;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;

/** Reads anchor rows of some documents and multiplies with them, in the order of the index. */
final class RowReader {

  private static final int BLOCK = 16; // rows that are multiplied together: they stay in the cache
  private static final int TASK = 256;

  private final IndexSearcher searcher;
  private final CurSchema schema;
  private final AnchorSet anchors;

  RowReader(IndexSearcher searcher, CurSchema schema, AnchorSet anchors) {
    this.searcher = searcher;
    this.schema = schema;
    this.anchors = anchors;
  }

  /** The rows of documents, decoded and in their order. */
  float[][] rows(int[] documents) throws IOException {
    float[][] rows = new float[documents.length][];
    for (Group group : groups(documents, Integer.MAX_VALUE)) {
      RowValues values = group.values(schema.anchors(), anchors);
      for (int i : group.indices) {
        rows[i] = values.decoded(values.ord(documents[i] - group.leaf.docBase));
      }
    }
    return rows;
  }

  /** |phi|^2 of documents; computed where the index does not hold it. */
  float[] squaredNorms(int[] documents) throws IOException {
    float[] norms = new float[documents.length];
    List<Integer> missing = new ArrayList<>();
    for (Group group : groups(documents, Integer.MAX_VALUE)) {
      NumericDocValues values =
          group.leaf.reader().getNumericDocValues(CurSchema.squaredNorms(schema.anchors()));
      for (int i : group.indices) {
        if (values != null && values.advanceExact(documents[i] - group.leaf.docBase)) {
          norms[i] = Float.intBitsToFloat((int) values.longValue());
        } else {
          missing.add(i);
        }
      }
    }
    int[] left = missing.stream().mapToInt(Integer::intValue).toArray();
    float[][] rows = rows(Arrays.stream(left).map(i -> documents[i]).toArray());
    for (int i = 0; i < left.length; i++) {
      norms[left[i]] = anchors.statistics().squaredNorm(rows[i]);
    }
    return norms;
  }

  /** Products with vectors, {@code [vectors][documents]}, on the searcher's executor. */
  float[][] products(int[] documents, float[][] vectors) throws IOException {
    float[][] products = new float[vectors.length][documents.length];
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (Group group : groups(documents, TASK)) {
      tasks.add(
          () -> {
            VectorScan.checkTime(searcher);
            multiply(group, documents, vectors, products);
            return true;
          });
    }
    searcher.getTaskExecutor().invokeAll(tasks);
    return products;
  }

  private void multiply(Group group, int[] documents, float[][] vectors, float[][] products)
      throws IOException {
    RowValues values = group.values(schema.anchors(), anchors);
    RowValues.Multiplier[] multipliers = new RowValues.Multiplier[vectors.length];
    float[][] stored = new float[vectors.length][];
    for (int v = 0; v < vectors.length; v++) {
      multipliers[v] = values.multiplier(vectors[v]);
      stored[v] = multipliers[v].vector();
    }
    DotProduct dotProduct = DotProduct.create();
    float[] block = new float[BLOCK * values.dimension()];
    DotProduct.Vectors packed = dotProduct.pack(stored);
    float[] out = new float[BLOCK * packed.stride()];
    for (int from = 0; from < group.indices.length; from += BLOCK) {
      int count = Math.min(BLOCK, group.indices.length - from);
      for (int b = 0; b < count; b++) {
        int document = documents[group.indices[from + b]] - group.leaf.docBase;
        float[] row = values.stored(values.ord(document));
        System.arraycopy(row, 0, block, b * row.length, row.length);
      }
      dotProduct.ofRows(block, count, packed, out);
      for (int v = 0; v < multipliers.length; v++) {
        for (int b = 0; b < count; b++) {
          products[v][group.indices[from + b]] =
              out[b * packed.stride() + v] + multipliers[v].offset();
        }
      }
    }
  }

  /** Documents by segment, in the order of the index, at most so many together. */
  private List<Group> groups(int[] documents, int most) {
    long[] keys = new long[documents.length]; // document, then index
    Arrays.setAll(keys, i -> ((long) documents[i] << 32) | i);
    Arrays.sort(keys);
    int[] inOrder = new int[documents.length];
    Arrays.setAll(inOrder, i -> (int) keys[i]);
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    List<Group> groups = new ArrayList<>();
    for (int from = 0; from < inOrder.length; ) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(documents[inOrder[from]], leaves));
      int end = leaf.docBase + leaf.reader().maxDoc();
      int to = from + 1;
      while (to < inOrder.length && to - from < most && documents[inOrder[to]] < end) {
        to++;
      }
      groups.add(new Group(leaf, Arrays.copyOfRange(inOrder, from, to)));
      from = to;
    }
    return groups;
  }

  /**
   * @param indices into the documents asked for
   */
  private record Group(LeafReaderContext leaf, int[] indices) {
    RowValues values(String field, AnchorSet anchors) throws IOException {
      RowValues values = RowValues.of(leaf.reader(), field, anchors);
      if (values == null) {
        throw new IllegalArgumentException(
            "documents must have an anchor row in field \"" + field + "\", a segment has none");
      }
      return values;
    }
  }
}
