package io.curlew.cur;

import io.curlew.cur.SearchResult.Form;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.fit.KernelRegression;
import io.curlew.cur.fit.Prior;
import io.curlew.cur.fit.RidgeEstimator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The fit of one query onto the anchors, refined as more documents are scored. A {@link Prior} in
 * the {@link Covariates} says what is expected; what it leaves is explained by the linear form,
 * {@link RidgeEstimator}, which can be scanned for, and on a {@link Shortlist} by the kernel form,
 * {@link KernelRegression}. Of the two the one with the smaller leave-one-out error ranks; if
 * neither improves on the prior, the prior does, which is plain re-ranking by the first stage.
 */
final class QueryFit {

  /** Best unseen documents by the linear form that every scan adds to the shortlist. */
  private static final int SHORTLISTED_BY_SCAN = 300;

  /** The last round, counted from 0, that chooses lambda and form anew. */
  private static final int LAST_ROUND_OF_SELECTION = 2;

  /** The last that fits the linear form, unless that ranks. */
  private static final int LAST_LINEAR_ROUND = 3;

  private static final int DEVIATIONS_PER_TASK = 64;

  private final boolean scans;
  private @Nullable LatentQuery scanned; // what the next fit looks at all documents for
  private final AnchorSet anchors;
  private final SearchSpace space;
  private final Covariates known;
  private final RankingProfile profile;
  private @Nullable RidgeEstimator ridge; // null when the linear form is not fitted any more
  private final KernelRegression kernel;
  private final Shortlist shortlist;
  private final List<SearchResult.Round> rounds = new ArrayList<>();
  private final List<float[]> unseen = new ArrayList<>(); // scored rows, by the linear form
  private final Set<Integer> scored = new HashSet<>();
  private int[] order = new int[0]; // scored documents, in the order in which they came
  private double[] scores = new double[0]; // exact
  private double[][] covariates; // of the scored documents, [covariates][scored]

  private Prior prior;
  private RidgeEstimator.Fit linearFit = RidgeEstimator.Fit.NONE;
  private float[] linearWeights; // of what the prior leaves
  private LatentQuery linear; // without the engine's features, which no scan sees
  private Form form = Form.KERNEL;
  private float[] estimates = new float[0]; // by slot of the shortlist
  private float[] ranking = new float[0]; // the same with what the profile adds

  /**
   * Nothing is known yet.
   *
   * @param capacity the largest number of exact scores that there will be
   * @param scans whether fits look at all documents though features tell something
   */
  QueryFit(SearchSpace space, SearchRequest request, int capacity, boolean scans)
      throws IOException {
    this.scans = scans;
    this.anchors = space.anchors();
    this.space = space;
    this.profile = request.profile();
    this.known = new Covariates(space);
    this.covariates = new double[known.size()][0];
    this.prior = Prior.none(known.size());
    this.ridge =
        RidgeEstimator.create(anchors.dimension(), capacity, anchors.statistics().variance());
    this.kernel = new KernelRegression(capacity);
    this.shortlist = new Shortlist(space, known, request.profile());
    this.linearWeights = new float[anchors.dimension()];
    this.linear = anchors.latent(new float[anchors.dimension()], 0);
  }

