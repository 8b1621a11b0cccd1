package io.curlew.attention.scoring;

/** Which side of a pair a text stands on. It decides what happens to a text that is too long. */
public enum TextRole {
  /** Never cut: a query longer than the model's limit is an error. */
  QUERY,
  /** Cut at the document limit, and reported. */
  DOCUMENT
}
