package io.curlew.lucene;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.ThreadInterruptedException;
import org.jspecify.annotations.Nullable;

/**
 * What {@link CurQuery}s have found, for as long as the reader is there that they found it in: to
 * rewrite, count, explain and page again spends nothing again. A query has one of its own; one that
 * is given to several serves those of them that are equal. A segment of a reader that was searched
 * has the hits of that search in it: highlighters rewrite a query for every document that they
 * show, over its segment. Safe for use by several threads: what several ask for is computed by one,
 * the others wait.
 */
public final class QueryMemo {

  // by the identity of a reader, which lives as long as it; a value must not hold it
  private final Map<Object, Map<Object, Search>> byReader = new WeakHashMap<>();
  private long searches;

  /** One search, numbered in the order in which they began. */
  private record Search(long number, FutureTask<FoundHits> task) {}

  /** A memo that knows nothing. */
  public QueryMemo() {}

  /** What is known for a reader and a query, or what is computed now; a failure is forgotten. */
  FoundHits get(IndexReader reader, Object query, Callable<FoundHits> computation)
      throws IOException {
    FoundHits within = reader instanceof LeafReader leaf ? within(leaf, query) : null;
    if (within != null) {
      return within;
    }
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

  /** What a search of a reader with this segment has found in it, the last one if several have. */
  private synchronized @Nullable FoundHits within(LeafReader leaf, Object query) {
    Object key = FoundHits.Segment.key(leaf);
    if (key == null) {
      return null;
    }
    FoundHits found = null;
    long last = -1;
    for (Map<Object, Search> queries : byReader.values()) {
      Search search = queries.get(query);
      if (search != null
          && search.number() > last
          && search.task().state() == Future.State.SUCCESS) {
        FoundHits of = search.task().resultNow().within(key);
        if (of != null) {
          found = of;
          last = search.number();
        }
      }
    }
    return found;
  }

  private synchronized FutureTask<FoundHits> putIfAbsent(
      IndexReader reader, Object query, FutureTask<FoundHits> task) {
    Map<Object, Search> queries =
        byReader.computeIfAbsent(reader.getContext().id(), id -> new HashMap<>());
    Search known = queries.get(query);
    if (known != null) {
      return known.task();
    }
    queries.put(query, new Search(searches++, task));
    return task;
  }

  private synchronized void forget(IndexReader reader, Object query, FutureTask<FoundHits> task) {
    Map<Object, Search> queries = byReader.get(reader.getContext().id());
    if (queries != null) {
      queries.computeIfPresent(query, (key, known) -> known.task() == task ? null : known);
    }
  }
}
