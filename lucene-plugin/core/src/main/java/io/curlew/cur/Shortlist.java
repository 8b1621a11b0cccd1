package io.curlew.cur;

import io.curlew.cur.anchor.FeatureStatistics;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.fit.KernelRegression;
import io.curlew.cur.fit.Prior;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The documents that are looked at closely: the heads of the features' lists and the best by the
 * linear form. Each has a slot with all that the kernel form needs of it; slots are added, never
 * taken back, and those of the lists are in the order of the first stage.
 *
 * <p>Memory: 4 bytes per slot and scored document, and as many per slot and dimension of a row; a
 * few megabytes.
 */
final class Shortlist {

  private static final int ROWS_PER_TASK = 16;

  private static final IntPredicate NONE = document -> false;

  private final SearchSpace space;
  private final Covariates known;
  private final RankingProfile profile;
  private final Map<Integer, Integer> slots = new HashMap<>(); // by document
  private int listed;
  private boolean sample;
  private int[] documents = new int[0];
  private float[][] covariates; // [covariates][slots]
  private float[] bonus = new float[0]; // of the ranking profile, by slot
  private float[] squaredNorms = new float[0];
  private int[] allScored = new int[0]; // slots
  private float[][] transformed = new float[0][]; // rows of the scored documents
  private float[][] products = new float[0][]; // [scored][slots]
  private final PackedRows rows = new PackedRows();

  Shortlist(SearchSpace space, Covariates known, RankingProfile profile) {
    this.profile = profile;
    this.space = space;
    this.known = known;
    this.covariates = new float[known.size()][0];
  }

  /**
   * Takes in, before any other, the heads of the features' lists, in the order of what is expected
   * of them by all that is known before any call: by what was learned on training queries, or where
   * nothing was by reciprocal ranks. Documents at random, where there are no lists.
   *
   * @param n of each list
   * @param latentList whether the latent query has a list too, for which all documents are looked
   *     at
   * @return best first, with what is expected of them
   */
  Estimates begin(int n, boolean latentList) throws IOException {
    List<int[]> lists = new ArrayList<>(FirstStage.lists(space, n));
    LatentQuery latent = latentList ? space.latent() : null;
    if (latent != null) {
      lists.add(space.top(latent, NONE, n).documents());
    }
    Map<Integer, Double> byRank = FirstStage.reciprocalRanks(lists);
    if (byRank.isEmpty()) {
      sample = true;
      add(space.sample(n, 0));
      listed = documents.length;
      return new Estimates(documents, new float[listed]);
    }
    Read read = read(FirstStage.documents(byRank));
    FeatureStatistics learned = known.learned();
    float[] scores =
        learned == null
            ? FirstStage.scores(byRank)
            : expected(Prior.learned(learned), read.covariates);
    int[] order = FirstStage.best(space, read.documents, scores, scores.length);
    add(read.inOrder(order));
    listed = documents.length;
    return new Estimates(documents, FirstStage.pick(scores, order));
  }

  /**
   * All that is known of some documents before any call.
   *
   * @param rows centred
   * @param covariates {@code [covariates][documents]}
   */
  private record Read(int[] documents, float[][] rows, float[] squaredNorms, float[][] covariates) {

    Read inOrder(int[] order) {
      return new Read(
          Arrays.stream(order).map(i -> documents[i]).toArray(),
          Arrays.stream(order).mapToObj(i -> rows[i]).toArray(float[][]::new),
          FirstStage.pick(squaredNorms, order),
          Arrays.stream(covariates).map(c -> FirstStage.pick(c, order)).toArray(float[][]::new));
    }
  }

  private Read read(int[] some) throws IOException {
    AnchorRows of = space.rows(some);
    float[][] values = of.values();
    return new Read(some, values, of.squaredNorms(), known.of(of, values));
  }

  /** Whether it began with documents at random, since no feature has named any. */
  boolean isSample() {
    return sample;
  }

  /** The length of the first stage's list. */
  int listed() {
    return listed;
  }

  /** The rank of a slot in the first stage's list, from 1; 0 if it is not there. */
  int listRank(int slot) {
    return slot >= 0 && slot < listed ? slot + 1 : 0;
  }

  /** The slot of a document, or -1. */
  int slot(int document) {
    return slots.getOrDefault(document, -1);
  }

  /** Takes in documents; those that are in already are left out. */
  void add(int[] more) throws IOException {
    int[] added = Arrays.stream(more).filter(document -> !contains(document)).toArray();
    if (added.length == 0) {
      return;
    }
    add(read(added));
  }

