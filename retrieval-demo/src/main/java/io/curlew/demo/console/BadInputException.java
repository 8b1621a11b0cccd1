package io.curlew.demo.console;

import java.io.Serial;

/** Bad usage or bad input: the command ends with exit code 2 and this message. */
public final class BadInputException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public BadInputException(String message) {
    super(message);
  }
}
