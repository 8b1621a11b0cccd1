package io.curlew.data;

/**
 * A text to be found.
 *
 * @param id the external id, never blank, as judgements and run files name it
 * @param text what is indexed and scored; may be empty
 */
public record Document(String id, String text) {
  /**
   * @throws IllegalArgumentException if the id is blank
   */
  public Document {
    if (id.isBlank()) {
      throw new IllegalArgumentException("document id must not be blank, got: \"" + id + "\"");
    }
  }

  /** A document whose text is title, space, body, trimmed; a blank title is left out. */
  public static Document of(String id, String title, String body) {
    return new Document(id, title.isBlank() ? body.strip() : (title + " " + body).strip());
  }
}
