package io.curlew.cur.model;

/**
 * A model that is elsewhere cannot be asked: it does not answer, refuses, or answers something that
 * is no answer.
 */
public final class ModelUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With the model and what came instead. */
  public ModelUnavailableException(String message) {
    super(message);
  }

  /** The same, with what it came from. */
  public ModelUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
