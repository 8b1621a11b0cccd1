package io.curlew.lucene.rows;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/** Reads flat vectors, and answers a kNN query exactly, by visiting every accepted document. */
final class FlatVectorsSearch extends FlatVectors {

  FlatVectorsSearch(FlatVectorsReader flat) {
    super(flat);
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
    visit(scorer, collector, scorer.getAcceptOrds(accept));
  }

  @Override
  public KnnVectorsReader getMergeInstance() {
    return flat.getMergeInstance();
  }

  @Override
  public long ramBytesUsed() {
    return flat.ramBytesUsed();
  }
}
