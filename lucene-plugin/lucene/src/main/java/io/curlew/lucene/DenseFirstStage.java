package io.curlew.lucene;

import io.curlew.cur.anchor.RowEncoding;
import io.curlew.lucene.rows.VectorScan;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.Bits;

/** Dot product of the query's vector with each document's, over all documents. */
public final class DenseFirstStage implements FirstStage {

  private final String field;
  private final TextEmbedder embedder;

  /** Searches the vectors of a field, which the same embedder made. */
  public DenseFirstStage(String field, TextEmbedder embedder) {
    this.field = field;
    this.embedder = embedder;
  }

  @Override
  public void score(IndexSearcher searcher, String query, Bits accepted, float[] scores)
      throws IOException {
    float[] vector = embedder.embed(List.of(query))[0];
    new VectorScan(searcher, field, RowEncoding.floats(vector.length))
        .run(vector, accepted, scores);
  }
}
