package io.curlew.lucene;

import io.curlew.lucene.rows.QueryScores;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
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
    Query words = new QueryBuilder(analyzer).createBooleanQuery(field, query);
    if (words == null) { // nothing but stop words
      Arrays.fill(scores, Float.NaN);
    } else {
      QueryScores.of(searcher, words, accepted, scores);
    }
  }
}
