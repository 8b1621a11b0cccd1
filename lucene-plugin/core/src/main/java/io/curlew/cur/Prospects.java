package io.curlew.cur;

import io.curlew.cur.fit.Outlook;
import io.curlew.cur.fit.RecallEstimate;
import io.curlew.cur.fit.Surprises;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a search may still find, by the {@link QueryFit} so far: how much of the top it has, and
 * which documents to score next.
 */
final class Prospects {

  /** So many of the best estimates are looked at one by one; others hardly count. */
  private static final int CONTENDERS = 256;

  /** What is expected of the best estimates counts as so many of them scored. */
  private static final double EXPECTED_WEIGHT = 4;

  /** The standard deviation of a normal distribution over its median absolute deviation. */
  private static final double NORMAL_MEDIAN = 1.4826;

  private final SearchSpace space;
  private final QueryFit fit;
  private final Shortlist shortlist;
  private final List<int[]> estimated = new ArrayList<>(); // batches chosen by their estimates

  Prospects(SearchSpace space, QueryFit fit) {
    this.space = space;
    this.fit = fit;
    this.shortlist = fit.shortlist();
  }

  /**
   * The n documents whose exact scores are worth most. Best estimates and the unseen head of the
   * first stage's list share the calls by what each is likely to yield, which is documents above
   * the score that the k-th best of all is expected to have: estimates by what their normal errors
   * say and by what they have yielded so far, the list by how often its documents have turned out
   * better than estimated.
   */
  Estimates promising(int n, int k) throws IOException {
    int[] best = fit.bestSlots(n);
    Outlook outlook = outlook(k);
    double threshold = outlook.threshold(fit.ranked(), k);
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
    return fit.estimates(chosen.stream().mapToInt(Integer::intValue).toArray(), n);
  }

  /** The share of the best estimates that is expected to be above a threshold. */
  private double hitRate(int[] best, Outlook outlook, double threshold) {
    double expected = 0;
    for (int slot : best) {
      expected += outlook.probability(fit.ranking(slot), threshold) / best.length;
    }
    double hits = EXPECTED_WEIGHT * expected;
    double trials = EXPECTED_WEIGHT;
    double[] exact = fit.ranked();
    Map<Integer, Double> scores = HashMap.newHashMap(exact.length);
    for (int j = 0; j < exact.length; j++) {
      scores.put(fit.scoredDocuments()[j], exact[j]);
    }
    double weight = 1;
    for (int[] batch : estimated.reversed()) { // what was long ago counts less
      for (int document : batch) {
        trials += weight;
        hits += scores.getOrDefault(document, threshold) > threshold ? weight : 0;
      }
      weight /= 2;
    }
    return hits / trials;
  }

  private boolean isUnseen(int slot) {
    return fit.isUnseen(shortlist.document(slot));
  }

  private int[] ranks(int[] slots) {
    return Arrays.stream(slots).map(shortlist::listRank).toArray();
  }

  /**
   * The share of the exact top k that the ranking is expected to hold, calibrated; noted in the
   * last round of the fit.
   */
  double expectRecall(int k) throws IOException {
    double recall = expectedRecall(k);
    fit.noteExpectedRecall(recall);
    return recall;
  }

  private double expectedRecall(int k) throws IOException {
    int calls = fit.scoredDocuments().length;
    if (calls == space.size() || k >= space.size()) { // the ranking holds them all
      return 1;
    }
    double expected = RecallEstimate.of(fit.ranked(), k, outlook(k));
    return space.anchors().learned().calibration().of(expected, k, calls);
  }

  /** What may be expected of the documents that were not scored. */
  private Outlook outlook(int k) throws IOException {
    int[] slots = fit.bestSlots(Math.max(CONTENDERS, 2 * k));
    double[] means = new double[slots.length];
    for (int i = 0; i < slots.length; i++) {
      means[i] = fit.ranking(slots[i]);
    }
    int[] documents = fit.scoredDocuments();
    int[] ranks = new int[documents.length];
    for (int j = 0; j < ranks.length; j++) {
      ranks[j] = shortlist.listRank(shortlist.slot(documents[j]));
    }
    double[] residuals = fit.looResiduals();
    return new Outlook(
        means,
        fit.deviations(slots),
        space.size() - documents.length,
        fit.centre(),
        fit.looError(),
        new Surprises(ranks, fit.ranked(), residuals, typical(residuals)),
        IntStream.range(0, shortlist.listed())
            .filter(this::isUnseen)
            .map(shortlist::listRank)
            .toArray(),
        shortlist.listed() + 1);
  }

  /** The deviation of residuals, whatever a few of them are. */
  private static double typical(double[] residuals) {
    double[] sizes = Arrays.stream(residuals).map(Math::abs).sorted().toArray();
    return sizes.length == 0 ? 0 : NORMAL_MEDIAN * sizes[sizes.length / 2];
  }
}
