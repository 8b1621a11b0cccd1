package io.curlew.lucene;

import org.jspecify.annotations.Nullable;

/**
 * The names of the fields that a search needs. A document without an anchor row is not found.
 *
 * @param id the external id: one term, stored or as doc value; or null if there is none: ties are
 *     then broken, and samples drawn, in the order of a reader, and hold for it only
 * @param text what the interaction model reads: stored, and indexed for BM25
 * @param anchors the anchor row: a float vector, one entry per anchor query
 * @param dense the vector of the dense first stage, where there is one
 */
public record CurSchema(@Nullable String id, String text, String anchors, String dense) {

  /** Fields named {@code id}, {@code text}, {@code anchors} and {@code dense}. */
  public static final CurSchema DEFAULT = new CurSchema("id", "text", "anchors", "dense");

  /**
   * The id field, where one is needed.
   *
   * @throws IllegalArgumentException if there is none
   */
  public String requireId() {
    if (id == null) {
      throw new IllegalArgumentException("schema must have an id field, got: " + this);
    }
    return id;
  }
}
