package io.curlew.data;

/**
 * A query in words.
 *
 * @param id the external id, never blank, as judgements and run files name it
 * @param text what is searched for
 */
public record TextQuery(String id, String text) {
  /**
   * @throws IllegalArgumentException if the id is blank
   */
  public TextQuery {
    if (id.isBlank()) {
      throw new IllegalArgumentException("query id must not be blank, got: \"" + id + "\"");
    }
  }
}
