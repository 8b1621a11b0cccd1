package io.curlew.cur;

import io.curlew.cur.Candidates.Estimates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The fit of one query onto the anchors, refined as more documents are scored. A {@link Prior} in
 * first-stage and mean anchor score says what is expected; what it leaves is explained by the
 * linear form, {@link RidgeEstimator}, which can be scanned for, and on a {@link Shortlist} by the
 * kernel form, {@link KernelRegression}. Of the two the one with the smaller leave-one-out error
 * ranks; if neither improves on the prior, the prior does, which is plain re-ranking by the first
 * stage.
 */
final class LatentQuery {

  /** Best documents by the linear form that every scan adds to the shortlist. */
  static final int SHORTLIST = 2000;

  private final AnchorSet anchors;
  private final Candidates candidates;
  private final ScoredDocuments scored;
  private final RidgeEstimator ridge;
  private final KernelRegression kernel;
  private final Shortlist shortlist;
  private final List<SearchResult.Round> rounds = new ArrayList<>();
  private double[] firstStage = new double[0];
  private double[] meanAnchor = new double[0];

  private Prior prior = Prior.NONE;
  private LinearEstimate linear;
  private SearchResult.Form form = SearchResult.Form.PRIOR;
  private float[] estimates = new float[0]; // by slot of the shortlist

  LatentQuery(AnchorSet anchors, Candidates candidates, ScoredDocuments scored, int capacity) {
    this.anchors = anchors;
    this.candidates = candidates;
    this.scored = scored;
    this.ridge =
        RidgeEstimator.create(anchors.size(), capacity, anchors.statistics().meanSquaredNorm());
    this.kernel = new KernelRegression(anchors.statistics(), capacity);
    this.shortlist = new Shortlist(candidates, anchors.size());
    this.linear = new LinearEstimate(new float[anchors.size()], 0, 0);
  }

  /** Adds documents to the shortlist. */
  void shortlist(int[] documents) throws IOException {
    shortlist.add(documents);
  }

  /**
   * Fits everything scored so far.
   *
   * @param scan whether to scan all documents for new members of the shortlist
   */
  void fit(boolean scan) throws IOException {
    addRows();
    double[] scores = toDoubles(scored.scores());
    prior = Prior.fit(firstStage, meanAnchor, scores);
    RidgeEstimator.Fit fit = fitLinear(scores);
    if (scan) {
      shortlist.add(scored.bestUnseen(linear, SHORTLIST).documents());
    }
    double[] residuals = residuals(prior, scores);
    kernel.fit(residuals);
    double priorError = rootMeanSquare(residuals);
    double best = Math.min(kernel.looError(), fit.looError());
    if (priorError <= best && prior.usesFirstStage()) {
      form = SearchResult.Form.PRIOR;
    } else {
      form =
          kernel.looError() <= fit.looError() ? SearchResult.Form.KERNEL : SearchResult.Form.LINEAR;
    }
    estimates = shortlist.estimates(prior, kernel);
    boolean linearForm = form == SearchResult.Form.LINEAR;
    rounds.add(
        new SearchResult.Round(
            scored.size(),
            form,
            linearForm ? fit.lambda() : kernel.lambda(),
            form == SearchResult.Form.PRIOR ? priorError : best,
            linearForm ? fit.effectiveRank() : kernel.effectiveRank(),
            Double.NaN));
  }

  /** The linear form has an intercept and mean of its own only where the first stage helps. */
  private RidgeEstimator.Fit fitLinear(double[] scores) {
    Prior used = prior.usesFirstStage() ? prior : Prior.NONE;
    RidgeEstimator.Fit fit = ridge.fit(residuals(used, scores));
    float[] weights = fit.floatWeights();
    for (int a = 0; a < weights.length; a++) {
      weights[a] += (float) (used.meanAnchor() / weights.length);
    }
    linear = new LinearEstimate(weights, (float) used.firstStage(), (float) used.intercept());
    return fit;
  }

