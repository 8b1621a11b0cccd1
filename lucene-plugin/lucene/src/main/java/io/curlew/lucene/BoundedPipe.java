package io.curlew.lucene;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.util.ThreadInterruptedException;
import org.jspecify.annotations.Nullable;

/**
 * Hands items to a consumer on a thread of its own, in their order. A full pipe makes the producer
 * wait; a consumer that fails makes it fail.
 */
final class BoundedPipe<T> implements AutoCloseable {

  /** Takes one item. */
  @FunctionalInterface
  interface Consumer<T> {
    void take(T item) throws IOException;
  }

  private final BlockingQueue<Object> queue;
  private final Consumer<T> consumer;
  private final Thread thread;
  private final Object end = new Object();
  private volatile @Nullable Throwable failure;
  private volatile boolean cancelled;

  BoundedPipe(int capacity, Consumer<T> consumer) {
    this.queue = new ArrayBlockingQueue<>(capacity);
    this.consumer = consumer;
    this.thread = new Thread(this::consume, "curlew-index-writer");
    this.thread.setDaemon(true);
    this.thread.start();
  }

  @SuppressWarnings("unchecked") // only items and the end are put in
  private void consume() {
    try {
      for (Object item = queue.take(); item != end; item = queue.take()) {
        if (!cancelled) {
          consumer.take((T) item);
        }
      }
    } catch (Throwable e) { // whatever it is, the producer has to hear of it
      failure = e;
    }
  }

  void put(T item) throws IOException {
    putObject(item);
  }

  private void putObject(Object item) throws IOException {
    try {
      while (!queue.offer(item, 50, TimeUnit.MILLISECONDS)) {
        check();
      }
    } catch (InterruptedException e) {
      throw new ThreadInterruptedException(e);
    }
    check();
  }

  /** Waits until everything has been taken. */
  void finish() throws IOException {
    putObject(end);
    join();
    check();
  }

  private void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new ThreadInterruptedException(e);
    }
  }

  /** Fails if the consumer has failed. */
  void check() throws IOException {
    Throwable cause = failure;
    if (cause != null) {
      throw new IOException("writing must succeed, it failed: " + cause.getMessage(), cause);
    }
  }

  /** Lets the item under way end and drops the others. */
  @Override
  public void close() {
    cancelled = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        if (!queue.offer(end, 10, TimeUnit.MILLISECONDS)) {
          queue.poll();
        }
        thread.join(10);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
