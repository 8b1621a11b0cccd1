package io.curlew.demo.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.demo.serve.Answers.ErrorAnswer;
import io.curlew.demo.serve.Answers.Event;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer: a JSON object, or, for a client that accepts it, a stream of events,
 * one JSON object per line, as they happen.
 */
final class Exchange {

  private static final String JSON_TYPE = "application/json";
  private static final String STREAM_TYPE = "application/x-ndjson";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Context context;
  private @Nullable OutputStream stream;

  Exchange(Context context) {
    this.context = context;
  }

  /** Work that answers, and may tell of events meanwhile. */
  interface Work {
    Object answer(Consumer<Event> events) throws Exception;
  }

  /** Reads the body, if it is JSON of an allowed size and of these fields. */
  RequestBody body(Limits limits, Set<String> fields) {
    refuseParameters();
    String type = context.contentType();
    if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase(JSON_TYPE)) {
      throw new ApiException(
          415,
          "content type must be "
              + JSON_TYPE
              + ", got: "
              + (type == null ? "none" : ApiException.shown(type)));
    }
    long announced = contentLength();
    byte[] body = new byte[0];
    if (announced <= limits.bodyBytes()) {
      body = read(limits.bodyBytes() + 1);
    }
    if (announced > limits.bodyBytes() || body.length > limits.bodyBytes()) {
      context.header("Connection", "close"); // the rest of the body is not read
      throw new ApiException(
          413,
          "body must have at most "
              + limits.bodyBytes()
              + " bytes, got: "
              + (announced < 0 ? "more" : Long.toString(announced)));
    }
    return RequestBody.read(body, fields);
  }

  /** Reads the body, or so much of it. */
  private byte[] read(int bytes) {
    try {
      return context.bodyInputStream().readNBytes(bytes);
    } catch (IOException e) { // cut off, too slow, or bad chunks
      context.header("Connection", "close");
      throw ApiException.badRequest("body must come whole, it does not");
    }
  }

  /** What the client says, -1 if it does not. */
  private long contentLength() {
    String length = context.header("Content-Length");
    return length == null ? -1 : Long.parseLong(length); // the server has checked that it is one
  }

  /** No route takes parameters in its address. */
  void refuseParameters() {
    context.queryParamMap().keySet().stream()
        .findFirst()
        .ifPresent(
            name -> {
              throw ApiException.badRequest(
                  "address must have no parameters, got: " + ApiException.shown(name));
            });
  }

  void answer(Work work) throws Exception {
    String accepted = context.header("Accept");
    if (accepted == null || !accepted.toLowerCase(Locale.ROOT).contains(STREAM_TYPE)) {
      json(work.answer(event -> {}));
      return;
    }
    try {
      write(new Event("answer", work.answer(this::write)));
    } catch (UncheckedIOException e) {
      throw e; // the client has gone
    } catch (Exception e) {
      if (stream == null) {
        throw e;
      }
      write(new Event("error", Errors.answer(e)));
    }
  }

  private void write(Event event) {
    try {
      if (stream == null) {
        context.contentType(STREAM_TYPE);
        stream = context.outputStream();
      }
      byte[] line = JSON.writeValueAsBytes(event);
      stream.write(line);
      stream.write('\n');
      stream.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void error(ErrorAnswer error) throws JsonProcessingException {
    context.status(error.status());
    if (ApiException.passes(error.status())) {
      context.header("Retry-After", "1");
    }
    json(error);
  }

  void json(Object answer) throws JsonProcessingException {
    context.contentType(JSON_TYPE);
    context.result(JSON.writeValueAsBytes(answer));
  }
}
