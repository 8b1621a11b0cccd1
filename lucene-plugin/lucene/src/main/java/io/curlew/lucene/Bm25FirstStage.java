package io.curlew.lucene;

import io.curlew.lucene.rows.QueryScores;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.QueryBuilder;

/**
 * Any of the query's words, scored by the searcher's similarity: BM25 with k1 1.2 and b 0.75 unless
 * it was told otherwise.
 */
public final class Bm25FirstStage implements FirstStage {

  private final List<String> fields;
  private final Analyzer analyzer;

  /** Searches a text field that was indexed with this analyzer. */
  public Bm25FirstStage(String field, Analyzer analyzer) {
    this(List.of(field), analyzer);
  }

  /** Searches several text fields; a document's score is the sum over them. */
  public Bm25FirstStage(List<String> fields, Analyzer analyzer) {
    this.fields = List.copyOf(fields);
    this.analyzer = analyzer;
  }

  @Override
  public void score(IndexSearcher searcher, String query, Bits accepted, float[] scores)
      throws IOException {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    for (String field : fields) {
      Query words = new QueryBuilder(analyzer).createBooleanQuery(field, query);
      if (words != null) {
        all.add(words, BooleanClause.Occur.SHOULD);
      }
    }
    BooleanQuery words = all.build();
    if (words.clauses().isEmpty()) { // nothing but stop words
      Arrays.fill(scores, Float.NaN);
    } else {
      QueryScores.of(searcher, words, accepted, scores);
    }
  }
}
