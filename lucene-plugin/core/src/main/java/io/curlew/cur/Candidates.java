package io.curlew.cur;

import io.curlew.cur.anchor.AnchorStatistics;
import io.curlew.cur.anchor.LatentQuery;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * What a search asks of the engine: the documents that may answer one query, as they stood at one
 * point in time. Documents are named by ordinals of the engine's choice, valid for this object
 * only. Made for one query and used by one thread.
 *
 * <p>Every order that an engine gives is by score, ties by external id: so a ranking does not
 * depend on how documents are laid out in the index.
 */
public interface Candidates {

  /** The number of documents. */
  int size();

  /** The best documents by the first stage, best first: n of them, or all if there are fewer. */
  int[] firstStage(int n) throws IOException;

  /** The first-stage scores of documents; 0 for one that the first stage does not match. */
  float[] firstStageScores(int[] documents) throws IOException;

  /**
   * Documents chosen at random, the same for the same seed whatever the layout of the index: n of
   * them, or all if there are fewer.
   */
  int[] sample(int n, long seed) throws IOException;

  /** All documents. */
  int[] all() throws IOException;

  /** The anchor rows of documents: {@code [documents][anchors]}. */
  float[][] anchorRows(int[] documents) throws IOException;

  /** |phi|^2 of documents: {@link AnchorStatistics#squaredNorm} of their anchor rows. */
  float[] squaredNorms(int[] documents) throws IOException;

  /**
   * Products of anchor rows with vectors, without copying the rows: {@code [vectors][documents]}.
   */
  float[][] products(int[] documents, float[][] vectors) throws IOException;

  /** The texts of documents, as the interaction model reads them. */
  List<String> texts(int[] documents) throws IOException;

  /** The external ids of documents. */
  List<String> ids(int[] documents) throws IOException;

  /**
   * The documents with the highest estimates, best first: n of them, or all if there are fewer.
   *
   * @param excluded ordinals to leave out
   */
  Estimates best(LatentQuery estimate, BitSet excluded, int n) throws IOException;

  /**
   * Lets the engine leave documents aside that the next {@link #best} finds unlikely: calls after
   * it need look at about n documents only, those with the highest estimates in that one. An engine
   * may look at more, or at all.
   */
  default void narrow(int n) {}

  /**
   * Does pieces of work that do not depend on each other: one after the other, or side by side
   * where the engine has threads for a search. At most one of them may call these candidates.
   */
  default void doAll(List<Callable<Boolean>> work) throws IOException {
    for (Callable<Boolean> piece : work) {
      try {
        piece.call();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("work of a search must not throw " + e, e);
      }
    }
  }

  /**
   * Documents and their estimated scores, best first.
   *
   * @param documents ordinals
   * @param scores one per document
   */
  record Estimates(int[] documents, float[] scores) {
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
}
