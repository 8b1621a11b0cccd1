package io.curlew.cur;

/**
 * One document of a ranking.
 *
 * @param id the document's external id
 * @param document its ordinal in the {@link Candidates} of the search
 * @param score the exact score if {@code exact}, else the estimate
 * @param exact whether the model was called for this document
 */
public record Hit(String id, int document, float score, boolean exact) {}
