package io.curlew.cur;

import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
import java.io.IOException;
import java.util.List;

/** The exact scores of an index's documents for one query. Used by the search's thread. */
@FunctionalInterface
public interface ModelCalls {

  /**
   * Prepares the scores of documents, as {@link SearchSpace#score} does: what has to be read of the
   * index is read now.
   */
  ModelCall of(int[] documents) throws IOException;

  /** The texts of documents, as the interaction model reads them. */
  @FunctionalInterface
  interface Texts {
    /** The texts of documents, in the order given. */
    List<String> of(int[] documents) throws IOException;
  }

  /** The scores by a model that reads texts, which is asked for all documents of a call at once. */
  static ModelCalls byTexts(Texts texts, InteractionModel model, String query) {
    return documents -> {
      List<String> read = texts.of(documents);
      return () -> ModelScores.checked(model, List.of(query), read)[0];
    };
  }
}
