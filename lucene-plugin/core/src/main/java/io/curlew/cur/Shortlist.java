package io.curlew.cur;

import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.fit.KernelRegression;
import io.curlew.cur.fit.Prior;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The documents that are looked at closely: the heads of the features' lists and the best by the
 * linear form. Each has a slot with all that the kernel form needs of it; slots are added, never
 * taken back, and those of the lists are in the order of the first stage.
 *
 * <p>Memory: 4 bytes per slot and scored document; a few megabytes.
 */
final class Shortlist {

  private final SearchSpace space;
  private final Covariates known;
  private final RankingProfile profile;
  private final Map<Integer, Integer> slots = new HashMap<>(); // by document
  private int listed;
  private int[] documents = new int[0];
  private float[][] covariates; // [covariates][slots]
  private float[] bonus = new float[0]; // of the ranking profile, by slot
  private float[] squaredNorms = new float[0];
  private float[][] transformed = new float[0][];
  private float[][] products = new float[0][]; // [scored][slots]

  Shortlist(SearchSpace space, Covariates known, RankingProfile profile) {
    this.profile = profile;
    this.space = space;
    this.known = known;
    this.covariates = new float[known.size()][0];
  }

  /** Takes in the first stage's list, best first, before any other. */
  void begin(int[] list) throws IOException {
    add(list);
    listed = documents.length;
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
    int size = documents.length;
    documents = Arrays.copyOf(documents, size + added.length);
    System.arraycopy(added, 0, documents, size, added.length);
    for (int i = 0; i < added.length; i++) {
      slots.put(added[i], size + i);
    }
    AnchorRows rows = space.rows(added);
    squaredNorms = append(squaredNorms, rows.squaredNorms());
    int scored = transformed.length;
    float[][] vectors = Arrays.copyOf(transformed, scored + known.vectors().length);
    System.arraycopy(known.vectors(), 0, vectors, scored, known.vectors().length);
    float[][] fresh = rows.products(vectors);
    float[][] own = known.of(rows, Arrays.copyOfRange(fresh, scored, fresh.length));
    for (int c = 0; c < covariates.length; c++) {
      covariates[c] = append(covariates[c], own[c]);
    }
    bonus = append(bonus, known.bonus(profile, own));
    for (int j = 0; j < scored; j++) {
      products[j] = append(products[j], fresh[j]);
    }
  }

  /** Takes in the transformed rows of documents that have been scored. */
  void addTransformed(float[][] more) throws IOException {
    int scored = transformed.length;
    float[][] fresh = space.rows(documents).products(more);
    transformed = Arrays.copyOf(transformed, scored + more.length);
    products = Arrays.copyOf(products, scored + more.length);
    System.arraycopy(more, 0, transformed, scored, more.length);
    System.arraycopy(fresh, 0, products, scored, more.length);
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

  /** What the ranking profile adds to the scores of all slots. Not to be changed. */
  float[] bonus() {
    return bonus;
  }

  /** What the prior expects of all slots. */
  float[] expected(Prior prior) {
    float[] sums = new float[documents.length];
    for (int slot = 0; slot < sums.length; slot++) {
      sums[slot] = (float) prior.predict(covariates, slot);
    }
    return sums;
  }

  /** Adds the kernel form's estimates to sums of all slots. */
  void addKernel(KernelRegression kernel, float[] sums) {
    kernel.addEstimates(products, squaredNorms, sums.length, sums);
  }

  /** Adds the products of all slots' rows with weights. */
  void addLinear(float[] weights, float[] sums) throws IOException {
    float[] linear = space.rows(documents).products(new float[][] {weights})[0];
    for (int slot = 0; slot < sums.length; slot++) {
      sums[slot] += linear[slot];
    }
  }

  /** The standard deviations of some slots' scores about their estimates. */
  double[] deviations(KernelRegression kernel, int[] slots) {
    return kernel.deviations(products, squaredNorms, slots);
  }
}
