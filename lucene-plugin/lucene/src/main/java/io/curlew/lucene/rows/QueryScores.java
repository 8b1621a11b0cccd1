package io.curlew.lucene.rows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/** The scores that a query gives documents, segments side by side on the searcher's executor. */
public final class QueryScores {

  private QueryScores() {}

  /**
   * The scores of accepted documents.
   *
   * @param scores to be filled, one entry per document of the whole index; NaN for one that is not
   *     accepted or does not match
   */
  public static void of(IndexSearcher searcher, Query query, Bits accepted, float[] scores)
      throws IOException {
    Arrays.fill(scores, Float.NaN);
    Weight weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE, 1);
    List<Callable<Boolean>> leaves = new ArrayList<>();
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      leaves.add(
          () -> {
            score(weight.scorer(leaf), leaf.docBase, accepted, scores);
            return true;
          });
    }
    searcher.getTaskExecutor().invokeAll(leaves);
  }

  private static void score(@Nullable Scorer scorer, int docBase, Bits accepted, float[] scores)
      throws IOException {
    if (scorer == null) {
      return;
    }
    DocIdSetIterator matches = scorer.iterator();
    for (int doc = matches.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = matches.nextDoc()) {
      if (accepted.get(docBase + doc)) {
        scores[docBase + doc] = scorer.score();
      }
    }
  }
}
