package io.curlew.cur;

import io.curlew.cur.SearchResult.Stop;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Budgeted adaptive search: the heart of the project.
 *
 * <p>A share of the budget goes to the best documents of the first stage. The rest is spent in
 * rounds: fit the query's latent vector to the exact scores known so far, on top of a prior in
 * features and mean anchor score; find the documents not scored yet that are worth most, by
 * refining a shortlist in the kernel form, which holds the heads of the features' lists and, where
 * many calls pay for it or the features say nothing, the best of all documents by the linear form;
 * score those. What was scored in earlier rounds are the anchor documents of later ones, chosen for
 * this query (adaptive CUR; Yadav et al. 2023).
 */
public final class AdaptiveSearch implements SearchMethod {

  /** The share of the budget spent on the first stage's best documents. */
  private static final double FIRST_STAGE_SHARE = 0.25;

  /** And half of so many calls at least: with few scores a fit says less than the first stage. */
  private static final int FEW_CALLS = 50;

  /**
   * And so many, where the rows are of another model than the one that answers: what they say of
   * its scores is little before that.
   */
  private static final int CALLS_OF_ANOTHER_MODEL = 10;

  /** The number of rounds in which the rest of the budget is spent, at most. */
  public static final int ROUNDS = 6;

  /** Budgets from which three fits look at every document, whatever their number. */
  private static final int MANY_CALLS = 100;

  /**
   * With fewer calls the latent query does, where for each call there are so many at most: more
   * would take longer than the calls that bring as much. On 117,791 WordNet senses, 300 training
   * queries, a dense first stage, its list brings .011 of recall@10 and .010 of recall@100 at 50
   * calls; at 20, where it is not looked for, it would bring .003 and .004 for 6 ms more. On 20,000
   * senses it brings .001.
   */
  private static final int SCANNED_FOR_A_CALL = 2500;

  /**
   * Best documents of each list that are looked at closely with fewer calls: at least, and one of
   * how many where that is more.
   */
  private static final int LEAST_LISTED = 200;

  private static final int LISTED_FRACTION = 100;

  /** One round for so many calls of the budget, and two at least: each costs a fit. */
  private static final int CALLS_FOR_A_ROUND = 8;

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments known = ScoredDocuments.withinBudget(space, request);
    int budget = known.remainingCalls();
    if (budget == 0) {
      return known.result(Estimates.NONE, Stop.BUDGET);
    }
    int first = firstCalls(budget, space.anchors().isQueryModel());
    boolean many = budget >= MANY_CALLS;
    boolean latent = many || space.size() <= (long) SCANNED_FOR_A_CALL * budget;
    int listed =
        many
            ? FirstStage.LIST
            : Math.clamp(space.size() / LISTED_FRACTION, LEAST_LISTED, FirstStage.LIST);
    QueryFit fit = new QueryFit(space, request, budget, many);
    try {
      int heads = Math.max(first, Math.min(request.k(), space.size())) + listed;
      int[] list = fit.shortlist().begin(heads, latent).documents();
      known.firstStage(list);
      for (int from = 0; known.size() == 0 && from < list.length; from += first) { // if gone
        int to = Math.min(from + first, list.length);
        if (!known.score(Arrays.copyOfRange(list, from, to))) {
          return known.result(new Estimates(list, new float[list.length]), Stop.TIMEOUT);
        }
      }
      if (known.size() == 0) {
        return known.result(Estimates.NONE, Stop.BUDGET);
      }
      Stop stop = spend(fit, new Prospects(space, fit), known, request);
      Estimates others = fit.best(request.k());
      return known.result(others, fit.rounds(), stop, fit.linear(), fit.shortlist()::bonus);
    } catch (SearchTimeoutException e) { // a limit of the engine's own
      return known.result(Estimates.NONE, fit.rounds(), Stop.TIMEOUT, fit.linear());
    }
  }

  @Override
  public Opening opening(SearchRequest request) {
    int budget = request.budget();
    int first = Math.max(firstCalls(budget, true), firstCalls(budget, false));
    long heads = (long) Math.max(first, request.k()) + FirstStage.LIST;
    long latentUpTo = budget >= MANY_CALLS ? Long.MAX_VALUE : (long) SCANNED_FOR_A_CALL * budget;
    return new Opening((int) Math.min(heads, Integer.MAX_VALUE), latentUpTo, 0, 0);
  }

  private static int firstCalls(int budget, boolean ownRows) {
    double share = Math.max(FIRST_STAGE_SHARE * budget, 0.5 * Math.min(budget, FEW_CALLS));
    int least = ownRows ? 1 : Math.min(budget, CALLS_OF_ANOTHER_MODEL);
    return (int) Math.max(least, Math.round(share));
  }

  /** Fits and scores in turn until there is a reason to stop. */
  private static Stop spend(
      QueryFit fit, Prospects prospects, ScoredDocuments known, SearchRequest request)
      throws IOException {
    @Nullable Stop stop = null;
    while (stop == null) {
      fit.refit(known);
      stop = enough(prospects, known.remainingCalls(), request);
      request.listener().fitted(fit.rounds().getLast());
      if (stop == null) {
        int rounds = Math.clamp(request.budget() / CALLS_FOR_A_ROUND, 2, ROUNDS);
        stop = scoreNext(prospects, rounds + 1 - fit.rounds().size(), known, request);
      }
    }
    return stop;
  }

  /** Whether the budget is spent or enough is expected to be found, or null if neither. */
  private static @Nullable Stop enough(
      Prospects prospects, int remainingCalls, SearchRequest request) throws IOException {
    double recall = Double.NaN;
    if (remainingCalls == 0 || request.minRecall() < 1) {
      recall = prospects.expectRecall(request.k());
    }
    if (remainingCalls == 0) {
      return Stop.BUDGET;
    }
    return recall >= request.minRecall() ? Stop.RECALL : null;
  }

  /** Scores what is worth most of what is not scored yet; the reason to stop, or null. */
  private static @Nullable Stop scoreNext(
      Prospects prospects, int roundsLeft, ScoredDocuments known, SearchRequest request)
      throws IOException {
    int batch = Math.ceilDiv(known.remainingCalls(), Math.max(1, roundsLeft));
    if (!known.timeAllows(batch)) {
      return Stop.TIMEOUT;
    }
    Estimates next = prospects.promising(batch, request.k());
    if (next.documents().length == 0) {
      return Stop.BUDGET;
    }
    return known.score(next) ? null : Stop.TIMEOUT;
  }
}
