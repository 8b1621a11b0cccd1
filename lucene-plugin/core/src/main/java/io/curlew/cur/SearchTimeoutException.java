package io.curlew.cur;

import java.io.IOException;
import java.io.Serial;

/** The engine was told to stop by a time limit of its own. */
public final class SearchTimeoutException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public SearchTimeoutException(String message) {
    super(message);
  }
}
