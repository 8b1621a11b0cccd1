package io.curlew.lucene;

import io.curlew.lucene.rows.CurFlatVectorsFormat;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;

/** Makes a codec store vectors flat. */
public final class CurCodec {

  private CurCodec() {}

  /**
   * Lucene's default codec, except that every vector field is written with {@link
   * CurFlatVectorsFormat}. It keeps the default codec's name: the format is recorded per field, so
   * the index opens without naming a codec.
   */
  public static Codec flat() {
    Codec codec = Codec.getDefault();
    KnnVectorsFormat flat = new CurFlatVectorsFormat();
    KnnVectorsFormat perField =
        new PerFieldKnnVectorsFormat() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return flat;
          }
        };
    return new FilterCodec(codec.getName(), codec) {
      @Override
      public KnnVectorsFormat knnVectorsFormat() {
        return perField;
      }
    };
  }
}
