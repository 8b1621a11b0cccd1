package io.curlew.lucene;

/**
 * The names of the fields that a search needs. A document without an anchor row is not found.
 *
 * @param id the external id: indexed as one term, and as binary doc values
 * @param text what the interaction model reads: stored, and indexed for BM25
 * @param anchors the anchor row: a float vector, one entry per anchor query
 * @param dense the vector of the dense first stage, where there is one
 */
public record CurSchema(String id, String text, String anchors, String dense) {

  /** Fields named {@code id}, {@code text}, {@code anchors} and {@code dense}. */
  public static final CurSchema DEFAULT = new CurSchema("id", "text", "anchors", "dense");
}
