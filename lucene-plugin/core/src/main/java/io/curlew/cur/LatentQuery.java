package io.curlew.cur;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The fit of one query onto the anchors, refined as more documents are scored: a {@link Prior} in
 * first-stage and mean anchor score, and the {@link RidgeEstimator} on what the prior leaves.
 */
final class LatentQuery {

  private final AnchorSet anchors;
  private final Candidates candidates;
  private final boolean withPrior;
  private final RidgeEstimator estimator;
  private final List<SearchResult.Round> rounds = new ArrayList<>();
  private double[] firstStage = new double[0];
  private double[] meanAnchor = new double[0];

  LatentQuery(AnchorSet anchors, Candidates candidates, int capacity, boolean withPrior) {
    this.anchors = anchors;
    this.candidates = candidates;
    this.withPrior = withPrior;
    this.estimator = RidgeEstimator.create(anchors.size(), capacity, anchors.meanSquaredNorm());
  }

  /** Fits everything scored so far. */
  LinearEstimate fit(ScoredDocuments scored) throws IOException {
    addRows(scored);
    double[] targets = toDoubles(scored.scores());
    Prior prior = withPrior ? Prior.fit(firstStage, meanAnchor, targets) : Prior.NONE;
    for (int j = 0; j < targets.length; j++) {
      targets[j] -= prior.predict(firstStage[j], meanAnchor[j]);
    }
    RidgeEstimator.Fit fit = estimator.fit(targets);
    rounds.add(
        new SearchResult.Round(scored.size(), fit.lambda(), fit.looError(), fit.effectiveRank()));
    float[] weights = new float[anchors.size()];
    for (int a = 0; a < weights.length; a++) {
      weights[a] = (float) (fit.weights()[a] + prior.meanAnchor() / weights.length);
    }
    return new LinearEstimate(weights, (float) prior.firstStage(), (float) prior.intercept());
  }

  /** One entry for every fit so far. */
  List<SearchResult.Round> rounds() {
    return rounds;
  }

  private void addRows(ScoredDocuments scored) throws IOException {
    int known = estimator.size();
    int[] added = Arrays.copyOfRange(scored.documents(), known, scored.size());
    float[][] rows = candidates.anchorRows(added);
    firstStage = Arrays.copyOf(firstStage, scored.size());
    meanAnchor = Arrays.copyOf(meanAnchor, scored.size());
    float[] first = withPrior ? candidates.firstStageScores(added) : new float[added.length];
    for (int i = 0; i < added.length; i++) {
      estimator.add(rows[i]);
      firstStage[known + i] = first[i];
      meanAnchor[known + i] = mean(rows[i]);
    }
  }

  private static double mean(float[] row) {
    double sum = 0;
    for (float value : row) {
      sum += value;
    }
    return sum / row.length;
  }

  private static double[] toDoubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
