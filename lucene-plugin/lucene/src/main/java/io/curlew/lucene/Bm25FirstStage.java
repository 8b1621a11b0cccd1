package io.curlew.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.QueryBuilder;

/**
 * Any of the query's words, scored by the searcher's similarity: BM25 with k1 1.2 and b 0.75 unless
 * it was told otherwise.
 */
public final class Bm25FirstStage implements FirstStage {

  private final String field;
  private final Analyzer analyzer;

  /** Searches a text field that was indexed with this analyzer. */
  public Bm25FirstStage(String field, Analyzer analyzer) {
    this.field = field;
    this.analyzer = analyzer;
  }

  @Override
  public void score(IndexSearcher searcher, String query, Bits accepted, float[] scores)
      throws IOException {
    Arrays.fill(scores, Float.NaN);
    Query words = new QueryBuilder(analyzer).createBooleanQuery(field, query);
    if (words == null) {
      return; // nothing but stop words
    }
    Weight weight = searcher.createWeight(searcher.rewrite(words), ScoreMode.COMPLETE, 1);
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

  private static void score(
      @org.jspecify.annotations.Nullable Scorer scorer, int docBase, Bits accepted, float[] scores)
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
