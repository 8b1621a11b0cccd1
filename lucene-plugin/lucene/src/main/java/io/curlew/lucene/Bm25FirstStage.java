package io.curlew.lucene;

import io.curlew.lucene.rows.QueryScores;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.Bits;

/**
 * Any of the query's words, scored by the searcher's similarity: BM25 with k1 1.2 and b 0.75 unless
 * it was told otherwise. Of a query with more words than Lucene allows clauses the rarest count.
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
    QueryScores.of(searcher, new WordsQuery(fields, analyzer, query), accepted, scores);
  }
}
