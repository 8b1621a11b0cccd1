package io.curlew.demo.train;

import io.curlew.cur.FirstStage;
import io.curlew.cur.model.InteractionModel;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.train.TrainingSet.Query;
import io.curlew.lucene.CurSearcher;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How a model ranks held-out queries: the mean reciprocal rank, cut at 10, of the hybrid list
 * re-ranked. A model that drowns has less of it over a long list than over a short one.
 *
 * @param list over the first {@value #LIST}
 * @param pool over {@value #POOL}
 */
record HeldOutRanking(double list, double pool) {

  private static final int LIST = 50;
  private static final int POOL = 1000;
  private static final int CUT = 10;

  /** Asks the model for all documents of all pools. */
  static HeldOutRanking of(InteractionModel model, TrainingSet set, CurlewIndex index)
      throws IOException {
    CurSearcher searcher = index.searcherFor(model);
    double list = 0;
    double pool = 0;
    try (Progress progress = Progress.start("Held-out queries", set.heldOut().size())) {
      for (Query query : set.heldOut()) {
        int[] documents =
            FirstStage.hybrid(
                    searcher.space(query.text(), index.features(), model, set.filter()), POOL)
                .documents();
        List<String> texts = Arrays.stream(documents).mapToObj(set::text).toList();
        float[] scores = model.score(List.of(query.text()), texts)[0];
        list += reciprocalRank(query, documents, scores, LIST);
        pool += reciprocalRank(query, documents, scores, POOL);
        progress.step(1);
      }
    }
    int n = set.heldOut().size();
    return new HeldOutRanking(list / n, pool / n);
  }

  /** Of the best right document among the first n; a tie counts as lost. */
  private static double reciprocalRank(Query query, int[] documents, float[] scores, int n) {
    int end = Math.min(n, documents.length);
    double best = 0;
    for (int right = 0; right < end; right++) {
      if (Arrays.binarySearch(query.right(), documents[right]) >= 0) {
        int rank = 0;
        for (int d = 0; d < end; d++) {
          rank += scores[d] >= scores[right] ? 1 : 0;
        }
        best = Math.max(best, rank <= CUT ? 1.0 / rank : 0);
      }
    }
    return best;
  }

  /** What rounds are compared by: a model must be good at both. */
  double mean() {
    return (list + pool) / 2;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "MRR@10 %.4f over lists of %d, %.4f of %d", list, LIST, pool, POOL);
  }
}
