package io.curlew.demo.rivals;

import io.curlew.cur.BestScores;
import io.curlew.cur.Estimates;
import io.curlew.cur.ScoredDocuments;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.fit.RidgeEstimator;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.lucene.Feature;
import io.curlew.simd.DotProduct;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReaderContext;

/**
 * Least squares on the documents' dense vectors, as in adaptive nearest-neighbour search (AXN;
 * Yadav et al. 2024): the query's dense vector is the start, and what a line in its score leaves is
 * fitted by ridge regression, lambda by the leave-one-out error. It needs no anchor and no call to
 * index. Memory: all dense vectors.
 */
public final class DenseFit implements RoundSearch.Fit {

  private static final int BLOCK = 1024;

  private final DotProduct products = DotProduct.create();
  private final int dimension;
  private final float[][] blocks; // vectors of BLOCK documents each, by number
  private final int size;

  private DenseFit(int dimension, float[][] blocks, int size) {
    this.dimension = dimension;
    this.blocks = blocks;
    this.size = size;
  }

  /** Reads the dense vectors of an index. */
  public static DenseFit of(CurlewIndex index) throws IOException {
    var reader = index.searcher().indexSearcher().getIndexReader();
    float[][] blocks = new float[Math.ceilDiv(reader.maxDoc(), BLOCK)][];
    int dimension = 0;
    for (LeafReaderContext leaf : reader.leaves()) {
      FloatVectorValues values = leaf.reader().getFloatVectorValues(index.fields().dense());
      if (values == null) {
        continue;
      }
      dimension = values.dimension();
      DocIndexIterator documents = values.iterator();
      while (documents.nextDoc() != DocIndexIterator.NO_MORE_DOCS) {
        int document = leaf.docBase + documents.docID();
        int block = document / BLOCK;
        if (blocks[block] == null) {
          blocks[block] = new float[BLOCK * dimension];
        }
        System.arraycopy(
            values.vectorValue(documents.index()),
            0,
            blocks[block],
            document % BLOCK * dimension,
            dimension);
      }
    }
    return new DenseFit(dimension, blocks, reader.maxDoc());
  }

  @Override
  public Estimates best(SearchSpace space, ScoredDocuments scored, int n) throws IOException {
    int[] documents = scored.documents();
    float[] scores = scored.scores();
    int dense = space.features().indexOf(Feature.DENSE);
    float[] first = space.rows(documents).features()[dense];
    double[] line = line(first, scores);
    RidgeEstimator ridge = RidgeEstimator.create(dimension, documents.length, 1);
    double[] residuals = new double[documents.length];
    for (int j = 0; j < residuals.length; j++) {
      ridge.add(vector(documents[j]));
      residuals[j] = scores[j] - line[0] - line[1] * first[j];
    }
    double[] weights = ridge.fit(residuals).weights();
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) weights[i];
    }
    float[] estimates = scan(vector);
    int[] all = space.sample(space.size(), 0);
    float[] allFirst = space.rows(all).features()[dense];
    float[] byDocument = new float[size];
    Arrays.fill(byDocument, Float.NaN);
    for (int i = 0; i < all.length; i++) {
      byDocument[all[i]] = (float) (line[0] + line[1] * allFirst[i] + estimates[all[i]]);
    }
    Set<Integer> seen = new HashSet<>();
    Arrays.stream(documents).forEach(seen::add);
    int[] best = new BestScores(space::ids).select(byDocument, seen::contains, n);
    float[] bestScores = new float[best.length];
    for (int i = 0; i < best.length; i++) {
      bestScores[i] = byDocument[best[i]];
    }
    return new Estimates(best, bestScores);
  }

  private float[] vector(int document) {
    float[] block = blocks[document / BLOCK];
    int from = document % BLOCK * dimension;
    return Arrays.copyOfRange(block, from, from + dimension);
  }

  private float[] scan(float[] vector) {
    float[] estimates = new float[blocks.length * BLOCK];
    float[] out = new float[BLOCK];
    for (int block = 0; block < blocks.length; block++) {
      if (blocks[block] != null) {
        products.ofRows(blocks[block], BLOCK, vector, out);
        System.arraycopy(out, 0, estimates, block * BLOCK, BLOCK);
      }
    }
    return estimates;
  }

  /** Intercept and slope of the scores in the first stage's; the slope at least 0. */
  private static double[] line(float[] first, float[] scores) {
    double meanF = 0;
    double meanS = 0;
    for (int j = 0; j < first.length; j++) {
      meanF += first[j] / (double) first.length;
      meanS += scores[j] / (double) first.length;
    }
    double ff = 0;
    double fs = 0;
    for (int j = 0; j < first.length; j++) {
      ff += (first[j] - meanF) * (first[j] - meanF);
      fs += (first[j] - meanF) * (scores[j] - meanS);
    }
    double slope = ff > 0 ? Math.max(0, fs / ff) : 0;
    return new double[] {meanS - slope * meanF, slope};
  }
}
