package io.curlew.cur;

import io.curlew.cur.anchor.LatentQuery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ranking and what it cost.
 *
 * @param hits the best documents, best first, ties as {@link SearchMethod} says
 * @param calls the exact scores spent, at most the budget
 * @param modelNanos the time spent inside the model
 * @param totalNanos the time of the whole search
 * @param rounds what happened, one entry for every fit; empty for methods that fit nothing
 * @param stop why the search ended
 * @param estimate the linear form of the query, last fitted; null for methods that fit nothing
 */
public record SearchResult(
    List<Hit> hits,
    int calls,
    long modelNanos,
    long totalNanos,
    List<Round> rounds,
    Stop stop,
    @Nullable LatentQuery estimate) {

  /** Why a search ended. */
  public enum Stop {
    /** The budget was spent, or every document was scored. */
    BUDGET,
    /** The expected recall reached what the request asks for. */
    RECALL,
    /** The time was over: the ranking is made of what was known by then. */
    TIMEOUT,
    /** The model could not be asked any more: the same. The request's listener has heard why. */
    UNAVAILABLE
  }

  /** What ranks the documents that were not scored. */
  public enum Form {
    /** The kernel form on the shortlist, the linear form beyond it. */
    KERNEL,
    /** The linear form. */
    LINEAR,
    /** First-stage and mean anchor score alone: the anchors do not explain this query. */
    PRIOR
  }

  /** Whether the search was not cut short, by its timeout or a model that could not be asked. */
  public boolean complete() {
    return stop != Stop.TIMEOUT && stop != Stop.UNAVAILABLE;
  }

  /** The time spent outside the model. */
  public long overheadNanos() {
    return totalNanos - modelNanos;
  }

  /**
   * The share of the exact top k that the ranking is expected to hold; NaN for methods that do not
   * estimate it.
   */
  public double expectedRecall() {
    return rounds.isEmpty() ? Double.NaN : rounds.getLast().expectedRecall();
  }

  /**
   * One fit of the estimator.
   *
   * @param calls exact scores known when it was made
   * @param form what ranked unseen documents
   * @param lambda the regularisation chosen, relative to the scale of the form
   * @param looError the root mean squared leave-one-out residual, in the unit of the model's scores
   * @param effectiveRank the effective number of parameters
   * @param expectedRecall the share of the exact top k among the scored documents, as expected; NaN
   *     where it was not needed
   */
  public record Round(
      int calls,
      Form form,
      double lambda,
      double looError,
      double effectiveRank,
      double expectedRecall) {

    Round withExpectedRecall(double recall) {
      return new Round(calls, form, lambda, looError, effectiveRank, recall);
    }
  }
}