  /**
   * Fits everything scored so far. Some rounds scan all documents for the shortlist of the next
   * one, so that an engine can scan while the model is called. On WordNet, CACM and Vaswani that
   * loses nothing (recall within .005 at 20 to 200 calls, where there is BM25 or dense retrieval or
   * both); without a first stage it loses up to .04, so then they scan at once. The first three
   * choose lambda and form, later ones keep what was chosen and add what is new to it: it hardly
   * moves, and to fit many documents several times is what costs.
   */
  void refit(ScoredDocuments all) throws IOException {
    int round = rounds.size();
    add(all.documents(), all.scores());
    prior = known.prior(covariates, scores);
    double[] residuals = residuals();
    boolean linearRound = round == 0 || round == 1 || round == LAST_LINEAR_ROUND;
    boolean scan = linearRound && (scans || !prior.trustsFeatures());
    boolean atOnce = shortlist.isSample() || known.isSilent();
    space.runAll(
        List.of(
            () -> {
              if (scanned != null) {
                shortlistBest(scanned);
              }
              if (linearRound || form == Form.LINEAR) {
                fitLinear(residuals);
              }
              if (scan && atOnce) {
                shortlistBest(linear);
              }
              return true;
            },
            () -> {
              kernel.fit(residuals, round <= LAST_ROUND_OF_SELECTION);
              return true;
            }));
    scanned = scan && !atOnce ? linear : null;
    if (scanned != null) {
      space.expectTop(scanned, scored::contains, SHORTLISTED_BY_SCAN);
    }
    if (linearRound && round <= LAST_ROUND_OF_SELECTION) {
      form = choose(rootMeanSquare(residuals));
    }
    if (round == LAST_LINEAR_ROUND && form != Form.LINEAR) {
      ridge = null; // for its memory
      unseen.clear();
    }
    float[] expected = shortlist.expected(prior);
    estimates = expected.clone();
    switch (form) {
      case KERNEL -> shortlist.addKernel(kernel, estimates);
      case LINEAR -> shortlist.addLinear(linearWeights, estimates);
      case PRIOR -> {} // as they are
    }
    for (int slot = 0; slot < estimates.length; slot++) {
      if (!Float.isFinite(estimates[slot])) { // scores too small or large for the fit
        estimates[slot] = expected[slot];
      }
    }
    ranking = withBonus(estimates);
    boolean linearForm = form == Form.LINEAR;
    rounds.add(
        new SearchResult.Round(
            scores.length,
            form,
            linearForm ? linearFit.lambda() : kernel.lambda(),
            linearForm ? linearFit.looError() : kernel.looError(),
            linearForm ? linearFit.effectiveRank() : kernel.effectiveRank(),
            Double.NaN));
  }

  private void shortlistBest(LatentQuery latent) throws IOException {
    shortlist.add(space.top(latent, scored::contains, SHORTLISTED_BY_SCAN).documents());
  }

  private Form choose(double priorError) {
    double error = Math.min(kernel.looError(), linearFit.looError());
    if (prior.usesFeatures() && priorError < PRIOR_ERROR_RATIO * error) {
      return Form.PRIOR;
    }
    return linearFit.looError() < LINEAR_ERROR_RATIO * kernel.looError()
        ? Form.LINEAR
        : Form.KERNEL;
  }

  /**
   * The linear form must be better by so much: on few documents the leave-one-out errors are noisy,
   * and on real collections choosing the smaller one lost a point of recall@100 against the kernel
   * form alone. Where scores are truly of low rank the linear form is better by far more.
   */
  private static final double LINEAR_ERROR_RATIO = 0.75;

  /** And the prior alone by so much, which the kernel form nearly equals where it finds nothing. */
  private static final double PRIOR_ERROR_RATIO = 0.97;

  /** Fits the linear form to what the prior leaves. */
  private void fitLinear(double[] residuals) {
    RidgeEstimator fitted = Objects.requireNonNull(ridge);
    unseen.forEach(fitted::add);
    unseen.clear();
    linearFit = fitted.refit(residuals);
    linearWeights = linearFit.floatWeights();
    for (float weight : linearWeights) {
      if (!Float.isFinite(weight)) {
        linearWeights = new float[linearWeights.length]; // what the prior says remains
        break;
      }
    }
    float[] weights = linearWeights.clone();
    int features = known.size() - known.vectors().length;
    for (int v = 0; v < known.vectors().length; v++) {
      for (int a = 0; a < weights.length; a++) {
        weights[a] += (float) (prior.weights()[features + v] * known.vectors()[v][a]);
      }
    }
    linear = anchors.latent(weights, (float) prior.intercept());
  }

  private double[] residuals() {
    double[] residuals = scores.clone();
    for (int j = 0; j < residuals.length; j++) {
      double expected = prior.intercept();
      for (int c = 0; c < covariates.length; c++) {
        expected += prior.weights()[c] * covariates[c][j];
      }
      residuals[j] -= expected;
    }
    return residuals;
  }

