package io.curlew.demo.evaluate;

import io.curlew.demo.console.BadInputException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is evaluated.
 *
 * @param budgets of calls
 * @param methods names of {@link Methods}
 * @param queries at most so many, drawn from the test queries
 * @param exactQueries the first so many of them are scored against all documents; the others have
 *     no recall
 * @param pool documents of the hybrid list that are scored for each query, to see what long lists
 *     do to relevance; 0 for none, unless all documents are scored
 * @param scores directory where exact scores are kept, or null to forget them
 * @param cache file of the scores of single pairs, for queries without exact ones, or null
 * @param profile of the results, as on the command line; the other of none and the learned one is
 *     reported beside it
 * @param others indexes of the same documents to compare with, each by adaptive search
 * @param seed of the draw
 */
public record EvaluationOptions(
    List<Integer> budgets,
    List<String> methods,
    int queries,
    int exactQueries,
    int pool,
    @Nullable Path scores,
    @Nullable Path cache,
    String profile,
    List<Path> others,
    long seed) {

  private static final int FREE_POOL = 1000;

  public EvaluationOptions {
    for (String method : methods) {
      Methods.check(method);
    }
    for (int budget : budgets) {
      if (budget < 1) {
        throw new BadInputException("budget must be at least 1, got: " + budget);
      }
    }
    if (queries < 1) {
      throw new BadInputException("--queries must be at least 1, got: " + queries);
    }
    if (pool < 0) {
      throw new BadInputException("--pool must be at least 0, got: " + pool);
    }
    if (exactQueries < 0) {
      throw new BadInputException("--exact-queries must be at least 0, got: " + exactQueries);
    }
  }

  /** How many documents of a list are scored to see how relevance goes with its length. */
  int poolSize() {
    return allExact() ? Math.max(FREE_POOL, pool) : pool;
  }

  /** Whether all queries have a recall, so that all scores are known and replayed. */
  boolean allExact() {
    return exactQueries >= queries;
  }
}
