package io.curlew.cur;

import io.curlew.cur.fit.KernelRegression;
import io.curlew.cur.fit.Prior;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The documents that are looked at closely: the best by the linear form and by the first stage.
 * Each has a slot with all that the kernel form needs of it; slots are added, never taken back.
 *
 * <p>Memory: 4 bytes per slot and scored document; a few megabytes.
 */
final class Shortlist {

  private final SearchSpace space;
  private final float[] averaging;
  private final BitSet members = new BitSet();
  private int[] documents = new int[0];
  private float[] firstStage = new float[0];
  private float[] meanAnchor = new float[0];
  private float[] squaredNorms = new float[0];
  private float[][] transformed = new float[0][];
  private float[][] products = new float[0][]; // [scored][slots]

  /**
   * @param averaging makes the mean anchor score of a row
   */
  Shortlist(SearchSpace space, float[] averaging) {
    this.space = space;
    this.averaging = averaging;
  }

  /** Takes in documents; those that are in already are left out. */
  void add(int[] more) throws IOException {
    int[] added = Arrays.stream(more).filter(document -> !members.get(document)).toArray();
    if (added.length == 0) {
      return;
    }
    for (int document : added) {
      members.set(document);
    }
    int size = documents.length;
    documents = Arrays.copyOf(documents, size + added.length);
    System.arraycopy(added, 0, documents, size, added.length);
    AnchorRows rows = space.rows(added);
    firstStage = append(firstStage, rows.firstStage());
    squaredNorms = append(squaredNorms, rows.squaredNorms());
    float[][] vectors = Arrays.copyOf(transformed, transformed.length + 1);
    vectors[transformed.length] = averaging;
    float[][] fresh = rows.products(vectors);
    meanAnchor = append(meanAnchor, fresh[transformed.length]);
    for (int j = 0; j < transformed.length; j++) {
      products[j] = append(products[j], fresh[j]);
    }
  }

  /** Takes in the transformed rows of documents that have been scored. */
  void addTransformed(float[][] more) throws IOException {
    int known = transformed.length;
    float[][] fresh = space.rows(documents).products(more);
    transformed = Arrays.copyOf(transformed, known + more.length);
    products = Arrays.copyOf(products, known + more.length);
    System.arraycopy(more, 0, transformed, known, more.length);
    System.arraycopy(fresh, 0, products, known, more.length);
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

  BitSet members() {
    return members;
  }

  /** The estimates of all slots. */
  float[] estimates(Prior prior, KernelRegression kernel) {
    float[] sums = new float[documents.length];
    for (int slot = 0; slot < sums.length; slot++) {
      sums[slot] = (float) prior.predict(firstStage[slot], meanAnchor[slot]);
    }
    kernel.addEstimates(products, squaredNorms, sums.length, sums);
    return sums;
  }

  /** The standard deviations of some slots' scores about their estimates. */
  double[] deviations(KernelRegression kernel, int[] slots) {
    return kernel.deviations(products, squaredNorms, slots);
  }
}
