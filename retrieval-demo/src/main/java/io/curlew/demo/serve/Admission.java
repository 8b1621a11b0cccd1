package io.curlew.demo.serve;

import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * So many searches at once, a few that wait, and no more: whoever comes then is told at once, so
 * that those who are let in get their answer in time whatever the load.
 */
final class Admission {

  private final int atOnce;
  private final int most;
  private final Semaphore turns;
  private final AtomicInteger inside = new AtomicInteger(); // running or waiting
  private volatile boolean closed;

  Admission(int atOnce, int waiting) {
    this.atOnce = atOnce;
    this.most = atOnce + waiting;
    this.turns = new Semaphore(atOnce, /* fair= */ true);
  }

  /**
   * Does a client's work when its turn comes.
   *
   * @throws ApiException with status 429 if too many wait, 503 if the server is stopping
   */
  <T> T admit(Callable<T> work) throws Exception {
    refuseIfClosed();
    if (inside.incrementAndGet() > most) {
      inside.decrementAndGet();
      throw new ApiException(
          429,
          "searches at once must be at most "
              + atOnce
              + ", and "
              + (most - atOnce)
              + " waiting: come again");
    }
    try {
      return takeTurn(work);
    } finally {
      inside.decrementAndGet();
    }
  }

  /** Does a piece of long work between the searches: it waits its turn, and is never refused. */
  <T> T takeTurn(Callable<T> work) throws Exception {
    turns.acquire();
    try {
      refuseIfClosed();
      return work.call();
    } finally {
      turns.release();
    }
  }

  /** Lets nobody in any more, and waits for those inside. */
  void close() {
    closed = true;
    turns.acquireUninterruptibly(atOnce);
    turns.release(atOnce);
  }

  private void refuseIfClosed() {
    if (closed) {
      throw new ApiException(503, "server must be running, it is stopping");
    }
  }
}
