package io.curlew.cur;

import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The exact calls of one search: never more than promised, counted, timed, checked, and given up
 * when the search's time is over.
 */
final class CallBudget {

  private final InteractionModel model;
  private final String query;
  private final int limit;
  private final long start = System.nanoTime();
  private final long timeoutNanos; // Long.MAX_VALUE if there is none
  private int spent;
  private long modelNanos;

  CallBudget(InteractionModel model, String query, int limit, @Nullable Duration timeout) {
    this.model = model;
    this.query = query;
    this.limit = limit;
    this.timeoutNanos = timeout == null ? Long.MAX_VALUE : timeout.toNanos();
  }

  /**
   * The exact scores of documents, one call each; null if the time was over before they came. Calls
   * that were given up count as spent.
   */
  float @Nullable [] score(List<String> documents) {
    if (documents.size() > remaining()) {
      throw new IllegalStateException(
          "calls must stay within the budget of " + limit + ", got: " + (spent + documents.size()));
    }
    if (documents.isEmpty()) {
      return new float[0];
    }
    long before = System.nanoTime();
    spent += documents.size();
    try {
      if (timeoutNanos == Long.MAX_VALUE) {
        return ModelScores.checked(model, List.of(query), documents)[0];
      }
      return scoreInTime(documents);
    } finally {
      modelNanos += System.nanoTime() - before;
    }
  }

  /** On a thread of its own, which is interrupted and left alone when the time is over. */
  private float @Nullable [] scoreInTime(List<String> documents) {
    FutureTask<float[]> task =
        new FutureTask<>(() -> ModelScores.checked(model, List.of(query), documents)[0]);
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
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
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
