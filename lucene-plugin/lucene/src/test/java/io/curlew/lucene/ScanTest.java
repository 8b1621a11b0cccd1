package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Estimates;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.lucene.rows.CurFlatVectorsFormat;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SlowCodecReaderWrapper;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows in the engine's own formats, whichever this version has, next to rows stored flat. */
class ScanTest {

  private static final String HNSW = "Lucene99HnswVectorsFormat";
  private static final int DOCUMENTS = 500;
  private static final int ANCHORS = 64;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 12, DOCUMENTS, 6, random);
  private final AnchorSet anchors = scores.anchorSet();

  /** Those that can be written to, for floats. */
  static List<String> formats() {
    return KnnVectorsFormat.availableKnnVectorsFormats().stream()
        .filter(name -> name.matches("Lucene\\d+.*Vectors.*") && isWritable(name))
        .sorted()
        .toList();
  }

  private static boolean isWritable(String name) {
    Class<?> format = KnnVectorsFormat.forName(name).getClass();
    boolean old = format.getPackageName().contains("backward_codecs"); // for reading only
    return !old && (name.contains("Quantized") || name.equals(HNSW));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void rowsInAFormatOfTheEnginesOwnAreScannedAsStored(String format) throws IOException {
    LatentQuery latent = latent();
    SearchRequest request = SearchRequest.of(SyntheticScores.queryText(ANCHORS), 10, 100);
    try (Directory flat = flat();
        Directory directory = written(flat, format);
        DirectoryReader expected = DirectoryReader.open(flat);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      assertArrayEquals(
          top(searcher(expected), latent).scores(), top(searcher(reader), latent).scores());
      assertEquals(
          search(searcher(expected), request).hits(), search(searcher(reader), request).hits());
    }
  }

  private CurSearcher searcher(DirectoryReader reader) throws IOException {
    return CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
  }

  private SearchResult search(CurSearcher searcher, SearchRequest request) throws IOException {
    return searcher.search(
        new AdaptiveSearch(),
        SyntheticIndex.firstStage(scores, ANCHORS),
        SyntheticIndex.model(scores),
        request);
  }

  private static Estimates top(CurSearcher searcher, LatentQuery latent) throws IOException {
    return searcher.top(List.of(latent), DOCUMENTS).getFirst();
  }

  /** A weight of either sign for every anchor. */
  private LatentQuery latent() {
    float[] weights = new float[ANCHORS];
    for (int a = 0; a < ANCHORS; a++) {
      weights[a] = (float) random.nextGaussian() * 0.01f;
    }
    return anchors.latent(weights, 0.5f);
  }

  /** The synthetic index in three segments. */
  private Directory flat() throws IOException {
    return SyntheticIndex.build(scores, anchors, IntStream.range(0, DOCUMENTS).toArray(), 3);
  }

  /** An index rewritten with a format for the anchor rows. */
  private static Directory written(Directory flat, String format) throws IOException {
    Directory directory = new ByteBuffersDirectory();
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer())
            .setCodec(codec(KnnVectorsFormat.forName(format)))
            .setMergePolicy(NoMergePolicy.INSTANCE);
    try (DirectoryReader reader = DirectoryReader.open(flat);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        CodecReader one = SlowCodecReaderWrapper.wrap(leaf.reader());
        writer.addIndexes(one);
      }
    }
    return directory;
  }

  private static Codec codec(KnnVectorsFormat format) {
    Codec codec = Codec.getDefault();
    KnnVectorsFormat flat = new CurFlatVectorsFormat();
    KnnVectorsFormat perField =
        new PerFieldKnnVectorsFormat() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return field.equals(CurSchema.DEFAULT.anchors()) ? format : flat;
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
