package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Candidates;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
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

/** The engine's own formats, whichever this version has, next to a scan of the rows as stored. */
class ScanTest {

  private static final String HNSW = "Lucene99HnswVectorsFormat";
  private static final int DOCUMENTS = 2000;
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
  void everyWayFindsMostOfTheBestAndScoresItByTheRowsAsStored(String format) throws IOException {
    try (Directory directory = written(format);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher exact = CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      LatentQuery estimate = estimate();
      Candidates.Estimates all = best(exact, estimate, DOCUMENTS);
      Candidates.Estimates expected = best(exact, estimate, 100);
      for (Scan scan : Scan.values()) {
        Candidates.Estimates found = best(exact.withScan(scan), estimate, 100);
        assertEquals(100, found.documents().length);
        Set<Integer> common = new HashSet<>(IntStream.of(found.documents()).boxed().toList());
        common.retainAll(IntStream.of(expected.documents()).boxed().toList());
        int bound = format.equals(HNSW) && scan == Scan.GRAPH ? 90 : 100;
        assertTrue(common.size() >= bound, format + " " + scan + " finds " + common.size());
        checkScores(scan, found, all);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyWayFindsTheBestDocumentWithinABudget(String format) throws IOException {
    try (Directory directory = written(format);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher exact = CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      SearchResult expected = search(exact);
      for (Scan scan : Scan.values()) {
        assertEquals(expected.hits().getFirst(), search(exact.withScan(scan)).hits().getFirst());
      }
    }
  }

  private SearchResult search(CurSearcher searcher) throws IOException {
    return searcher.search(
        new AdaptiveSearch(anchors),
        SyntheticIndex.firstStage(scores, ANCHORS),
        scores.model(new AtomicInteger()),
        SearchRequest.of(SyntheticScores.queryText(ANCHORS), 10, 400));
  }

  private static void checkScores(
      Scan scan, Candidates.Estimates found, Candidates.Estimates exact) {
    for (int i = 0; i < found.documents().length; i++) {
      int document = found.documents()[i];
      int at = IntStream.of(exact.documents()).boxed().toList().indexOf(document);
      assertEquals(exact.scores()[at], found.scores()[i], 1e-4f, scan.toString());
    }
  }

  private Candidates.Estimates best(CurSearcher searcher, LatentQuery estimate, int n)
      throws IOException {
    return searcher
        .candidates("q", SyntheticIndex.firstStage(scores, ANCHORS), null)
        .best(estimate, new BitSet(), n);
  }

  /** A weight of either sign for every anchor, none for the first stage, which graphs know not. */
  private LatentQuery estimate() {
    float[] weights = new float[ANCHORS];
    for (int a = 0; a < ANCHORS; a++) {
      weights[a] = (float) random.nextGaussian() * 0.01f;
    }
    return new LatentQuery(weights, 0, 0.5f);
  }

  /** The synthetic index in three segments, rewritten with a format for the anchor rows. */
  private Directory written(String format) throws IOException {
    Directory flat =
        SyntheticIndex.build(scores, anchors, IntStream.range(0, DOCUMENTS).toArray(), 3);
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
    flat.close();
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
