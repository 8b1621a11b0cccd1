package io.curlew.lucene.rows;

import io.curlew.cur.BestScores;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.anchor.RowProducts;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.apache.lucene.util.FixedBitSet;

/** Dot products of a query's vector with the vectors of a float field, all of which are read. */
public final class VectorScores implements FeatureScores {

  private static final IntPredicate NONE = document -> false;

  private final IndexView view;
  private final String field;
  private final float[] vector;
  private final FixedBitSet accepted;

  /** The products of accepted documents. */
  public VectorScores(IndexView view, String field, float[] vector, FixedBitSet accepted) {
    this.view = view;
    this.field = field;
    this.vector = vector;
    this.accepted = accepted;
  }

  @Override
  public int[] list(int n) throws IOException {
    if (n == 0) {
      return new int[0];
    }
    BestScores.Likely likely = new BestScores.Likely(NONE, n);
    VectorScan.ofVectors(view.searcher(), field, vector.length)
        .run(vector, accepted, () -> new Best(likely.part()));
    return new BestScores(view.ids()).select(likely).documents();
  }

  @Override
  public float[] of(int[] documents) throws IOException {
    float[] scores = new float[documents.length];
    Arrays.fill(scores, Float.NaN);
    RowEncoding encoding = RowEncoding.floats(vector.length);
    RowProducts products = encoding.products(vector, new float[vector.length]);
    int[] numbers = new int[SegmentRows.BLOCK];
    int[] places = new int[SegmentRows.BLOCK];
    float[] out = new float[SegmentRows.BLOCK];
    InIndexOrder order = InIndexOrder.of(documents);
    for (InIndexOrder.Group group :
        order.groups(view.searcher().getIndexReader(), Integer.MAX_VALUE)) {
      SegmentRows rows = SegmentRows.ofVectors(group.leaf().reader(), field, encoding);
      int count = 0;
      for (int i = group.from(); rows != null && i < group.to(); i++) {
        if (rows.advanceExact(order.documents()[i] - group.leaf().docBase)) {
          places[count] = order.places()[i];
          numbers[count++] = rows.number();
        }
        if (count == numbers.length || i == group.to() - 1) {
          rows.products(numbers, count, products, out);
          for (int b = 0; b < count; b++) {
            scores[places[b]] = out[b];
          }
          count = 0;
        }
      }
    }
    return scores;
  }

  @Override
  public float[] vector() {
    return vector;
  }

  private record Best(BestScores.Likely.Part part) implements VectorScan.Sink {

    @Override
    public void take(int[] documents, int count, float[] products, int stride) {
      for (int i = 0; i < count; i++) {
        part.add(documents[i], products[i]);
      }
    }

    @Override
    public void end() {
      part.end();
    }
  }
}
