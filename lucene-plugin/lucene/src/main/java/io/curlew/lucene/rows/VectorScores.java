package io.curlew.lucene.rows;

import io.curlew.cur.BestScores;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.anchor.RowProducts;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.IntPredicate;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.FixedBitSet;

/**
 * Dot products of a query's vector with the vectors of a float field. The list comes from the
 * field's graph where it has one, and few of its documents are asked for; else all accepted vectors
 * are read. Which of the documents that tie with the last of a graph's list are in it is for the
 * graph to say.
 */
public final class VectorScores implements FeatureScores {

  private static final IntPredicate NONE = document -> false;

  /** A graph is asked for one of so many documents at most: for more it is walked nearly whole. */
  private static final int GRAPH_FRACTION = 16;

  private static final Set<VectorSimilarityFunction> BY_PRODUCT =
      EnumSet.of(
          VectorSimilarityFunction.DOT_PRODUCT, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT);

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
    int[] nearest = nearest(n);
    BestScores.Likely likely = new BestScores.Likely(NONE, n);
    if (nearest.length < n) {
      VectorScan.ofVectors(view.searcher(), field, vector.length)
          .run(vector, accepted, () -> new Best(likely.part()));
    } else {
      float[] products = of(nearest);
      BestScores.Likely.Part part = likely.part();
      for (int i = 0; i < nearest.length; i++) {
        part.add(nearest[i], products[i]);
      }
      part.end();
    }
    return new BestScores(view.ids()).select(likely).documents();
  }

  /** Accepted ones of so many documents by the graph that n of them are expected to be. */
  private int[] nearest(int n) throws IOException {
    IndexReader reader = view.searcher().getIndexReader();
    int all = reader.numDocs();
    long asked = Math.ceilDiv((long) n * all, Math.max(1, accepted.cardinality()));
    if (asked * GRAPH_FRACTION > all || !hasGraph(reader)) {
      return new int[0];
    }
    Query query = new KnnFloatVectorQuery(field, vector, (int) asked);
    return Arrays.stream(view.searcher().search(query, (int) asked).scoreDocs)
        .mapToInt(hit -> hit.doc)
        .filter(accepted::get)
        .toArray();
  }

  /** Whether each segment has a graph, of the order that products have. */
  private boolean hasGraph(IndexReader reader) {
    for (LeafReaderContext leaf : reader.leaves()) {
      FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(field);
      if (info != null
          && (!BY_PRODUCT.contains(info.getVectorSimilarityFunction())
              || CurFlatVectorsFormat.NAME.equals(
                  info.getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_FORMAT_KEY)))) {
        return false;
      }
    }
    return true;
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
