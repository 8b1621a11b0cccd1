package io.curlew.cur.fit;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** Runs pieces of a computation that do not depend on each other, on threads if it has some. */
@FunctionalInterface
public interface Tasks {

  /** Runs them all and returns when they have ended. */
  void runAll(List<Callable<Boolean>> tasks) throws IOException;

  /** Runs them one after the other, on the calling thread. */
  static void inTurn(List<Callable<Boolean>> tasks) throws IOException {
    for (Callable<Boolean> task : tasks) {
      try {
        task.call();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("tasks of a search must not throw " + e, e);
      }
    }
  }
}
