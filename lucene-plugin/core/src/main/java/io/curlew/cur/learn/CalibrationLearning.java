package io.curlew.cur.learn;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.AnchorStatistics;
import io.curlew.cur.anchor.FeatureStatistics;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.anchor.RecallCalibration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Learns what expected recall is worth: anchors of one fold are held out and searched for like new
 * queries, with several budgets and depths, and what was found is compared with what was expected.
 */
final class CalibrationLearning {

  private static final int[] BUDGETS = {20, 50, 100, 200, 500};
  private static final int[] DEPTHS = {10, 100};

  /** Queries that are asked, at most. */
  private static final int QUERIES = 60;

  /** Fewer say nothing. */
  private static final int FEWEST = 10;

  private static final int ITERATIONS = 25;

  /** So many searches speak for what is expected as it is. */
  private static final double PRIOR = 1;

  private final List<double[]> inputs = new ArrayList<>();
  private final List<Double> found = new ArrayList<>();

  private CalibrationLearning() {}

  /**
   * Learns.
   *
   * @param features statistics of features, the latent query's included where there is one
   * @param latents latent queries that their anchors had no part in, or none
   * @param rows of a sample of documents, centred
   * @param progress is told after every query
   */
  static RecallCalibration learn(
      AnchorSet anchors,
      AnchorQueries queries,
      FeatureStatistics features,
      float[][] latents,
      float[][] rows,
      Runnable progress)
      throws IOException {
    int size = anchors.size();
    BitSet out = new BitSet();
    for (int a = 0; a < size; a += LatentFit.FOLDS) {
      out.set(a);
    }
    if (out.cardinality() < FEWEST) {
      return RecallCalibration.NONE;
    }
    HeldOutSpace.Masked all = new HeldOutSpace.Masked(anchors, out);
    float[][] kept = all.mask(rows);
    if (Arrays.stream(kept).allMatch(row -> Arrays.equals(row, new float[size]))) {
      return RecallCalibration.NONE; // all documents are the same to these anchors
    }
    Learned learned = new Learned(features, null, RecallCalibration.IDENTITY, RankingProfile.NONE);
    AnchorSet without = anchors.withStatistics(AnchorStatistics.of(kept)).withLearned(learned);
    HeldOutSpace.Masked masked = new HeldOutSpace.Masked(without, out);
    CalibrationLearning learning = new CalibrationLearning();
    for (int a : out.stream().limit(QUERIES).toArray()) {
      float[] latent = latents.length == 0 ? null : latents[a];
      learning.ask(new HeldOutSpace(queries.space(a), masked, a, latent), anchors.queries().get(a));
      progress.run();
    }
    return learning.fit();
  }

  private void ask(HeldOutSpace space, String query) throws IOException {
    for (int k : DEPTHS) {
      int[] exact = space.exactTop(k);
      for (int budget : BUDGETS) {
        if (exact.length == k && 2 * budget < space.size()) {
          ask(space, SearchRequest.of(query, k, budget), exact);
        }
      }
    }
  }

  private void ask(SearchSpace space, SearchRequest request, int[] exact) throws IOException {
    SearchResult result = new AdaptiveSearch().search(space, request);
    Set<Integer> returned = new HashSet<>();
    for (Hit hit : result.hits()) {
      returned.add(hit.document());
    }
    long hits = Arrays.stream(exact).filter(returned::contains).count();
    if (Double.isFinite(result.expectedRecall())) {
      inputs.add(RecallCalibration.inputs(result.expectedRecall(), request.k(), result.calls()));
      found.add((double) hits / exact.length);
    }
  }

  /** Logistic regression by Newton's method, begun and held at what is expected as it is. */
  private RecallCalibration fit() {
    double[] w =
        RecallCalibration.IDENTITY.weights().stream().mapToDouble(Double::doubleValue).toArray();
    double[] start = w.clone();
    for (int iteration = 0; iteration < ITERATIONS && !inputs.isEmpty(); iteration++) {
      double[][] hessian = new double[w.length][w.length];
      double[] gradient = new double[w.length];
      for (int i = 0; i < w.length; i++) {
        hessian[i][i] = PRIOR;
        gradient[i] = PRIOR * (start[i] - w[i]);
      }
      for (int s = 0; s < inputs.size(); s++) {
        double[] x = inputs.get(s);
        double sum = 0;
        for (int i = 0; i < w.length; i++) {
          sum += w[i] * x[i];
        }
        double p = 1 / (1 + Math.exp(-sum));
        for (int i = 0; i < w.length; i++) {
          gradient[i] += (found.get(s) - p) * x[i];
          for (int j = 0; j < w.length; j++) {
            hessian[i][j] += p * (1 - p) * x[i] * x[j];
          }
        }
      }
      add(w, solve(hessian, gradient));
    }
    return new RecallCalibration(Arrays.stream(w).boxed().toList());
  }

  private static void add(double[] w, double[] step) {
    for (int i = 0; i < w.length; i++) {
      w[i] += Math.clamp(step[i], -1, 1);
    }
  }

  /** Gauss's way; the matrix is positive definite. */
  private static double[] solve(double[][] a, double[] b) {
    int n = b.length;
    for (int i = 0; i < n; i++) {
      for (int row = i + 1; row < n; row++) {
        double factor = a[row][i] / a[i][i];
        for (int j = i; j < n; j++) {
          a[row][j] -= factor * a[i][j];
        }
        b[row] -= factor * b[i];
      }
    }
    double[] x = new double[n];
    for (int i = n - 1; i >= 0; i--) {
      double sum = b[i];
      for (int j = i + 1; j < n; j++) {
        sum -= a[i][j] * x[j];
      }
      x[i] = sum / a[i][i];
    }
    return x;
  }
}
