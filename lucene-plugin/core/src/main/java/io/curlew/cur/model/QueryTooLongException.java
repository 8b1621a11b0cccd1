package io.curlew.cur.model;

import java.io.Serial;

/** A query has more tokens than a model reads. The message says how many there may be. */
public final class QueryTooLongException extends IllegalArgumentException {

  @Serial private static final long serialVersionUID = 1L;

  /** With what the rule is, and what was given. */
  public QueryTooLongException(String message) {
    super(message);
  }
}
