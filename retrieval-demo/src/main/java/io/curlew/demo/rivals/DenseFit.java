package io.curlew.demo.rivals;

import io.curlew.cur.Estimates;
import io.curlew.cur.ScoredDocuments;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.fit.RidgeEstimator;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Least squares on the documents' dense vectors, as in adaptive nearest-neighbour search (AXN;
 * Yadav et al. 2024) but without its factors, for which see {@link FactorSearch}: the query's dense
 * vector is the start, and what a line in its score leaves is fitted by ridge regression, lambda by
 * the leave-one-out error. It needs no anchor and no call to index. Memory: all dense vectors.
 */
public final class DenseFit implements RoundSearch.Fit {

  private final DocumentVectors vectors;

  private DenseFit(DocumentVectors vectors) {
    this.vectors = vectors;
  }

  /** Reads the dense vectors of an index. */
  public static DenseFit of(CurlewIndex index, DenseVectors dense) throws IOException {
    int dimension = dense.dimension();
    int[] documents = index.searcher().documents();
    return new DenseFit(
        DocumentVectors.of(documents, dimension, some -> dense.of(some, dimension)));
  }

  @Override
  public Estimates best(SearchSpace space, ScoredDocuments scored, int n) throws IOException {
    int[] documents = scored.documents();
    float[] scores = scored.scores();
    int dense = space.features().indexOf(Feature.DENSE);
    float[] first = space.rows(documents).features()[dense];
    double[] line = line(first, scores);
    RidgeEstimator ridge = RidgeEstimator.create(vectors.dimension(), documents.length, 1);
    double[] residuals = new double[documents.length];
    for (int j = 0; j < residuals.length; j++) {
      ridge.add(vectors.of(documents[j]));
      residuals[j] = scores[j] - line[0] - line[1] * first[j];
    }
    float[] estimates = vectors.products(ridge.fit(residuals).floatWeights());
    int[] all = space.sample(space.size(), 0);
    float[] allFirst = space.rows(all).features()[dense];
    for (int i = 0; i < all.length; i++) {
      estimates[all[i]] = (float) (line[0] + line[1] * allFirst[i] + estimates[all[i]]);
    }
    Set<Integer> seen = new HashSet<>();
    Arrays.stream(documents).forEach(seen::add);
    return DocumentVectors.best(space, estimates, seen::contains, n);
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
