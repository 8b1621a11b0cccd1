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
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Learns what expected recall is worth: anchors are held out, a fold at a time, and searched for
 * like new queries, with several budgets and depths; what was found is compared with what was
 * expected.
 */
final class CalibrationLearning {

  /** Queries that are asked, at most. */
  static final int QUERIES = 80;

  /** Fewer say nothing. */
  private static final int FEWEST = 10;

  private static final int ITERATIONS = 25;

  /**
   * Precision with which what is expected is taken as it is. A search counts as one trial though it
   * finds k of k documents or fewer, so a larger one would hold on to slopes that are wrong.
   */
  private static final double PRIOR = 0.1;

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
    CalibrationLearning learning = new CalibrationLearning();
    int asked = 0;
    for (int fold = 0; fold < LatentFit.FOLDS && asked < QUERIES; fold++) {
      BitSet out = new BitSet();
      for (int a = fold; a < anchors.size(); a += LatentFit.FOLDS) {
        out.set(a);
      }
      if (!varies(rows, out)) {
        continue;
      }
      HeldOutSpace.Masked masked = masked(anchors, out, features, rows);
      int[] some = out.stream().limit(QUERIES - asked).toArray();
      List<HeldOutSpace> spaces = new ArrayList<>();
      for (int a : some) {
        float[] latent = latents.length == 0 ? null : latents[a];
        spaces.add(new HeldOutSpace(queries.space(a), masked, a, latent));
      }
      asked += some.length;
      // side by side: this is most of the time that learning takes
      IntStream.range(0, some.length)
          .parallel()
          .mapToObj(i -> ask(spaces.get(i), anchors.queries().get(some[i]), progress))
          .toList()
          .forEach(learning::add);
    }
    return asked < FEWEST ? RecallCalibration.NONE : learning.fit();
  }

  /** Whether documents differ in the anchors that are not held out. */
  private static boolean varies(float[][] rows, BitSet out) {
    for (float[] row : rows) {
      for (int a = out.nextClearBit(0); a < row.length; a = out.nextClearBit(a + 1)) {
        if (row[a] != 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** The anchors compared as if some were none. */
  private static HeldOutSpace.Masked masked(
      AnchorSet anchors, BitSet out, FeatureStatistics features, float[][] rows) {
    HeldOutSpace.Masked all = new HeldOutSpace.Masked(anchors, out);
    Learned learned = new Learned(features, null, RecallCalibration.IDENTITY, RankingProfile.NONE);
    AnchorSet without =
        anchors.withStatistics(AnchorStatistics.of(all.mask(rows))).withLearned(learned);
    return new HeldOutSpace.Masked(without, out);
  }

  /** What one search expected, as inputs of the regression, and what it found. */
  private record Sample(double[] inputs, double found) {}

  private void add(List<Sample> samples) {
    for (Sample sample : samples) {
      inputs.add(sample.inputs);
      found.add(sample.found);
    }
  }

  private static List<Sample> ask(HeldOutSpace space, String query, Runnable progress) {
    List<Sample> samples = new ArrayList<>();
    try {
      for (int k : RecallCalibration.DEPTHS) {
        int[] exact = space.exactTop(k);
        for (int budget : RecallCalibration.CALLS) {
          if (exact.length == k && 2 * budget < space.size()) {
            ask(space, SearchRequest.of(query, k, budget), exact, samples);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    synchronized (progress) {
      progress.run();
    }
    return samples;
  }

  private static void ask(
      SearchSpace space, SearchRequest request, int[] exact, List<Sample> samples)
      throws IOException {
    SearchResult result = new AdaptiveSearch().search(space, request);
    Set<Integer> returned = new HashSet<>();
    for (Hit hit : result.hits()) {
      returned.add(hit.document());
    }
    long hits = Arrays.stream(exact).filter(returned::contains).count();
    double expected = result.expectedRecall();
    if (Double.isFinite(expected)) {
      samples.add(
          new Sample(
              RecallCalibration.inputs(expected, request.k(), result.calls()),
              (double) hits / exact.length));
    }
  }

  /** Logistic regression by Newton's method, begun and held at what is expected as it is. */
  private RecallCalibration fit() {
    double[] w =
        RecallCalibration.IDENTITY.weights().stream().mapToDouble(Double::doubleValue).toArray();
    double[] start = w.clone();
    for (int iteration = 0; iteration < ITERATIONS && !inputs.isEmpty(); iteration++) {
      DMatrixRMaj hessian = new DMatrixRMaj(w.length, w.length);
      DMatrixRMaj gradient = new DMatrixRMaj(w.length, 1);
      for (int i = 0; i < w.length; i++) {
        hessian.set(i, i, PRIOR);
        gradient.set(i, 0, PRIOR * (start[i] - w[i]));
      }
      for (int s = 0; s < inputs.size(); s++) {
        double[] x = inputs.get(s);
        double sum = 0;
        for (int i = 0; i < w.length; i++) {
          sum += w[i] * x[i];
        }
        double p = 1 / (1 + Math.exp(-sum));
        for (int i = 0; i < w.length; i++) {
          gradient.add(i, 0, (found.get(s) - p) * x[i]);
          for (int j = 0; j < w.length; j++) {
            hessian.add(i, j, p * (1 - p) * x[i] * x[j]);
          }
        }
      }
      DMatrixRMaj step = new DMatrixRMaj(w.length, 1);
      CommonOps_DDRM.solve(hessian, gradient, step); // positive definite
      add(w, step.data);
    }
    return new RecallCalibration(Arrays.stream(w).boxed().toList());
  }

  private static void add(double[] w, double[] step) {
    for (int i = 0; i < w.length; i++) {
      w[i] += Math.clamp(step[i], -1, 1);
    }
  }
}
