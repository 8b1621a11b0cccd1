package io.curlew.cur;

import java.util.Arrays;

/**
 * Documents and their estimated scores, best first.
 *
 * @param documents ordinals
 * @param scores one per document
 */
public record Estimates(int[] documents, float[] scores) {

  /** No documents. */
  public static final Estimates NONE = new Estimates(new int[0], new float[0]);

  /** These, then others. */
  Estimates append(Estimates others) {
    int size = documents.length;
    int[] all = Arrays.copyOf(documents, size + others.documents.length);
    float[] values = Arrays.copyOf(scores, all.length);
    System.arraycopy(others.documents, 0, all, size, others.documents.length);
    System.arraycopy(others.scores, 0, values, size, others.scores.length);
    return new Estimates(all, values);
  }
}
