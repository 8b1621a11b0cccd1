package io.curlew.cur;

import io.curlew.cur.model.ModelUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The exact calls of one search: never more than promised, counted, timed, and given up when the
 * search's time is over.
 */
final class CallBudget {

  /** What a timer of nanoseconds can hold: 292 years. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  private final int limit;
  private final long start = System.nanoTime();
  private final long timeoutNanos; // Long.MAX_VALUE if there is none
  private int spent;
  private long modelNanos;
  private @Nullable ModelUnavailableException unavailable;

  CallBudget(int limit, @Nullable Duration timeout) {
    this.limit = limit;
    this.timeoutNanos =
        timeout == null || timeout.compareTo(LONGEST) >= 0 ? Long.MAX_VALUE : timeout.toNanos();
  }

  /**
   * The exact scores of documents, one call each, NaN for those that are gone; null if the time was
   * over before they came, or the model could not be asked. Calls that were given up count as
   * spent.
   */
  float @Nullable [] score(SearchSpace space, int[] documents) throws IOException {
    if (documents.length > remaining()) {
      throw new IllegalStateException(
          "calls must stay within the budget of " + limit + ", got: " + (spent + documents.length));
    }
    if (documents.length == 0) {
      return new float[0];
    }
    ModelCall call = space.score(documents);
    long before = System.nanoTime();
    spent += documents.length;
    try {
      float[] scores = timeoutNanos == Long.MAX_VALUE ? call.run() : runInTime(call);
      for (int i = 0; scores != null && i < scores.length; i++) {
        spent -= Float.isNaN(scores[i]) ? 1 : 0;
      }
      return scores;
    } catch (ModelUnavailableException e) {
      unavailable = e;
      return null;
    } finally {
      modelNanos += System.nanoTime() - before;
    }
  }

  /** On a thread of its own, which is interrupted and left alone when the time is over. */
  private float @Nullable [] runInTime(ModelCall call) throws IOException {
    FutureTask<float[]> task = new FutureTask<>(call::run);
    Thread thread = new Thread(task, "curlew-model-call");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(Math.max(0, timeoutNanos - elapsed()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      return null;
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("search must not be interrupted, it was", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case IOException cause -> throw cause;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** Why the model could not be asked, or null if it could. */
  @Nullable ModelUnavailableException unavailable() {
    return unavailable;
  }

  int spent() {
    return spent;
  }

  int remaining() {
    return limit - spent;
  }

  private long elapsed() {
    return System.nanoTime() - start;
  }

  /** Whether so many more calls are expected to end in time. */
  boolean timeAllows(int calls) {
    double nanosPerCall = (double) modelNanos / Math.max(1, spent);
    return elapsed() + calls * nanosPerCall <= timeoutNanos;
  }

  /** The time spent inside the model. */
  long modelNanos() {
    return modelNanos;
  }
}
