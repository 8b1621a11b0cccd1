package io.curlew.attention.scoring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** A fixed number of daemon threads that share out the items of a call. */
final class WorkerPool implements AutoCloseable {

  private final int threads;
  private final ExecutorService executor;

  WorkerPool(int threads, String name) {
    this.threads = threads;
    AtomicInteger started = new AtomicInteger();
    this.executor =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, name + "-" + started.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Runs {@code task} for 0 to {@code count - 1}, in no fixed order, and returns when none runs any
   * more. The first failure stops the rest and is thrown; so does an interrupt of the caller, which
   * stays set.
   *
   * @throws CancellationException if the caller is interrupted
   * @throws IllegalStateException if the pool is closed
   */
  void forEach(int count, IntConsumer task) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> workers = new ArrayList<>();
    try {
      for (int worker = 0; worker < Math.min(threads, count); worker++) {
        workers.add(executor.submit(() -> drain(next, count, task)));
      }
    } catch (RejectedExecutionException e) {
      next.set(count);
      awaitAll(workers, next, count);
      throw new IllegalStateException("the encoder must be open, got: closed", e);
    }
    awaitAll(workers, next, count);
  }

  private static void drain(AtomicInteger next, int count, IntConsumer task) {
    try {
      for (int item = next.getAndIncrement(); item < count; item = next.getAndIncrement()) {
        task.accept(item);
      }
    } catch (RuntimeException | Error e) {
      next.set(count);
      throw e;
    }
  }

  private static void awaitAll(List<Future<?>> workers, AtomicInteger next, int count) {
    Throwable failure = null;
    boolean interrupted = false;
    for (Future<?> worker : workers) {
      boolean done = false;
      while (!done) {
        try {
          worker.get();
          done = true;
        } catch (ExecutionException e) {
          failure = failure == null ? e.getCause() : failure;
          done = true;
        } catch (InterruptedException e) {
          interrupted = true;
          next.set(count);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while encoding or scoring");
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  /** Lets running calls finish, refuses new ones. */
  @Override
  public void close() {
    executor.shutdown();
    boolean interrupted = false;
    boolean finished = false;
    while (!finished) {
      try {
        finished = executor.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
