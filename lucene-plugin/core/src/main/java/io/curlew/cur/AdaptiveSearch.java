package io.curlew.cur;

import io.curlew.cur.Candidates.Estimates;
import io.curlew.cur.SearchResult.Stop;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
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

  private final AnchorSet anchors;

  /** A search in an index with these anchors. */
  public AdaptiveSearch(AnchorSet anchors) {
    this.anchors = anchors;
  }

  @Override
  public SearchResult search(Candidates candidates, InteractionModel model, SearchRequest request)
      throws IOException {
    int budget = Math.min(request.budget(), candidates.size());
    ScoredDocuments scored = new ScoredDocuments(candidates, model, request, budget);
    if (budget == 0) {
      return scored.result(Estimates.NONE, Stop.BUDGET);
    }
    int first = (int) Math.max(1, Math.round(FIRST_STAGE_SHARE * budget));
    int[] list = candidates.firstStage(first + FIRST_STAGE_SHORTLIST);
    if (list.length == 0) { // a query of stop words
      list = candidates.sample(first, 0);
    }
    if (!scored.score(Arrays.copyOf(list, Math.min(first, list.length)))) {
      return scored.result(firstStageOrder(candidates, list), Stop.TIMEOUT);
    }
    QueryFit latent = new QueryFit(anchors, candidates, scored, budget);
    try {
      latent.shortlist(list);
      Stop stop = spend(latent, scored, request);
      return scored.result(latent.best(request.k()), latent.rounds(), stop, latent.linear());
    } catch (SearchTimeoutException e) { // a limit of the engine's own
      return scored.result(Estimates.NONE, latent.rounds(), Stop.TIMEOUT, latent.linear());
    }
  }

  /** Fits and scores in turn until there is a reason to stop. */
  private static Stop spend(QueryFit latent, ScoredDocuments scored, SearchRequest request)
      throws IOException {
    @Nullable Stop stop = null;
    for (int round = 0; stop == null; round++) {
      boolean last = scored.remainingCalls() == 0;
      latent.fit(round);
      double recall = Double.NaN;
      if (last || request.minRecall() < 1) {
        recall = latent.expectRecall(request.k());
      }
      request.listener().fitted(latent.rounds().getLast());
      if (last) {
        stop = Stop.BUDGET;
      } else {
        stop = recall >= request.minRecall() ? Stop.RECALL : next(latent, scored, round);
      }
    }
    return stop;
  }

  /** Scores the best unseen documents; the reason to stop, or null. */
  private static @Nullable Stop next(QueryFit latent, ScoredDocuments scored, int round)
      throws IOException {
    int batch = Math.ceilDiv(scored.remainingCalls(), Math.max(1, ROUNDS - round));
    if (!scored.timeAllows(batch)) {
      return Stop.TIMEOUT;
    }
    Estimates best = latent.best(batch);
    if (best.documents().length == 0) {
      return Stop.BUDGET;
    }
    return scored.score(best) ? null : Stop.TIMEOUT;
  }

  /** What is left when not one exact score came in time. */
  private static Estimates firstStageOrder(Candidates candidates, int[] list) throws IOException {
    float[] scores = candidates.firstStageScores(list);
    int[] order =
        new BestScores(some -> candidates.ids(pick(list, some)))
            .select(scores, new java.util.BitSet(), list.length);
    float[] sorted = new float[order.length];
    IntStream.range(0, order.length).forEach(i -> sorted[i] = scores[order[i]]);
    return new Estimates(pick(list, order), sorted);
  }

  private static int[] pick(int[] documents, int[] indices) {
    return Arrays.stream(indices).map(i -> documents[i]).toArray();
  }
}
