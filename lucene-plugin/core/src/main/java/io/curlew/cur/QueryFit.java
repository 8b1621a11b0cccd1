package io.curlew.cur;

import io.curlew.cur.SearchResult.Form;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.fit.KernelRegression;
import io.curlew.cur.fit.Outlook;
import io.curlew.cur.fit.Prior;
import io.curlew.cur.fit.RecallEstimate;
import io.curlew.cur.fit.RidgeEstimator;
import io.curlew.cur.fit.Surprises;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/**
 * The fit of one query onto the anchors, refined as more documents are scored. A {@link Prior} in
 * the {@link Covariates} says what is expected; what it leaves is explained by the linear form,
 * {@link RidgeEstimator}, which can be scanned for, and on a {@link Shortlist} by the kernel form,
 * {@link KernelRegression}. Of the two the one with the smaller leave-one-out error ranks; if
 * neither improves on the prior, the prior does, which is plain re-ranking by the first stage. An
 * {@link Outlook} on what was not scored says how much is found and what to score next.
 */
final class QueryFit {

  /** Best unseen documents by the linear form that every scan adds to the shortlist. */
  private static final int SHORTLISTED_BY_SCAN = 500;

  /** The last round, counted from 0, that chooses lambda and form anew. */
  private static final int LAST_ROUND_OF_SELECTION = 2;

  private static final int DEVIATIONS_PER_TASK = 64;

  /**
   * Documents that later scans still look at after the first, at least, and one of how many where
   * that is more. On all 117,791 WordNet senses, 100 training queries, a dense first stage, 200
   * calls, recall@100 is .8097 with full scans, .8093 with 10,000 documents left, .8085 with 4,700
   * and .8080 with 2,400. Not where the first stage is not to be trusted: the first fit is poor
   * then, and with a list of random documents narrowed searches lost half of the best.
   */
  private static final int NARROWED_SIZE = 10_000;

  private static final int NARROWED_FRACTION = 40;

  private final AnchorSet anchors;
  private final SearchSpace space;
  private final Covariates known;
  private final RankingProfile profile;
  private final RidgeEstimator ridge;
  private final KernelRegression kernel;
  private final Shortlist shortlist;
  private final List<SearchResult.Round> rounds = new ArrayList<>();
  private final List<float[]> rows = new ArrayList<>();
  private final BitSet scored = new BitSet();
  private int[] order = new int[0]; // scored documents, in the order in which they came
  private final Map<Integer, Integer> places = new HashMap<>(); // of documents in it
  private final List<int[]> estimated = new ArrayList<>(); // batches chosen by their estimates
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
   */
  QueryFit(SearchSpace space, SearchRequest request, int capacity) throws IOException {
    this.anchors = space.anchors();
    this.space = space;
    this.profile = request.profile();
    this.known = new Covariates(space);
    this.covariates = new double[known.size()][0];
    this.prior = Prior.none(known.size());
    this.ridge =
        RidgeEstimator.create(anchors.dimension(), capacity, anchors.statistics().variance());
    this.kernel = new KernelRegression(anchors.statistics(), capacity);
    this.shortlist = new Shortlist(space, known, request.profile());
    this.linearWeights = new float[anchors.dimension()];
    this.linear = anchors.latent(new float[anchors.dimension()], 0);
  }

  /** Begins the shortlist with the first stage's list. */
  void shortlist(int[] list) throws IOException {
    shortlist.begin(list);
  }

