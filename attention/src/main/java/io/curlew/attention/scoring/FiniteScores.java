package io.curlew.attention.scoring;

/** A score that is NaN or infinite is an error, never a rank. */
final class FiniteScores {
  private FiniteScores() {}

  /**
   * Checks one score.
   *
   * @throws IllegalStateException naming query and document
   */
  static void require(float score, String query, String document) {
    if (!Float.isFinite(score)) {
      throw new IllegalStateException(
          "a score must be finite, got: "
              + score
              + " for query "
              + TextTokenizer.quote(query)
              + " and document "
              + TextTokenizer.quote(document));
    }
  }
}
