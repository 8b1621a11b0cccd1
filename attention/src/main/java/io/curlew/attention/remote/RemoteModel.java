package io.curlew.attention.remote;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A re-ranker behind an HTTP address. Documents go in batches, several requests at once; a request
 * that the server refuses for a while (429, 500, 502, 503, 504), that breaks off or takes too long
 * is sent again, later each time or when the server says. Answers are checked: every document once,
 * every score finite.
 *
 * <p>What a server scores may depend on the address and on what runs behind it; the fingerprint is
 * of format and model name only, so that a server can move. Cost: a request for each batch. Memory:
 * the requests under way.
 */
public final class RemoteModel implements InteractionModel {

  private static final Set<Integer> LATER = Set.of(429, 500, 502, 503, 504);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200); // doubled each time
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
  private static final int SHOWN = 200;
  private static final int SPREAD = 8;

  private final URI address;
  private final RemoteOptions options;
  private final HttpClient client;
  private final ExecutorService requests;

  private RemoteModel(URI address, RemoteOptions options) {
    this.address = address;
    this.options = options;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(options.timeout())
            .build();
    this.requests =
        Executors.newFixedThreadPool(
            options.parallel(), Thread.ofPlatform().name("remote-model-", 0).daemon().factory());
  }

  /**
   * A model behind an address. Nothing is sent yet.
   *
   * @throws IllegalArgumentException if the address is not one of http or https
   */
  public static RemoteModel open(URI address, RemoteOptions options) {
    String scheme = address.getScheme();
    if (!"http".equals(scheme) && !"https".equals(scheme) || address.getHost() == null) {
      throw new IllegalArgumentException(
          "address of a remote model must be http or https and have a host, got: " + address);
    }
    return new RemoteModel(address, options);
  }

  @Override
  public String fingerprint() {
    return "remote:" + options.format() + ":" + options.name();
  }

  /**
   * Scores as every model.
   *
   * @throws ModelUnavailableException if the server cannot be reached, refuses, or answers
   *     something else
   */
  @Override
  public float[][] score(List<String> queries, List<String> documents) {
    float[][] scores = new float[queries.size()][documents.size()];
    List<Callable<Boolean>> parts = new ArrayList<>();
    for (int q = 0; q < scores.length; q++) {
      String query = queries.get(q);
      float[] ofQuery = scores[q];
      for (int first = 0; first < documents.size(); first += options.batch()) {
        int from = first;
        int to = Math.min(documents.size(), from + options.batch());
        parts.add(
            () -> {
              float[] some = ask(query, documents.subList(from, to));
              System.arraycopy(some, 0, ofQuery, from, some.length);
              return true;
            });
      }
    }
    runAll(parts);
    return scores;
  }

  /** Waits for all; if one fails the others are given up. */
  private void runAll(List<Callable<Boolean>> parts) {
    List<Future<Boolean>> running = parts.stream().map(requests::submit).toList();
    try {
      for (Future<Boolean> part : running) {
        part.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelUnavailableException("the call of " + this + " was interrupted", e);
    } catch (ExecutionException | CancellationException e) {
      throw e.getCause() instanceof ModelUnavailableException unavailable
          ? unavailable
          : new ModelUnavailableException("the call of " + this + " failed", e);
    } finally {
      running.forEach(part -> part.cancel(true));
    }
  }

  private float[] ask(String query, List<String> documents) throws InterruptedException {
    HttpRequest request = request(query, documents);
    for (int attempt = 0; ; attempt++) {
      boolean last = attempt == options.retries();
      try {
        HttpResponse<String> response =
            client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (response.statusCode() == 200) {
          return scores(response.body(), documents.size());
        }
        if (last || !LATER.contains(response.statusCode())) {
          throw new ModelUnavailableException(
              this + " must answer 200, got: " + response.statusCode() + " " + shown(response));
        }
        Thread.sleep(pause(attempt, response));
      } catch (IOException e) {
        if (last) {
          throw new ModelUnavailableException(this + " must answer, got: " + e, e);
        }
        Thread.sleep(pause(attempt));
      }
    }
  }

  private HttpRequest request(String query, List<String> documents) {
    String body = options.format().request(options.name(), query, documents).toString();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(options.timeout())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    if (options.token() != null) {
      request.header("Authorization", "Bearer " + options.token());
    }
    return request.build();
  }

  private float[] scores(String body, int documents) {
    try {
      JsonElement answer = JsonParser.parseString(body);
      return options.format().scores(answer, documents);
    } catch (RuntimeException e) { // whatever else may be in an answer
      throw new ModelUnavailableException(
          this + " must answer in its format, " + e.getMessage() + ": " + shown(body), e);
    }
  }

  private static Duration pause(int attempt) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempt, 10));
    long thread = Thread.currentThread().threadId();
    double share = 0.5 + (thread % SPREAD) / (2.0 * SPREAD); // not all at once again
    return shorter(Duration.ofMillis((long) (share * pause.toMillis())));
  }

  private static Duration pause(int attempt, HttpResponse<String> response) {
    try {
      long seconds = response.headers().firstValueAsLong("Retry-After").orElse(-1);
      return seconds < 0 ? pause(attempt) : shorter(Duration.ofSeconds(seconds));
    } catch (NumberFormatException e) { // a date
      return pause(attempt);
    }
  }

  private static Duration shorter(Duration pause) {
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  private static String shown(HttpResponse<String> response) {
    return shown(response.body());
  }

  private static String shown(String body) {
    return body.length() <= SHOWN ? body : body.substring(0, SHOWN) + "...";
  }

  /** Format, model name and address; never the token. */
  @Override
  public String toString() {
    return "remote model " + options.name() + " at " + address;
  }

  @Override
  public void close() {
    requests.shutdownNow();
    client.shutdownNow();
    client.close();
  }
}