  private double[] residuals(Prior from, double[] scores) {
    double[] residuals = new double[scores.length];
    for (int j = 0; j < residuals.length; j++) {
      residuals[j] = scores[j] - from.predict(firstStage[j], meanAnchor[j]);
    }
    return residuals;
  }

  private void addRows() throws IOException {
    int known = kernel.size();
    int[] added = Arrays.copyOfRange(scored.documents(), known, scored.size());
    float[][] rows = candidates.anchorRows(added);
    float[] first = candidates.firstStageScores(added);
    firstStage = Arrays.copyOf(firstStage, scored.size());
    meanAnchor = Arrays.copyOf(meanAnchor, scored.size());
    for (int i = 0; i < added.length; i++) {
      ridge.add(rows[i]);
      kernel.add(rows[i]);
      firstStage[known + i] = first[i];
      meanAnchor[known + i] = mean(rows[i]);
    }
    shortlist.addTransformed(kernel.transformed(known));
  }

  /** The n best estimates among the documents not scored yet. */
  Estimates best(int n) throws IOException {
    return switch (form) {
      case LINEAR -> scored.bestUnseen(linear, n);
      case PRIOR -> scored.bestUnseen(priorOnly(), n);
      case KERNEL -> bestOfShortlist(n);
    };
  }

  private LinearEstimate priorOnly() {
    float[] weights = new float[anchors.size()];
    Arrays.fill(weights, (float) (prior.meanAnchor() / weights.length));
    return new LinearEstimate(weights, (float) prior.firstStage(), (float) prior.intercept());
  }

  private Estimates bestOfShortlist(int n) throws IOException {
    BitSet seen = new BitSet();
    for (int slot = 0; slot < shortlist.size(); slot++) {
      seen.set(slot, scored.isScored(shortlist.document(slot)));
    }
    int[] slots =
        new BestScores(some -> candidates.ids(shortlist.documents(some)))
            .select(estimates, seen, n);
    float[] scores = new float[slots.length];
    for (int i = 0; i < slots.length; i++) {
      scores[i] = estimates[slots[i]];
    }
    Estimates best = new Estimates(shortlist.documents(slots), scores);
    return slots.length == n
        ? best
        : best.append(scored.bestUnseen(linear, n - slots.length, shortlist.members()));
  }

  private int[] unseenSlots() {
    int[] slots = new int[shortlist.size()];
    int count = 0;
    for (int slot = 0; slot < slots.length; slot++) {
      if (!scored.isScored(shortlist.document(slot))) {
        slots[count++] = slot;
      }
    }
    return Arrays.copyOf(slots, count);
  }

  /**
   * The share of the exact top k that the ranking is expected to hold, by the kernel form; noted in
   * the last round.
   */
  double expectRecall(int k) {
    double recall = expectedRecall(k);
    rounds.add(rounds.removeLast().withExpectedRecall(recall));
    return recall;
  }

  private double expectedRecall(int k) {
    float[] best = scored.bestScores(k);
    int[] unseen = unseenSlots();
    double[] means = new double[unseen.length];
    double[] deviations = new double[unseen.length];
    double reach = best[best.length - 1] - REACH * kernel.largestDeviation();
    int count = 0;
    for (int slot : unseen) {
      if (estimates[slot] > reach) {
        means[count] = estimates[slot];
        deviations[count++] = Math.sqrt(shortlist.variance(kernel, slot));
      }
    }
    return RecallEstimate.of(
        best, k, Arrays.copyOf(means, count), Arrays.copyOf(deviations, count));
  }

  /** Documents further below the k-th score than so many standard deviations do not count. */
  private static final double REACH = 3.5;

  /** One entry for every fit so far. */
  List<SearchResult.Round> rounds() {
    return rounds;
  }

  private static double rootMeanSquare(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum / values.length);
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
