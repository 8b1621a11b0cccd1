package io.curlew.lucene;

import io.curlew.lucene.rows.QueryScores;
import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.Bits;

/**
 * Any query of Lucene as a first stage, whatever the text that is searched for.
 *
 * @param lucene names likely documents
 */
public record QueryFirstStage(Query lucene) implements FirstStage {

  @Override
  public void score(IndexSearcher searcher, String query, Bits accepted, float[] scores)
      throws IOException {
    QueryScores.of(searcher, lucene, accepted, scores);
  }
}
