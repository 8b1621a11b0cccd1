package io.curlew.lucene.rows;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.HnswGraphProvider;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.jspecify.annotations.Nullable;

/** The vectors of two segments as of one; a graph of the first is gone on with when merged. */
final class TwoVectorsReaders extends KnnVectorsReader implements HnswGraphProvider {

  private final KnnVectorsReader first;
  private final KnnVectorsReader second;
  private final FieldInfos fieldsOfSecond;

  TwoVectorsReaders(KnnVectorsReader first, KnnVectorsReader second, FieldInfos fieldsOfSecond) {
    this.first = first;
    this.second = second;
    this.fieldsOfSecond = fieldsOfSecond;
  }

  private KnnVectorsReader of(String field) {
    return fieldsOfSecond.fieldInfo(field) == null ? first : second;
  }

  @Override
  public FloatVectorValues getFloatVectorValues(String field) throws IOException {
    return of(field).getFloatVectorValues(field);
  }

  @Override
  public ByteVectorValues getByteVectorValues(String field) throws IOException {
    return of(field).getByteVectorValues(field);
  }

  @Override
  public void search(String field, float[] target, KnnCollector collector, AcceptDocs accept)
      throws IOException {
    of(field).search(field, target, collector, accept);
  }

  @Override
  public void search(String field, byte[] target, KnnCollector collector, AcceptDocs accept)
      throws IOException {
    of(field).search(field, target, collector, accept);
  }

  @Override
  public @Nullable HnswGraph getGraph(String field) throws IOException {
    KnnVectorsReader reader = of(field);
    if (reader instanceof PerFieldKnnVectorsFormat.FieldsReader perField) {
      reader = perField.getFieldReader(field);
    }
    return reader instanceof HnswGraphProvider graphs ? graphs.getGraph(field) : null;
  }

  @Override
  public KnnVectorsReader getMergeInstance() throws IOException {
    return new TwoVectorsReaders(
        first.getMergeInstance(), second.getMergeInstance(), fieldsOfSecond);
  }

  @Override
  public void finishMerge() throws IOException {
    first.finishMerge();
    second.finishMerge();
  }

  @Override
  public void checkIntegrity() throws IOException {
    first.checkIntegrity();
    second.checkIntegrity();
  }

  /** Their segments close them. */
  @Override
  public void close() {}
}
