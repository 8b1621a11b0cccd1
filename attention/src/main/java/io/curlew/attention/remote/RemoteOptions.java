package io.curlew.attention.remote;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link RemoteModel} is asked. Immutable: start from {@link #of}, each {@code with} method
 * returns a changed copy. Of these only format and name are part of the model's fingerprint.
 *
 * @param format of requests and answers
 * @param name of the model, as the server knows it; who changes the model behind an address must
 *     change it, since scores of two models do not go together
 * @param batch documents of a request, at most
 * @param parallel requests under way at once, at most
 * @param timeout of a request
 * @param retries of a request that is refused for a while or breaks off, at most
 * @param token that the server wants as a bearer token, or null; never shown
 */
public record RemoteOptions(
    RemoteFormat format,
    String name,
    int batch,
    int parallel,
    Duration timeout,
    int retries,
    @Nullable String token) {

  private static final int DEFAULT_BATCH = 32; // the most that some servers take unless told
  private static final int DEFAULT_PARALLEL = 4;
  private static final int DEFAULT_RETRIES = 4;
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if the name is blank or a number out of range
   */
  public RemoteOptions {
    Objects.requireNonNull(format, "format");
    if (name.isBlank()) {
      throw new IllegalArgumentException("name of a remote model must not be blank");
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, got: " + batch);
    }
    if (parallel < 1) {
      throw new IllegalArgumentException("parallel must be at least 1, got: " + parallel);
    }
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout must be positive, got: " + timeout);
    }
    if (retries < 0) {
      throw new IllegalArgumentException("retries must be at least 0, got: " + retries);
    }
  }

  /** 32 documents a request, four requests at once, 30 seconds for each, four retries, no token. */
  public static RemoteOptions of(RemoteFormat format, String name) {
    return new RemoteOptions(
        format, name, DEFAULT_BATCH, DEFAULT_PARALLEL, DEFAULT_TIMEOUT, DEFAULT_RETRIES, null);
  }

  /** Returns a copy with so many documents a request, and so many requests at once. */
  public RemoteOptions withBatch(int documents, int requests) {
    return new RemoteOptions(format, name, documents, requests, timeout, retries, token);
  }

  /** Returns a copy that waits so long for an answer, and asks so often again. */
  public RemoteOptions withTimeout(Duration wait, int times) {
    return new RemoteOptions(format, name, batch, parallel, wait, times, token);
  }

  /** Returns a copy with a bearer token. */
  public RemoteOptions withToken(@Nullable String bearer) {
    return new RemoteOptions(format, name, batch, parallel, timeout, retries, bearer);
  }

  /** All but the token. */
  @Override
  public String toString() {
    return format + " " + name + ", " + batch + " documents a request, " + parallel + " requests";
  }
}
