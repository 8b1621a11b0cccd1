package io.curlew.lucene;

import io.curlew.lucene.rows.CurFlatVectorsFormat;
import io.curlew.lucene.rows.RowFields;
import java.util.Set;
import java.util.function.Predicate;
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
    return flat(field -> true);
  }

  /**
   * The same for some fields, such as those of anchor rows, and their sketches; other vectors keep
   * their graph.
   */
  public static Codec flatFor(String... fields) {
    Set<String> names = Set.of(fields);
    return flat(field -> names.contains(RowFields.rowsOf(field)));
  }

  private static Codec flat(Predicate<String> chosen) {
    Codec codec = Codec.getDefault();
    KnnVectorsFormat flat = new CurFlatVectorsFormat();
    KnnVectorsFormat others = codec.knnVectorsFormat();
    KnnVectorsFormat perField =
        new PerFieldKnnVectorsFormat() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            if (chosen.test(field)) {
              return flat;
            }
            return others instanceof PerFieldKnnVectorsFormat formats
                ? formats.getKnnVectorsFormatForField(field)
                : others;
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