  private void add(Read read) throws IOException {
    int size = documents.length;
    int[] added = read.documents;
    documents = Arrays.copyOf(documents, size + added.length);
    System.arraycopy(added, 0, documents, size, added.length);
    for (int i = 0; i < added.length; i++) {
      slots.put(added[i], size + i);
    }
    rows.add(read.rows);
    squaredNorms = append(squaredNorms, read.squaredNorms);
    for (int c = 0; c < covariates.length; c++) {
      covariates[c] = append(covariates[c], read.covariates[c]);
    }
    bonus = append(bonus, known.bonus(profile, read.covariates));
    float[][] fresh = rows.products(size, transformed, space::runAll);
    for (int j = 0; j < fresh.length; j++) {
      products[j] = append(products[j], fresh[j]);
    }
  }

  /**
   * Takes in documents that have been scored, which have slots.
   *
   * @param scoredRows theirs, centred
   * @return {@code phi_i . phi_j} of each with those scored before it and with itself
   */
  float[][] addScored(int[] scoredSlots, float[][] scoredRows) throws IOException {
    int scored = transformed.length;
    float[][] more = transform(scoredRows);
    float[][] fresh = rows.products(0, more, space::runAll);
    transformed = Arrays.copyOf(transformed, scored + more.length);
    products = Arrays.copyOf(products, scored + more.length);
    System.arraycopy(more, 0, transformed, scored, more.length);
    System.arraycopy(fresh, 0, products, scored, more.length);
    allScored = IntStream.concat(Arrays.stream(allScored), Arrays.stream(scoredSlots)).toArray();
    float[][] inner = new float[more.length][];
    for (int j = 0; j < inner.length; j++) {
      inner[j] = FirstStage.pick(fresh[j], Arrays.copyOf(allScored, scored + j + 1));
    }
    return inner;
  }

  private float[][] transform(float[][] some) throws IOException {
    float[][] all = new float[some.length][];
    List<Callable<Boolean>> parts = new ArrayList<>();
    for (int first = 0; first < some.length; first += ROWS_PER_TASK) {
      int from = first;
      int to = Math.min(some.length, from + ROWS_PER_TASK);
      parts.add(
          () -> {
            float[][] part =
                space.anchors().statistics().transform(Arrays.copyOfRange(some, from, to));
            System.arraycopy(part, 0, all, from, part.length);
            return true;
          });
    }
    space.runAll(parts);
    return all;
  }

  /** What is known of a slot before any call, by covariate. */
  float covariate(int c, int slot) {
    return covariates[c][slot];
  }

  private static float[] append(float[] values, float[] more) {
    float[] all = Arrays.copyOf(values, values.length + more.length);
    System.arraycopy(more, 0, all, values.length, more.length);
    return all;
  }

  int size() {
    return documents.length;
  }

  int document(int slot) {
    return documents[slot];
  }

  int[] documents(int[] slots) {
    return Arrays.stream(slots).map(slot -> documents[slot]).toArray();
  }

  boolean contains(int document) {
    return slots.containsKey(document);
  }

  /** What the ranking profile adds to the scores of documents, in their order. */
  float[] bonus(int[] some) throws IOException {
    add(some);
    return FirstStage.pick(bonus, Arrays.stream(some).map(this::slot).toArray());
  }

  /** What the ranking profile adds to the scores of all slots. Not to be changed. */
  float[] bonus() {
    return bonus;
  }

  /** What the prior expects of all slots. */
  float[] expected(Prior prior) {
    return expected(prior, covariates);
  }

  private static float[] expected(Prior prior, float[][] covariates) {
    float[] sums = new float[covariates[0].length];
    for (int d = 0; d < sums.length; d++) {
      sums[d] = (float) prior.predict(covariates, d);
    }
    return sums;
  }

  /** Adds the kernel form's estimates to sums of all slots. */
  void addKernel(KernelRegression kernel, float[] sums) {
    kernel.addEstimates(products, squaredNorms, sums.length, sums);
  }

  /** Adds the products of all slots' rows with weights. */
  void addLinear(float[] weights, float[] sums) throws IOException {
    float[] linear = rows.products(0, new float[][] {weights}, space::runAll)[0];
    for (int slot = 0; slot < sums.length; slot++) {
      sums[slot] += linear[slot];
    }
  }

  /** The standard deviations of some slots' scores about their estimates. */
  double[] deviations(KernelRegression kernel, int[] slots) {
    return kernel.deviations(products, squaredNorms, slots);
  }
}
