package io.curlew.lucene;

/**
 * A document to be indexed.
 *
 * @param id the external id, unique in the index
 * @param text what the interaction model reads
 */
public record CurDocument(String id, String text) {

  /** Checks the document. */
  public CurDocument {
    if (id.isBlank()) {
      throw new IllegalArgumentException("document id must not be blank, got: \"" + id + '"');
    }
  }
}
