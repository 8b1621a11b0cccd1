package io.curlew.demo;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is evaluated.
 *
 * @param budgets of calls
 * @param methods of {@link #METHODS} and {@link #MAXSIM_METHODS}
 * @param queries at most so many, drawn from the test queries
 * @param exactQueries the first so many of them are scored against all documents; the others have
 *     no recall
 * @param cache file of the model's scores, or null to forget them
 * @param seed of the draw
 */
record EvaluationOptions(
    List<Integer> budgets,
    List<String> methods,
    int queries,
    int exactQueries,
    @Nullable Path cache,
    long seed) {

  static final List<String> METHODS =
      List.of("exact", "rerank-bm25", "rerank-dense", "fixed", "adaptive");

  /** With late interaction over all documents as the first stage, or by itself. */
  static final List<String> MAXSIM_METHODS = List.of("maxsim", "rerank-maxsim", "adaptive-maxsim");

  EvaluationOptions {
    for (String method : methods) {
      if (!METHODS.contains(method) && !MAXSIM_METHODS.contains(method)) {
        throw new BadInputException(
            "method must be one of " + METHODS + " or " + MAXSIM_METHODS + ", got: " + method);
      }
    }
    for (int budget : budgets) {
      if (budget < 1) {
        throw new BadInputException("budget must be at least 1, got: " + budget);
      }
    }
    if (queries < 1) {
      throw new BadInputException("--queries must be at least 1, got: " + queries);
    }
    if (exactQueries < 0) {
      throw new BadInputException("--exact-queries must be at least 0, got: " + exactQueries);
    }
  }

  /** Whether all queries have a recall, so that all scores are known and replayed. */
  boolean allExact() {
    return exactQueries >= queries;
  }

  boolean usesMaxsim() {
    return methods.stream().anyMatch(MAXSIM_METHODS::contains);
  }
}
