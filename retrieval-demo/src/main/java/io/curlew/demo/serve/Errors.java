package io.curlew.demo.serve;

import io.curlew.cur.model.ModelBusyException;
import io.curlew.cur.model.QueryTooLongException;
import io.curlew.demo.serve.Answers.ErrorAnswer;
import io.javalin.http.HttpResponseException;
import java.util.Objects;

/** Errors as clients see them: the rule and the value, or that the fault is the server's. */
final class Errors {

  private Errors() {}

  static ErrorAnswer answer(Exception e) {
    return switch (e) {
      case ApiException api -> new ErrorAnswer(api.status(), Objects.toString(api.getMessage()));
      case QueryTooLongException tooLong ->
          new ErrorAnswer(400, Objects.toString(tooLong.getMessage()));
      case ModelBusyException busy -> new ErrorAnswer(503, Objects.toString(busy.getMessage()));
      case HttpResponseException http -> new ErrorAnswer(http.getStatus(), message(http));
      default ->
          new ErrorAnswer(500, "server must not fail, it did: " + e.getClass().getSimpleName());
    };
  }

  private static String message(HttpResponseException e) {
    return switch (e.getStatus()) {
      case 404 -> "address must be one of this server's, see /openapi.yaml";
      case 405 -> "method must be one of this address's, see /openapi.yaml";
      default -> Objects.toString(e.getMessage());
    };
  }
}
