package io.curlew.lucene.rows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.DocValuesProducer;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FilterCodecReader;
import org.jspecify.annotations.Nullable;

/**
 * A segment with the vectors and doc values of another beside it, as if it had been written with
 * them. Both have the same documents in the same order, and no field in common. Made to be merged:
 * it is not cached and is not closed.
 */
public final class CodecReaderWithRows extends FilterCodecReader {

  private final CodecReader rows;
  private final FieldInfos fields;

  /**
   * A segment with rows.
   *
   * @param rows has nothing but vectors and doc values
   * @throws IllegalArgumentException if the documents are not as many, or a field is in both
   */
  public CodecReaderWithRows(CodecReader in, CodecReader rows) {
    super(in);
    if (in.maxDoc() != rows.maxDoc()) {
      throw new IllegalArgumentException(
          "rows must be of as many documents as the segment, "
              + in.maxDoc()
              + ", got: "
              + rows.maxDoc());
    }
    this.rows = rows;
    this.fields = union(in.getFieldInfos(), rows.getFieldInfos());
  }

  private static FieldInfos union(FieldInfos first, FieldInfos second) {
    List<FieldInfo> all = new ArrayList<>();
    int number = -1;
    for (FieldInfo one : first) {
      all.add(one);
      number = Math.max(number, one.number);
    }
    for (FieldInfo one : second) {
      if (first.fieldInfo(one.name) != null) {
        throw new IllegalArgumentException("a field must not be in both, got: " + one.name);
      }
      all.add(numbered(one, ++number));
    }
    return new FieldInfos(all.toArray(FieldInfo[]::new));
  }

  private static FieldInfo numbered(FieldInfo one, int number) {
    Map<String, String> attributes = new HashMap<>(one.attributes());
    return new FieldInfo(
        one.name,
        number,
        one.hasTermVectors(),
        one.omitsNorms(),
        one.hasPayloads(),
        one.getIndexOptions(),
        one.getDocValuesType(),
        one.docValuesSkipIndexType(),
        -1,
        attributes,
        one.getPointDimensionCount(),
        one.getPointIndexDimensionCount(),
        one.getPointNumBytes(),
        one.getVectorDimension(),
        one.getVectorEncoding(),
        one.getVectorSimilarityFunction(),
        one.isSoftDeletesField(),
        one.isParentField());
  }

  @Override
  public FieldInfos getFieldInfos() {
    return fields;
  }

  @Override
  public @Nullable KnnVectorsReader getVectorReader() {
    KnnVectorsReader first = in.getVectorReader();
    KnnVectorsReader second = rows.getVectorReader();
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    return new TwoVectorsReaders(first, second, rows.getFieldInfos());
  }

  @Override
  public @Nullable DocValuesProducer getDocValuesReader() {
    DocValuesProducer first = in.getDocValuesReader();
    DocValuesProducer second = rows.getDocValuesReader();
    if (second == null) {
      return first;
    }
    return new TwoDocValuesProducers(first, second, rows.getFieldInfos());
  }

  @Override
  public void checkIntegrity() throws IOException {
    in.checkIntegrity();
    rows.checkIntegrity();
  }

  @Override
  public @Nullable CacheHelper getCoreCacheHelper() {
    return null;
  }

  @Override
  public @Nullable CacheHelper getReaderCacheHelper() {
    return null;
  }
}