  /** Takes in what is new among the documents scored. */
  private void add(int[] documents, float[] exact) throws IOException {
    int size = kernel.size();
    int[] added = Arrays.copyOfRange(documents, size, documents.length);
    shortlist.add(added);
    int[] slots = Arrays.stream(added).map(shortlist::slot).toArray();
    float[][] addedRows = space.rows(added).values();
    order = documents;
    scores = Arrays.copyOf(scores, documents.length);
    for (int c = 0; c < covariates.length; c++) {
      covariates[c] = Arrays.copyOf(covariates[c], documents.length);
      for (int i = 0; i < added.length; i++) {
        covariates[c][size + i] = shortlist.covariate(c, slots[i]);
      }
    }
    for (int i = 0; i < added.length; i++) {
      scored.add(added[i]);
      scores[size + i] = exact[size + i];
    }
    if (ridge != null) {
      unseen.addAll(Arrays.asList(addedRows));
    }
    for (float[] products : shortlist.addScored(slots, addedRows)) {
      kernel.add(products);
    }
  }

  /** The n best estimates among the documents not scored yet. */
  Estimates best(int n) throws IOException {
    return estimates(bestSlots(n), n);
  }

  /** Slots as estimates; the best that scans find follow where they are fewer than n. */
  Estimates estimates(int[] slots, int n) throws IOException {
    float[] scores = new float[slots.length];
    for (int i = 0; i < slots.length; i++) {
      scores[i] = estimates[slots[i]];
    }
    Estimates best = new Estimates(shortlist.documents(slots), scores);
    if (slots.length == n) {
      return best;
    }
    return best.append(
        space.top(
            linear,
            document -> !isUnseen(document) || shortlist.contains(document),
            n - slots.length));
  }

  /** The slots of the n best estimates among the documents not scored yet. */
  int[] bestSlots(int n) throws IOException {
    return new BestScores().select(ranking, slot -> !isUnseen(shortlist.document(slot)), n);
  }

  /** The deviation of scores about estimates, as the scored documents show it. */
  double looError() {
    return switch (form) {
      case KERNEL -> kernel.looError();
      case LINEAR -> linearFit.looError();
      case PRIOR -> rootMeanSquare(residuals());
    };
  }

  /** The deviations of some slots' scores about their estimates. */
  double[] deviations(int[] slots) throws IOException {
    double[] deviations = new double[slots.length];
    if (form != Form.KERNEL) {
      Arrays.fill(deviations, looError());
      return deviations;
    }
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int from = 0; from < slots.length; from += DEVIATIONS_PER_TASK) {
      int start = from;
      int[] some =
          Arrays.copyOfRange(slots, from, Math.min(slots.length, from + DEVIATIONS_PER_TASK));
      tasks.add(
          () -> {
            double[] found = shortlist.deviations(kernel, some);
            System.arraycopy(found, 0, deviations, start, found.length);
            return true;
          });
    }
    space.runAll(tasks);
    return deviations;
  }

  /** The linear form, last fitted. */
  LatentQuery linear() {
    return linear;
  }

  /** What ranks a slot: its estimate and what the profile adds. */
  float ranking(int slot) {
    return ranking[slot];
  }

  /** Scored documents, in the order in which they came. Not to be changed. */
  int[] scoredDocuments() {
    return order;
  }

  /** Whether a document may yet be scored. */
  boolean isUnseen(int document) {
    return !scored.contains(document) && !space.isGone(document);
  }

  /** By how much each score is above what the others say of it. Not to be changed. */
  double[] looResiduals() {
    return kernel.looResiduals();
  }

  /** The estimate of a mean document. */
  double centre() {
    return prior.intercept();
  }

  /** The documents that are looked at closely. */
  Shortlist shortlist() {
    return shortlist;
  }

  /** Notes in the last round how much is expected to be found. */
  void noteExpectedRecall(double recall) {
    rounds.add(rounds.removeLast().withExpectedRecall(recall));
  }

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

  private float[] withBonus(float[] values) {
    float[] sums = values.clone();
    float[] bonus = shortlist.bonus();
    for (int slot = 0; slot < sums.length; slot++) {
      sums[slot] += bonus[slot];
    }
    return sums;
  }

  /** The exact scores with what the profile adds, in the order in which they came. */
  double[] ranked() {
    double[] sums = scores.clone();
    for (int f = 0; f < known.names().size(); f++) {
      double weight = profile.weight(known.names().get(f));
      for (int j = 0; weight != 0 && j < sums.length; j++) {
        sums[j] += weight * covariates[f][j];
      }
    }
    return sums;
  }
}
