package io.curlew.lucene;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * What {@link CurQuery}s have found, for as long as the reader is there that they found it in: to
 * rewrite, count, explain and page again spends nothing again. A query has one of its own; one that
 * is given to several serves those of them that are equal. Safe for use by several threads: what
 * several ask for is computed by one, the others wait.
 */
public final class QueryMemo {

  // by the identity of a reader, which lives as long as it; a value must not hold it
  private final Map<Object, Map<Object, FutureTask<FoundHits>>> byReader = new WeakHashMap<>();

  /** A memo that knows nothing. */
  public QueryMemo() {}

  /** What is known for a reader and a query, or what is computed now; a failure is forgotten. */
  FoundHits get(IndexReader reader, Object query, Callable<FoundHits> computation)
      throws IOException {
    FutureTask<FoundHits> mine = new FutureTask<>(computation);
    FutureTask<FoundHits> task = putIfAbsent(reader, query, mine);
    if (task == mine) {
      mine.run();
    }
    try {
      return task.get();
    } catch (InterruptedException e) {
      throw new ThreadInterruptedException(e);
    } catch (ExecutionException e) {
      forget(reader, query, task);
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  private synchronized FutureTask<FoundHits> putIfAbsent(
      IndexReader reader, Object query, FutureTask<FoundHits> task) {
    FutureTask<FoundHits> known =
        byReader
            .computeIfAbsent(reader.getContext().id(), id -> new HashMap<>())
            .putIfAbsent(query, task);
    return known == null ? task : known;
  }

  private synchronized void forget(IndexReader reader, Object query, FutureTask<FoundHits> task) {
    Map<Object, FutureTask<FoundHits>> queries = byReader.get(reader.getContext().id());
    if (queries != null) {
      queries.remove(query, task);
    }
  }
}
