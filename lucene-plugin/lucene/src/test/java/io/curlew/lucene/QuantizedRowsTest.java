package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Estimates;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorFileException;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows in a few bytes each. */
class QuantizedRowsTest {

  private static final int DOCUMENTS = 600;
  private static final int ANCHORS = 30;
  private static final int RANK = 5;
  private static final int BYTES = 8;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 6, DOCUMENTS, RANK, random);
  private final AnchorSet anchors = quantized(scores, BYTES);

  private static AnchorSet quantized(SyntheticScores scores, int bytes) {
    AnchorSet whole = scores.anchorSet();
    float[][] sample = IntStream.range(0, 400).mapToObj(scores::row).toArray(float[][]::new);
    return AnchorSet.of(
        whole.queries(), whole.modelFingerprint(), sample, RowEncoding.productQuantized(bytes));
  }

  private Directory index(AnchorSet of) throws IOException {
    return SyntheticIndex.build(scores, of, IntStream.range(0, DOCUMENTS).toArray(), 2);
  }

  @Test
  void aRowHasSoManyBytesInTheIndexAndLittleRecallIsLost() throws IOException {
    assertNotEquals(anchors.fingerprint(), scores.anchorSet().fingerprint());
    try (Directory small = index(anchors);
        Directory whole = index(scores.anchorSet());
        DirectoryReader smallReader = DirectoryReader.open(small);
        DirectoryReader wholeReader = DirectoryReader.open(whole)) {
      ByteVectorValues values =
          smallReader.leaves().getFirst().reader().getByteVectorValues("anchors");
      assertNotNull(values);
      assertEquals(BYTES, values.dimension());
      double misses = 0;
      for (int query = ANCHORS; query < ANCHORS + 6; query++) {
        misses += recall(wholeReader, scores.anchorSet(), query);
        misses -= recall(smallReader, anchors, query);
      }
      assertTrue(misses / 6 < 0.06, "recall lost: " + misses / 6);
    }
  }

  /** Scan, products and rows of one search must speak of the same numbers. */
  @Test
  void scanProductsAndNormsAreThoseOfTheDecodedRows() throws IOException {
    RowEncoding encoding = anchors.encoding();
    try (Directory directory = index(anchors);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      SearchSpace space =
          searcher.space(
              SyntheticScores.queryText(ANCHORS),
              SyntheticIndex.firstStage(scores, ANCHORS),
              SyntheticIndex.model(scores),
              null);
      float[] weights = new float[anchors.dimension()];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) random.nextGaussian();
      }
      Estimates best = space.top(anchors.latent(weights, 0), document -> false, DOCUMENTS);
      float[] products = space.rows(best.documents()).products(new float[][] {weights})[0];
      assertArrayEquals(best.scores(), products, 1e-3f);
      float[][] rows = searcher.rows(best.documents());
      float[] norms = space.rows(best.documents()).squaredNorms();
      List<String> texts = searcher.texts(best.documents());
      for (int i = 0; i < rows.length; i++) {
        int d = Integer.parseInt(texts.get(i).substring(texts.get(i).lastIndexOf(' ') + 1));
        float[] decoded = new float[encoding.dimension()];
        encoding.decode(encoding.encode(encoding.project(scores.row(d))), 1, decoded);
        assertArrayEquals(decoded, rows[i]);
        assertEquals(anchors.statistics().squaredNorm(rows[i]), norms[i]);
      }
    }
  }

  @Test
  void anExplanationNamesAnchorsAndSumsUp() throws IOException {
    try (Directory directory = index(anchors);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      SearchSpace space =
          searcher.space(
              SyntheticScores.queryText(ANCHORS),
              SyntheticIndex.firstStage(scores, ANCHORS),
              SyntheticIndex.model(scores),
              null);
      SearchResult result = search(searcher, anchors, ANCHORS);
      Hit last = result.hits().getLast();
      Explanation explanation = searcher.explain(space, result, last);
      assertEquals(last.score(), explanation.getValue().floatValue());
      assertTrue(explanation.toString().contains("query number"), explanation.toString());
    }
  }

  @Test
  void theAnchorFileHoldsTheQuantiser(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("anchors");
    AnchorFile.write(anchors, file);
    AnchorSet read = AnchorFile.read(file);
    assertEquals(anchors, read);
    assertEquals(BYTES, read.encoding().length());
    float[] stored = anchors.encoding().project(scores.row(7));
    assertArrayEquals(stored, read.encoding().project(scores.row(7)));
    assertArrayEquals(anchors.encoding().encode(stored), read.encoding().encode(stored));
    assertEquals(anchors, read.withQueryModel(anchors.queryModelFingerprint()));
    assertTrue(read.withQueryModel("other").encoding().isBytes());
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < 200; i++) {
      byte[] damaged = bytes.clone();
      damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      assertThrows(AnchorFileException.class, () -> AnchorFile.read(file));
    }
  }

  @Test
  void theFingerprintCoversTheQuantiser() {
    assertEquals(anchors.fingerprint(), quantized(scores, BYTES).fingerprint());
    assertNotEquals(anchors.fingerprint(), quantized(scores, BYTES + 1).fingerprint());
  }

  @Test
  void rowsOfOtherCodesAreRefused() throws IOException {
    AnchorSet others = quantized(scores, BYTES + 1);
    try (Directory directory = index(anchors);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      for (AnchorSet wrong : new AnchorSet[] {others, scores.anchorSet()}) {
        assertThrows(
            IncompatibleIndexException.class,
            () -> CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, wrong));
        assertThrows(
            IncompatibleIndexException.class,
            () -> SyntheticIndex.writer(directory, scores, wrong));
      }
    }
  }

  @Test
  void wrongValuesAreRefused() throws IOException {
    for (int bytes : new int[] {-1, 0, ANCHORS + 1}) {
      var e = assertThrows(IllegalArgumentException.class, () -> quantized(scores, bytes));
      assertTrue(String.valueOf(e.getMessage()).endsWith("got: " + bytes), e.toString());
    }
  }

  private SearchResult search(CurSearcher searcher, AnchorSet of, int query) throws IOException {
    return searcher.search(
        new AdaptiveSearch(),
        SyntheticIndex.firstStage(scores, query),
        scores.model(new AtomicInteger()),
        SearchRequest.of(SyntheticScores.queryText(query), 20, 60));
  }

  private double recall(DirectoryReader reader, AnchorSet of, int query) throws IOException {
    CurSearcher searcher = CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, of);
    List<String> best =
        IntStream.range(0, DOCUMENTS)
            .boxed()
            .sorted((a, b) -> Float.compare(scores.score(query, b), scores.score(query, a)))
            .limit(20)
            .map(SyntheticScores::id)
            .toList();
    return search(searcher, of, query).hits().stream()
            .filter(hit -> best.contains(hit.id()))
            .count()
        / 20.0;
  }
}
