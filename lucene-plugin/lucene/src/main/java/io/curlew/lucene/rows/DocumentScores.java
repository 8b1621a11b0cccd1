package io.curlew.lucene.rows;

import io.curlew.cur.BestScores;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** Scores of a list of documents, which are known: those of a first pass, or computed elsewhere. */
public final class DocumentScores implements FeatureScores {

  private static final IntPredicate NONE = document -> false;

  private final IndexView view;
  private final int[] documents; // ascending
  private final float[] scores;

  /**
   * Scores of some documents, all of them accepted.
   *
   * @param documents ascending
   * @param scores NaN where one does not match
   */
  public DocumentScores(IndexView view, int[] documents, float[] scores) {
    this.view = view;
    this.documents = documents;
    this.scores = scores;
  }

  @Override
  public int[] list(int n) throws IOException {
    int[] best = new BestScores(some -> view.ids(pick(some))).select(scores, NONE, n);
    return pick(best);
  }

  @Override
  public float[] of(int[] some) {
    float[] found = new float[some.length];
    for (int i = 0; i < found.length; i++) {
      int index = Arrays.binarySearch(documents, some[i]);
      found[i] = index < 0 ? Float.NaN : scores[index];
    }
    return found;
  }

  private int[] pick(int[] places) {
    return Arrays.stream(places).map(i -> documents[i]).toArray();
  }
}
