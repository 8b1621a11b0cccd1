package io.curlew.cur.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads long documents as overlapping passages: a document's score is its best passage's. For
 * models that cut what they read, or that lose a short answer in a long text. Anchor scores and
 * exact scores are then both of best passages.
 *
 * <p>One score still counts as one call, whatever the number of passages; the time it takes grows
 * with the document.
 */
public final class PassageModel implements InteractionModel {

  private final InteractionModel model;
  private final Passages passages;

  /**
   * Wraps a model, which is closed with this one.
   *
   * @param words as of {@link Passages}
   * @param overlap as of {@link Passages}
   */
  public PassageModel(InteractionModel model, int words, int overlap) {
    this.model = model;
    this.passages = new Passages(words, overlap);
  }

  @Override
  public String fingerprint() {
    return "passages:" + passages.words() + ":" + passages.overlap() + ":" + model.fingerprint();
  }

  @Override
  public float[][] score(List<String> queries, List<String> documents) {
    List<String> read = new ArrayList<>();
    int[] ends = new int[documents.size()];
    for (int d = 0; d < ends.length; d++) {
      read.addAll(passages.of(documents.get(d)));
      ends[d] = read.size();
    }
    float[][] scores = model.score(queries, read);
    float[][] best = new float[queries.size()][documents.size()];
    for (int q = 0; q < best.length; q++) {
      int passage = 0;
      for (int d = 0; d < ends.length; d++) {
        float highest = Float.NEGATIVE_INFINITY;
        for (; passage < ends[d]; passage++) {
          // NaN stays NaN, for the caller to find
          highest = Math.max(highest, scores[q][passage]);
        }
        best[q][d] = highest;
      }
    }
    return best;
  }

  @Override
  public void close() throws Exception {
    model.close();
  }
}
