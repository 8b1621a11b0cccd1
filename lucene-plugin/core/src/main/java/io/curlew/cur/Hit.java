package io.curlew.cur;

/**
 * One document of a ranking.
 *
 * @param id the document's external id
 * @param document its ordinal in the {@link SearchSpace} of the search
 * @param score what the ranking is by: the model's score, and what the ranking profile adds
 * @param modelScore the exact score if {@code exact}, else the estimate
 * @param exact whether the model was called for this document
 * @param round the round in which the model was called: 0 for the first batch, {@link #NOT_SCORED}
 *     if it was not called
 */
public record Hit(
    String id, int document, float score, float modelScore, boolean exact, int round) {

  /** The round of a document that was not scored. */
  public static final int NOT_SCORED = -1;
}
