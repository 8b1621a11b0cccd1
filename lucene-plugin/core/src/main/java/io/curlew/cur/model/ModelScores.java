package io.curlew.cur.model;

import java.util.List;

/** Calls a model and holds it to its contract: shape and finite scores. */
public final class ModelScores {

  private static final int SHOWN = 80;

  private ModelScores() {}

  /**
   * Scores as {@link InteractionModel#score} does.
   *
   * @throws IllegalStateException if the model returns another shape, or a score that is not finite
   */
  public static float[][] checked(
      InteractionModel model, List<String> queries, List<String> documents) {
    return checked(model.score(queries, documents), queries, documents);
  }

  /**
   * Scores that a model has given.
   *
   * @throws IllegalStateException if they have another shape, or one is not finite
   */
  public static float[][] checked(float[][] scores, List<String> queries, List<String> documents) {
    if (scores.length != queries.size()) {
      throw new IllegalStateException(
          "model must return one row per query, " + queries.size() + ", got: " + scores.length);
    }
    for (int q = 0; q < scores.length; q++) {
      if (scores[q].length != documents.size()) {
        throw new IllegalStateException(
            "model must return one score per document, "
                + documents.size()
                + ", got: "
                + scores[q].length);
      }
      for (int d = 0; d < scores[q].length; d++) {
        if (!Float.isFinite(scores[q][d])) {
          throw new IllegalStateException(
              "model score must be finite, got: "
                  + scores[q][d]
                  + " for query "
                  + quoted(queries.get(q))
                  + " and document "
                  + quoted(documents.get(d)));
        }
      }
    }
    return scores;
  }

  /** A text as an error shows it: its beginning. */
  private static String quoted(String text) {
    return text.length() <= SHOWN
        ? '"' + text + '"'
        : '"' + text.substring(0, SHOWN) + "...\" (" + text.length() + " characters)";
  }

  /**
   * The anchor rows of documents: {@code [documents][queries]}.
   *
   * @throws IllegalStateException as {@link #checked}
   */
  public static float[][] anchorRows(
      InteractionModel model, List<String> anchorQueries, List<String> documents) {
    return anchorRows(model.score(anchorQueries, documents), anchorQueries, documents);
  }

  /**
   * The anchor rows of documents, {@code [documents][queries]}, out of what a model has given.
   *
   * @throws IllegalStateException as {@link #checked}
   */
  public static float[][] anchorRows(
      float[][] given, List<String> anchorQueries, List<String> documents) {
    float[][] scores = checked(given, anchorQueries, documents);
    float[][] rows = new float[documents.size()][anchorQueries.size()];
    for (int a = 0; a < scores.length; a++) {
      for (int d = 0; d < rows.length; d++) {
        rows[d][a] = scores[a][d];
      }
    }
    return rows;
  }
}
