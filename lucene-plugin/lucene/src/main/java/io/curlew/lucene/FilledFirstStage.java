package io.curlew.lucene;

import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.Bits;

/**
 * A first stage whose list is filled from another where it matches too few documents. Scores are
 * its own: a document that only the fallback finds has none.
 *
 * @param first ranks first
 * @param fallback ranks what the first does not match
 */
public record FilledFirstStage(FirstStage first, FirstStage fallback) implements FirstStage {

  @Override
  public void score(IndexSearcher searcher, String query, Bits accepted, float[] scores)
      throws IOException {
    first.score(searcher, query, accepted, scores);
  }
}
