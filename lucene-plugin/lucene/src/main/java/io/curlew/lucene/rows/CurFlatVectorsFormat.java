package io.curlew.lucene.rows;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99FlatVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Vectors stored flat, without a graph. Anchor rows are scanned whole for every query, so a graph
 * would cost a hundred times the indexing time for nothing. Lucene's own flat format answers a kNN
 * query with silence; this one searches exactly, by visiting every accepted document.
 *
 * <p>Found by name through the service loader: an index written with it opens wherever this class
 * and its service entry are on the class path.
 */
public final class CurFlatVectorsFormat extends KnnVectorsFormat {

  /** The name under which segments record this format. */
  public static final String NAME = "CurlewFlat";

  private static final int MAX_DIMENSIONS = 1024;

  private final FlatVectorsFormat flat =
      new Lucene99FlatVectorsFormat(FlatVectorScorerUtil.getLucene99FlatVectorsScorer());

  /** For the service loader and for codecs. */
  public CurFlatVectorsFormat() {
    super(NAME);
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return flat.fieldsWriter(state);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return new FlatVectorsSearch(flat.fieldsReader(state));
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return MAX_DIMENSIONS;
  }
}
