package io.curlew.solr;

import io.curlew.cur.BestScores;
import io.curlew.cur.Candidates;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.simd.DotProduct;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;
import org.apache.solr.search.SolrIndexSearcher;

/**
 * Some documents of a core for one query. Ordinals are positions in their list, which is in index
 * order. Work on many rows runs on the searcher's executor. Memory: 12 bytes per document.
 */
final class SolrCandidates implements Candidates {

  private static final BitSet NONE = new BitSet();
  private static final int RANGE = 8192;

  private final SolrIndexSearcher searcher;
  private final int[] documents;
  private final float[] firstStage; // NaN where it does not match
  private final float[] estimates; // overwritten by every scan
  private final AnchorRows rows;
  private final StoredText text;
  private final DocumentIds ids;

  SolrCandidates(SolrIndexSearcher searcher, String field, CurVectorField type, CurPlan.Pool pool) {
    this.searcher = searcher;
    this.documents = pool.documents();
    this.firstStage = pool.firstStage();
    this.estimates = new float[documents.length];
    this.rows = new AnchorRows(searcher, field, type.anchors().statistics());
    this.text = new StoredText(searcher, type.textFields());
    this.ids = new DocumentIds(searcher);
  }

  @Override
  public int size() {
    return documents.length;
  }

  /** The document number of an ordinal. */
  int document(int ordinal) {
    return documents[ordinal];
  }

  private int[] numbers(int[] ordinals) {
    return Arrays.stream(ordinals).map(ordinal -> documents[ordinal]).toArray();
  }

  @Override
  public int[] firstStage(int n) throws IOException {
    return new BestScores(this::ids).select(firstStage, NONE, n);
  }

  @Override
  public float[] firstStageScores(int[] ordinals) {
    float[] scores = new float[ordinals.length];
    for (int i = 0; i < scores.length; i++) {
      float score = firstStage[ordinals[i]];
      scores[i] = Float.isNaN(score) ? 0 : score;
    }
    return scores;
  }

  /** The first-stage scores of documents; NaN for one that the first stage does not match. */
  float[] rawFirstStage(int[] ordinals) {
    return pick(firstStage, ordinals);
  }

  @Override
  public int[] sample(int n, long seed) throws IOException {
    return new BestScores(this::ids).select(order(all(), seed), NONE, n);
  }

  /** By what a sample is ordered: a hash of the id, so that all shards agree. */
  float[] order(int[] ordinals, long seed) throws IOException {
    List<String> names = ids(ordinals);
    float[] order = new float[ordinals.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = StringHelper.murmurhash3_x86_32(new BytesRef(names.get(i)), Long.hashCode(seed));
    }
    return order;
  }

  @Override
  public int[] all() {
    return IntStream.range(0, documents.length).toArray();
  }

  @Override
  public float[][] anchorRows(int[] ordinals) throws IOException {
    return rows.rows(numbers(ordinals));
  }

  @Override
  public float[] squaredNorms(int[] ordinals) throws IOException {
    return rows.squaredNorms(numbers(ordinals));
  }

  @Override
  public float[][] products(int[] ordinals, float[][] vectors) throws IOException {
    return rows.products(numbers(ordinals), vectors);
  }

  @Override
  public List<String> texts(int[] ordinals) throws IOException {
    return text.of(numbers(ordinals));
  }

  @Override
  public List<String> ids(int[] ordinals) throws IOException {
    return ids.of(numbers(ordinals));
  }

  @Override
  public Estimates best(LatentQuery estimate, BitSet excluded, int n) throws IOException {
    if (n == 0) {
      return Estimates.NONE;
    }
    BestScores.Likely likely = new BestScores.Likely(excluded, n);
    List<Callable<Boolean>> ranges = new ArrayList<>();
    for (int from = 0; from < documents.length; from += RANGE) {
      int first = from;
      int end = Math.min(documents.length, from + RANGE);
      ranges.add(
          () -> {
            scan(estimate, first, end);
            likely.add(estimates, first, end);
            return true;
          });
    }
    searcher.getTaskExecutor().invokeAll(ranges);
    return new BestScores(this::ids).select(likely);
  }

  private void scan(LatentQuery estimate, int from, int to) throws IOException {
    DotProduct dotProduct = DotProduct.create();
    float[] weights = estimate.weights();
    for (AnchorRows.Leaf leaf : rows.leaves(documents, from, to)) {
      FloatVectorValues values = leaf.values();
      for (int i = leaf.from(); i < leaf.to(); i++) {
        leaf.advance(values, documents[i]);
        float first = Float.isNaN(firstStage[i]) ? 0 : firstStage[i];
        estimates[i] =
            dotProduct.of(weights, values.vectorValue())
                + estimate.intercept()
                + estimate.firstStageWeight() * first;
      }
    }
  }

  private static int[] pick(int[] values, int[] indices) {
    return Arrays.stream(indices).map(i -> values[i]).toArray();
  }

  private static float[] pick(float[] values, int[] indices) {
    float[] picked = new float[indices.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = values[indices[i]];
    }
    return picked;
  }
}
