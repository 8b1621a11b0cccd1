package io.curlew.cur.anchor;

import java.io.IOException;
import java.io.Serial;

/** An index, an anchor set and a model that do not belong together: scores would be wrong. */
public final class IncompatibleIndexException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public IncompatibleIndexException(String message) {
    super(message);
  }
}
