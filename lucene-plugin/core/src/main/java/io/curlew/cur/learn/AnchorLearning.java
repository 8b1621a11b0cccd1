package io.curlew.cur.learn;

import io.curlew.cur.AnchorRows;
import io.curlew.cur.FirstStage;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.FeatureStatistics;
import io.curlew.cur.anchor.LatentMap;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.anchor.RecallCalibration;
import io.curlew.cur.fit.Prior;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Learns from the anchors' own scores how far features are to be trusted, and a latent query for
 * every query vector. No model is called.
 *
 * <p>Cost, with 400 anchors and 20,000 documents: some seconds; memory: the rows and the scores of
 * a sample of at most {@value #SAMPLE} documents, twice.
 */
public final class AnchorLearning {

  private static final float[][] NONE = {};
  private static final int SAMPLE = 20_000;

  /** No honest regression leaves less of the scores' variance. */
  private static final double SUSPICIOUS = 1e-3;

  private final AnchorSet anchors;
  private final AnchorQueries queries;
  private final long seed;
  private final Runnable progress;

  private AnchorLearning(AnchorSet anchors, AnchorQueries queries, long seed, Runnable progress) {
    this.anchors = anchors;
    this.queries = queries;
    this.seed = seed;
    this.progress = progress;
  }

  /**
   * Learns all there is to learn. A latent query is learned only where rows are held as they are:
   * in a projection no anchor can be held out.
   *
   * @param seed of the sample of documents
   * @param progress is told after every anchor query
   */
  public static Learned learn(
      AnchorSet anchors, AnchorQueries queries, long seed, Runnable progress) throws IOException {
    return new AnchorLearning(anchors, queries, seed, progress).learn();
  }

  /**
   * Learns the latent query alone, or null where none can be: for an index whose query model is
   * another one, see {@link CallLearning}.
   */
  public static @Nullable LatentMap latentMap(
      AnchorSet anchors, AnchorQueries queries, long seed, Runnable progress) throws IOException {
    AnchorLearning learning = new AnchorLearning(anchors, queries, seed, progress);
    FeatureStatistics plain = learning.statistics(NONE);
    boolean whole = anchors.dimension() == anchors.size() && anchors.size() > 1;
    if (!whole || Prior.unexplained(plain) < SUSPICIOUS) {
      return null;
    }
    int[] sample = learning.sample();
    LatentFit fit = learning.fit(plain, sample, queries.space(0).rows(sample).values());
    return fit == null ? null : fit.map(fit.heldOut().ridge());
  }

  /** How often progress is told of, at most. */
  public static int steps(AnchorSet anchors) {
    return 2 * anchors.size() + CalibrationLearning.QUERIES;
  }

  private Learned learn() throws IOException {
    FeatureStatistics features = statistics(NONE);
    if (Prior.unexplained(features)
        < SUSPICIOUS) { // anchors repeat each other: nothing is held out
      return Learned.NONE;
    }
    boolean whole = anchors.dimension() == anchors.size();
    if (!whole || anchors.size() < 2) {
      return new Learned(features, null, RecallCalibration.NONE, RankingProfile.NONE);
    }
    int[] sample = sample();
    float[][] rows = queries.space(0).rows(sample).values();
    float[][] latents = NONE;
    LatentFit fit = fit(features, sample, rows);
    @Nullable LatentMap map = null;
    if (fit != null) {
      LatentFit.HeldOut heldOut = fit.heldOut();
      map = fit.map(heldOut.ridge());
      latents = heldOut.weights();
      features = statistics(latents);
    }
    RecallCalibration calibration =
        CalibrationLearning.learn(anchors, queries, features, latents, rows, progress);
    return new Learned(features, map, calibration, RankingProfile.NONE);
  }

  private int[] sample() throws IOException {
    int[] sample = queries.space(0).sample(SAMPLE, seed);
    Arrays.sort(sample);
    return sample;
  }

  /** The latent query's fit, or null if queries have no vectors. */
  private @Nullable LatentFit fit(FeatureStatistics plain, int[] sample, float[][] rows)
      throws IOException {
    float[][] vectors = vectors();
    return vectors.length == 0
        ? null
        : new LatentFit(vectors, rows, residuals(plain, sample, rows));
  }

  private float[][] vectors() throws IOException {
    float[][] vectors = new float[anchors.size()][];
    for (int a = 0; a < vectors.length; a++) {
      float[] vector = queries.vector(a);
      if (vector == null) {
        return NONE;
      }
      vectors[a] = vector;
    }
    return vectors;
  }

  /** What features and mean anchor score leave of the anchors' scores. */
  private float[][] residuals(FeatureStatistics plain, int[] sample, float[][] rows)
      throws IOException {
    double[] weights = Prior.learned(plain).weights();
    int features = plain.features().size();
    float[][] residuals = new float[anchors.size()][];
    for (int a = 0; a < residuals.length; a++) {
      float[][] values = queries.space(a).rows(sample).features();
      float[] residual = new float[sample.length];
      double mean = 0;
      for (int d = 0; d < residual.length; d++) {
        double left = rows[d][a] - weights[features] * meanWithout(rows[d], a);
        for (int f = 0; f < features; f++) {
          left -= Float.isFinite(values[f][d]) ? weights[f] * values[f][d] : 0;
        }
        residual[d] = (float) left;
        mean += left / residual.length;
      }
      for (int d = 0; d < residual.length; d++) {
        residual[d] -= (float) mean;
      }
      residuals[a] = residual;
    }
    return residuals;
  }

  /** The mean anchor score without one of the anchors. */
  private static double meanWithout(float[] scores, int anchor) {
    double sum = 0;
    for (float score : scores) {
      sum += score;
    }
    return scores.length < 2 ? 0 : (sum - scores[anchor]) / (scores.length - 1);
  }

  /**
   * How features and scores vary together in the lists of the anchor queries.
   *
   * @param latents latent queries of the anchors, which they had no part in, or none to leave them
   *     out
   */
  private FeatureStatistics statistics(float[][] latents) throws IOException {
    List<String> names = new ArrayList<>(queries.space(0).features());
    if (latents.length > 0) {
      names.add(LatentMap.FEATURE);
    }
    int size = names.size() + 2;
    double[][] covariances = new double[size][size];
    for (int a = 0; a < anchors.size(); a++) {
      SearchSpace space = queries.space(a);
      Set<Integer> listed = new LinkedHashSet<>();
      for (int f = 0; f < space.features().size(); f++) {
        Arrays.stream(space.list(f, FirstStage.LIST)).forEach(listed::add);
      }
      progress.run();
      if (listed.size() > 1) {
        int[] documents = listed.stream().mapToInt(Integer::intValue).toArray();
        WithinQuery.addCovariances(values(space.rows(documents), a, latents), covariances);
      }
    }
    for (double[] row : covariances) {
      for (int i = 0; i < size; i++) {
        row[i] /= anchors.size();
      }
    }
    return new FeatureStatistics(names, covariances);
  }

  /** Features, mean anchor score and score of documents: {@code [values][documents]}. */
  private double[][] values(AnchorRows rows, int anchor, float[][] latents) throws IOException {
    float[][] features = rows.features();
    float[][] centred = rows.values();
    List<double[]> values = new ArrayList<>();
    for (float[] feature : features) {
      values.add(WithinQuery.finite(feature));
    }
    double[] latent = new double[centred.length];
    double[] mean = new double[centred.length];
    double[] score = new double[centred.length];
    for (int d = 0; d < centred.length; d++) {
      float[] scores = anchors.encoding().unproject(centred[d]);
      mean[d] = meanWithout(scores, anchor);
      score[d] = scores[anchor];
      for (int i = 0; latents.length > 0 && i < scores.length; i++) {
        latent[d] += (double) latents[anchor][i] * scores[i];
      }
    }
    if (latents.length > 0) {
      values.add(latent);
    }
    values.add(mean);
    values.add(score);
    return values.toArray(double[][]::new);
  }
}