  /**
   * Fits everything scored so far. Some rounds scan all documents for the shortlist; the first
   * three choose lambda and form, later ones keep what was chosen: it hardly moves, and to fit many
   * documents several times is what costs.
   */
  void refit(ScoredDocuments all) throws IOException {
    int round = rounds.size();
    add(all.documents(), all.scores());
    prior = Prior.fit(covariates, scores, known.learned());
    double[] residuals = residuals();
    boolean scan = scans(round);
    space.runAll(
        List.of(
            () -> {
              if (scan || form == Form.LINEAR) {
                fitLinear(residuals);
              }
              if (scan) {
                if (round == 0 && prior.trustsFeatures()) {
                  space.narrow(Math.max(NARROWED_SIZE, space.size() / NARROWED_FRACTION));
                }
                shortlist.add(space.top(linear, scored, SHORTLISTED_BY_SCAN).documents());
              }
              return true;
            },
            () -> {
              kernel.fit(residuals, round <= LAST_ROUND_OF_SELECTION);
              return true;
            }));
    if (scan && round <= LAST_ROUND_OF_SELECTION) {
      form = choose(rootMeanSquare(residuals));
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

  /**
   * The rounds that scan. On 20,000 WordNet senses, training queries, budgets 200 and 500: a scan
   * in the first round only loses 0.01 and 0.02 of recall@100 against scans in all; with these
   * three nothing, and a longer shortlist gains nothing either.
   */
  private static boolean scans(int round) {
    return round == 0 || round == 1 || round == 3;
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
    for (int j = ridge.size(); j < rows.size(); j++) {
      ridge.add(rows.get(j));
    }
    linearFit = ridge.fit(residuals);
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
    AnchorRows of = space.rows(added);
    float[][] addedRows = of.values();
    float[][] more = known.of(of);
    order = documents;
    scores = Arrays.copyOf(scores, documents.length);
    for (int c = 0; c < covariates.length; c++) {
      covariates[c] = Arrays.copyOf(covariates[c], documents.length);
      for (int i = 0; i < added.length; i++) {
        covariates[c][size + i] = more[c][i];
      }
    }
    for (int i = 0; i < added.length; i++) {
      scored.set(added[i]);
      places.put(added[i], size + i);
      rows.add(addedRows[i]);
      scores[size + i] = exact[size + i];
    }
    kernel.add(addedRows, space::runAll);
    shortlist.addTransformed(kernel.transformed(size));
  }

  /** The n best estimates among the documents not scored yet. */
  Estimates best(int n) throws IOException {
    return estimates(bestSlots(n), n);
  }

  /**
   * The n documents whose exact scores are worth most. Best estimates and the unseen head of the
   * first stage's list share the calls by what each is likely to yield, which is documents above
   * the score that the k-th best of all is expected to have: estimates by what their normal errors
   * say and by what they have yielded so far, the list by how often its documents have turned out
   * better than estimated.
   */
  Estimates promising(int n, int k) throws IOException {
    int[] best = bestSlots(n);
    Outlook outlook = outlook(k);
    double threshold = outlook.threshold(ranked(), k);
    int[] head = IntStream.range(0, shortlist.listed()).filter(this::isUnseen).limit(n).toArray();
    double byEstimate = hitRate(best, outlook, threshold);
    double byList = Arrays.stream(outlook.surprises(ranks(head), threshold)).average().orElse(0);
    double squares = byEstimate * byEstimate + byList * byList;
    int listed = squares > 0 ? (int) Math.round(n * byList * byList / squares) : 0;
    LinkedHashSet<Integer> chosen = new LinkedHashSet<>();
    Arrays.stream(best).limit(n - listed).forEach(chosen::add);
    estimated.add(chosen.stream().mapToInt(shortlist::document).toArray());
    IntStream.concat(Arrays.stream(head), Arrays.stream(best))
        .takeWhile(slot -> chosen.size() < n)
        .forEach(chosen::add);
    return estimates(chosen.stream().mapToInt(Integer::intValue).toArray(), n);
  }

  /** The share of the best estimates that is expected to be above a threshold. */
  private double hitRate(int[] best, Outlook outlook, double threshold) {
    double expected = 0;
    for (int slot : best) {
      expected += outlook.probability(ranking[slot], threshold) / best.length;
    }
    double hits = EXPECTED_WEIGHT * expected;
    double trials = EXPECTED_WEIGHT;
    double[] exact = ranked();
    double weight = 1;
    for (int[] batch : estimated.reversed()) { // what was long ago counts less
      for (int document : batch) {
        trials += weight;
        hits += exact[places.getOrDefault(document, 0)] > threshold ? weight : 0;
      }
      weight /= 2;
    }
    return hits / trials;
  }

  /** What is expected of the best estimates counts as so many of them scored. */
  private static final double EXPECTED_WEIGHT = 4;

  private boolean isUnseen(int slot) {
    return !scored.get(shortlist.document(slot));
  }

  private int[] ranks(int[] slots) {
    return Arrays.stream(slots).map(shortlist::listRank).toArray();
  }

  private Estimates estimates(int[] slots, int n) throws IOException {
    float[] scores = new float[slots.length];
    for (int i = 0; i < slots.length; i++) {
      scores[i] = estimates[slots[i]];
    }
    Estimates best = new Estimates(shortlist.documents(slots), scores);
    if (slots.length == n) {
      return best;
    }
    BitSet excluded = (BitSet) scored.clone();
    excluded.or(shortlist.members());
    return best.append(space.top(linear, excluded, n - slots.length));
  }

  /** The slots of the n best estimates among the documents not scored yet. */
  private int[] bestSlots(int n) throws IOException {
    BitSet seen = new BitSet();
    for (int slot = 0; slot < shortlist.size(); slot++) {
      seen.set(slot, scored.get(shortlist.document(slot)));
    }
    return new BestScores().select(ranking, seen, n);
  }

  /**
   * The share of the exact top k that the ranking is expected to hold, by the kernel form; noted in
   * the last round.
   */
  double expectRecall(int k) throws IOException {
    double recall = expectedRecall(k);
    rounds.add(rounds.removeLast().withExpectedRecall(recall));
    return recall;
  }

  private double expectedRecall(int k) throws IOException {
    if (scores.length == space.size() || k >= space.size()) { // the ranking holds them all
      return 1;
    }
    double expected = RecallEstimate.of(ranked(), k, outlook(k));
    return anchors.learned().calibration().of(expected, k, scores.length);
  }

  /** The deviation of scores about estimates, as the scored documents show it. */
  private double looError() {
    return switch (form) {
      case KERNEL -> kernel.looError();
      case LINEAR -> linearFit.looError();
      case PRIOR -> rootMeanSquare(residuals());
    };
  }

  /** What may be expected of the documents that were not scored. */
  private Outlook outlook(int k) throws IOException {
    int[] slots = bestSlots(Math.max(RECALL_CONTENDERS, 2 * k));
    double[] means = new double[slots.length];
    for (int i = 0; i < slots.length; i++) {
      means[i] = ranking[slots[i]];
    }
    int[] ranks = new int[scores.length];
    for (int j = 0; j < ranks.length; j++) {
      ranks[j] = shortlist.listRank(shortlist.slot(order[j]));
    }
    double[] residuals = kernel.looResiduals();
    Surprises surprises = new Surprises(ranks, ranked(), residuals, typical(residuals));
    return new Outlook(
        means,
        form == Form.KERNEL ? deviations(slots) : same(slots.length, looError()),
        space.size() - scores.length,
        prior.intercept(),
        looError(),
        surprises,
        shortlist.unseenListRanks(scored),
        shortlist.listed() + 1);
  }

  private static double[] same(int length, double value) {
    double[] values = new double[length];
    Arrays.fill(values, value);
    return values;
  }

  /** The deviation of residuals, whatever a few of them are. */
  private static double typical(double[] residuals) {
    double[] sizes = Arrays.stream(residuals).map(Math::abs).sorted().toArray();
    return sizes.length == 0 ? 0 : NORMAL_MEDIAN * sizes[sizes.length / 2];
  }

  /** The standard deviation of a normal distribution over its median absolute deviation. */
  private static final double NORMAL_MEDIAN = 1.4826;

  private double[] deviations(int[] slots) throws IOException {
    double[] deviations = new double[slots.length];
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

  /** So many of the best estimates are looked at for the expected recall; others hardly count. */
  private static final int RECALL_CONTENDERS = 256;

  /** The linear form, last fitted. */
  LatentQuery linear() {
    return linear;
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

  /** The exact scores with what the profile adds. */
  private double[] ranked() {
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
