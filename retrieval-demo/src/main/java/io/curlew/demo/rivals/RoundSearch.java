package io.curlew.demo.rivals;

import io.curlew.cur.Estimates;
import io.curlew.cur.ScoredDocuments;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import java.io.IOException;

/**
 * What the published methods share that ours is compared with: some documents are scored, and then
 * in equal rounds the best by an estimate that is fitted on all scored so far. The ranking is one
 * of exact scores and, for documents that were not called, estimates, as ours is.
 *
 * @param rounds in which the budget is spent, the first one included; as many as calls if these are
 *     fewer
 * @param start chooses the documents of the first round
 * @param fit estimates the scores of the others
 */
public record RoundSearch(int rounds, Start start, Fit fit) implements SearchMethod {

  /** The documents of the first round. */
  @FunctionalInterface
  public interface Start {
    /** At most n documents. */
    int[] documents(SearchSpace space, int n) throws IOException;
  }

  /** An estimator of scores. */
  @FunctionalInterface
  public interface Fit {
    /** The best documents by estimate among those not scored yet. */
    Estimates best(SearchSpace space, ScoredDocuments scored, int n) throws IOException;
  }

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments scored = ScoredDocuments.withinBudget(space, request);
    long budget = scored.remainingCalls();
    long turns = Math.min(rounds, budget);
    boolean inTime = true;
    for (int round = 0; round < turns && inTime && scored.remainingCalls() > 0; round++) {
      int share = (int) (budget * (round + 1) / turns) - scored.size();
      inTime =
          round == 0
              ? scored.score(start.documents(space, share))
              : scored.score(fit.best(space, scored, share));
    }
    Estimates others = inTime ? fit.best(space, scored, request.k()) : Estimates.NONE;
    return scored.result(others, inTime ? SearchResult.Stop.BUDGET : SearchResult.Stop.TIMEOUT);
  }
}
