package io.curlew.cur;

import io.curlew.cur.SearchResult.Stop;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Budgeted adaptive search: the heart of the project.
 *
 * <p>A share of the budget goes to the best documents of the first stage. The rest is spent in
 * rounds: fit the query's latent vector to the exact scores known so far, on top of a prior in the
 * first-stage score; find the best estimates not scored yet, by scanning all documents, later the
 * likely ones, in the linear form and refining a shortlist in the kernel form; score those. What
 * was scored in earlier rounds are the anchor documents of later ones, chosen for this query
 * (adaptive CUR; Yadav et al. 2023).
 */
public final class AdaptiveSearch implements SearchMethod {

  /** The share of the budget spent on the first stage's best documents. */
  public static final double FIRST_STAGE_SHARE = 0.25;

  /** The number of rounds in which the rest of the budget is spent. */
  public static final int ROUNDS = 6;

  /** Best documents of the first stage that are looked at in the kernel form. */
  private static final int FIRST_STAGE_SHORTLIST = 500;

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    ScoredDocuments scored = ScoredDocuments.withinBudget(space, request);
    int budget = scored.remainingCalls();
    if (budget == 0) {
      return scored.result(Estimates.NONE, Stop.BUDGET);
    }
    int first = (int) Math.max(1, Math.round(FIRST_STAGE_SHARE * budget));
    int[] list = space.firstStage(first + FIRST_STAGE_SHORTLIST);
    if (list.length == 0) { // a query of stop words
      list = space.sample(first, 0);
    }
    if (!scored.score(Arrays.copyOf(list, Math.min(first, list.length)))) {
      return scored.result(firstStageOrder(space, list), Stop.TIMEOUT);
    }
    QueryFit fit = new QueryFit(space, scored, budget);
    try {
      fit.shortlist(list);
      Stop stop = spend(fit, scored, request);
      return scored.result(fit.best(request.k()), fit.rounds(), stop, fit.linear());
    } catch (SearchTimeoutException e) { // a limit of the engine's own
      return scored.result(Estimates.NONE, fit.rounds(), Stop.TIMEOUT, fit.linear());
    }
  }

  /** Fits and scores in turn until there is a reason to stop. */
  private static Stop spend(QueryFit fit, ScoredDocuments scored, SearchRequest request)
      throws IOException {
    @Nullable Stop stop = null;
    for (int round = 0; stop == null; round++) {
      boolean last = scored.remainingCalls() == 0;
      fit.fit(round);
      double recall = Double.NaN;
      if (last || request.minRecall() < 1) {
        recall = fit.expectRecall(request.k());
      }
      request.listener().fitted(fit.rounds().getLast());
      if (last) {
        stop = Stop.BUDGET;
      } else {
        stop = recall >= request.minRecall() ? Stop.RECALL : next(fit, scored, round);
      }
    }
    return stop;
  }

  /** Scores the best unseen documents; the reason to stop, or null. */
  private static @Nullable Stop next(QueryFit fit, ScoredDocuments scored, int round)
      throws IOException {
    int batch = Math.ceilDiv(scored.remainingCalls(), Math.max(1, ROUNDS - round));
    if (!scored.timeAllows(batch)) {
      return Stop.TIMEOUT;
    }
    Estimates best = fit.best(batch);
    if (best.documents().length == 0) {
      return Stop.BUDGET;
    }
    return scored.score(best) ? null : Stop.TIMEOUT;
  }

  /** What is left when not one exact score came in time. */
  private static Estimates firstStageOrder(SearchSpace space, int[] list) throws IOException {
    float[] scores = space.rows(list).firstStage();
    int[] order =
        new BestScores(some -> space.ids(pick(list, some)))
            .select(scores, new java.util.BitSet(), list.length);
    float[] sorted = new float[order.length];
    IntStream.range(0, order.length).forEach(i -> sorted[i] = scores[order[i]]);
    return new Estimates(pick(list, order), sorted);
  }

  private static int[] pick(int[] documents, int[] indices) {
    return Arrays.stream(indices).map(i -> documents[i]).toArray();
  }
}
