package io.curlew.lucene.rows;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.jspecify.annotations.Nullable;

/** Reads flat vectors; what a kNN query asks, each version of Lucene asks in its own way. */
abstract class FlatVectors extends KnnVectorsReader {

  final FlatVectorsReader flat;

  FlatVectors(FlatVectorsReader flat) {
    this.flat = flat;
  }

  /** Collects all vectors that are accepted, or all, until the collector has enough. */
  static void visit(RandomVectorScorer scorer, KnnCollector collector, @Nullable Bits accepted)
      throws IOException {
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
  public void close() throws IOException {
    flat.close();
  }
}
