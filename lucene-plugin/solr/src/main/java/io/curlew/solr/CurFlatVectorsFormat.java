package io.curlew.solr;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.lucene99.Lucene99FlatVectorsFormat;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * Vectors stored flat, without a graph, which anchor rows never use: they are scanned whole. Solr's
 * {@code knn} query finds the exact neighbours in such a field, by visiting every accepted
 * document.
 *
 * <p>Segments record the format by name; an index opens wherever this class and its service entry
 * are on the class path and {@link CurCodecFactory} is configured.
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
    return new ExactReader(flat.fieldsReader(state));
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return MAX_DIMENSIONS;
  }

  private static final class ExactReader extends KnnVectorsReader {

    private final FlatVectorsReader flat;

    ExactReader(FlatVectorsReader flat) {
      this.flat = flat;
    }

    @Override
    public void search(String field, float[] target, KnnCollector collector, Bits accept)
        throws IOException {
      search(flat.getRandomVectorScorer(field, target), collector, accept);
    }

    @Override
    public void search(String field, byte[] target, KnnCollector collector, Bits accept)
        throws IOException {
      search(flat.getRandomVectorScorer(field, target), collector, accept);
    }

    private static void search(RandomVectorScorer scorer, KnnCollector collector, Bits accept)
        throws IOException {
      Bits accepted = scorer.getAcceptOrds(accept);
      for (int ord = 0; ord < scorer.maxOrd(); ord++) {
        if (accepted == null || accepted.get(ord)) {
          if (collector.earlyTerminated()) {
            return;
          }
          collector.incVisitedCount(1);
          collector.collect(scorer.ordToDoc(ord), scorer.score(ord));
        }
      }
    }

    @Override
    public FloatVectorValues getFloatVectorValues(String field) throws IOException {
      return flat.getFloatVectorValues(field);
    }

    @Override
    public ByteVectorValues getByteVectorValues(String field) throws IOException {
      return flat.getByteVectorValues(field);
    }

    @Override
    public void checkIntegrity() throws IOException {
      flat.checkIntegrity();
    }

    @Override
    public KnnVectorsReader getMergeInstance() {
      return flat.getMergeInstance();
    }

    @Override
    public long ramBytesUsed() {
      return flat.ramBytesUsed();
    }

    @Override
    public void close() throws IOException {
      flat.close();
    }
  }
}
