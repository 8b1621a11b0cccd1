package io.curlew.demo.serve;

import java.io.Serial;

/** A request that is answered with an error: the message names the rule and the value. */
final class ApiException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private static final int SHOWN = 80;

  private final int status;

  ApiException(int status, String message) {
    super(message);
    this.status = status;
  }

  static ApiException badRequest(String message) {
    return new ApiException(400, message);
  }

  int status() {
    return status;
  }

  /** Whether to come again makes sense. */
  static boolean passes(int status) {
    return status == 429 || status == 503;
  }

  /** A value from outside, short enough for a message. */
  static String shown(String value) {
    return value.length() <= SHOWN
        ? value
        : value.substring(0, SHOWN) + "... (" + value.length() + " characters)";
  }
}
