package io.curlew.cur;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.fit.Tasks;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a search asks of the engine: the documents that may answer one query, as they stood at one
 * point in time, and their exact scores. Documents are named by ordinals of the engine's choice,
 * valid for this object only. Made for one query and used by one thread.
 *
 * <p>Every order that an engine gives is by score, ties by external id: so a ranking does not
 * depend on how documents are laid out in the index.
 */
public interface SearchSpace {

  /** The anchors whose rows the documents have. */
  AnchorSet anchors();

  /** The number of documents. */
  int size();

  /**
   * The names of what the engine knows of documents for this query without the model: BM25, dense
   * retrieval, any other query. None is fine.
   */
  List<String> features();

  /**
   * The best documents by a feature, best first: n of them, or all that it matches.
   *
   * @param feature its place in {@link #features}
   */
  int[] list(int feature, int n) throws IOException;

  /**
   * The learned latent query: what the query's vector says of its scores before any call; null
   * where none was learned.
   */
  default @Nullable LatentQuery latent() throws IOException {
    return null;
  }

  /**
   * Documents chosen at random, the same for the same seed whatever the layout of the index: n of
   * them, or all if there are fewer.
   */
  int[] sample(int n, long seed) throws IOException;

  /**
   * Prepares the exact scores of documents, one call of the model for each. What has to be read of
   * the index is read now; the model is called when the returned call is made, on any thread.
   */
  ModelCall score(int[] documents) throws IOException;

  /** What is known of documents without the model. */
  AnchorRows rows(int[] documents) throws IOException;

  /**
   * The documents with the highest estimates, best first: n of them, or all if there are fewer.
   *
   * @param excluded ordinals to leave out
   */
  Estimates top(LatentQuery latent, IntPredicate excluded, int n) throws IOException;

  /** The external ids of documents. */
  List<String> ids(int[] documents) throws IOException;

  /**
   * Says that {@link #top} will be asked for this once the documents that are scored next are
   * excluded too: an engine on other machines asks for both in one message.
   */
  default void expectTop(LatentQuery latent, IntPredicate excluded, int n) {}

  /**
   * Whether a document that this space has named is gone: deleted meanwhile, or on a machine that
   * is. The space does not name it again, and no search ranks it.
   */
  default boolean isGone(int document) {
    return false;
  }

  /**
   * Runs tasks that do not depend on each other: one after the other, or side by side where the
   * engine has threads for a search. At most one of them may call this space.
   */
  default void runAll(List<Callable<Boolean>> tasks) throws IOException {
    Tasks.inTurn(tasks);
  }
}
