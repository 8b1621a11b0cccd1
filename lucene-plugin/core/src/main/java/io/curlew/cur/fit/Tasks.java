package io.curlew.cur.fit;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** Runs pieces of a computation that do not depend on each other, on threads if it has some. */
@FunctionalInterface
public interface Tasks {

  /** Runs them all and returns when they have ended. */
  void runAll(List<Callable<Boolean>> tasks) throws IOException;
}
