package io.curlew.cur;

import java.util.List;

/**
 * A ranking and what it cost.
 *
 * @param hits the best documents, best first, ties by id
 * @param calls the exact scores spent, at most the budget
 * @param modelNanos the time spent inside the model
 * @param totalNanos the time of the whole search
 * @param rounds what happened, one entry for every fit; empty for methods that fit nothing
 * @param complete false if the timeout ended the search before its budget was spent
 */
public record SearchResult(
    List<Hit> hits,
    int calls,
    long modelNanos,
    long totalNanos,
    List<Round> rounds,
    boolean complete) {

  /** The time spent outside the model. */
  public long overheadNanos() {
    return totalNanos - modelNanos;
  }

  /**
   * One fit of the estimator.
   *
   * @param calls exact scores known when it was made
   * @param lambda the regularisation chosen, relative to the scale of anchor rows
   * @param looError the root mean squared leave-one-out residual, in the unit of the model's scores
   * @param effectiveRank the effective number of parameters
   */
  public record Round(int calls, double lambda, double looError, double effectiveRank) {}
}
