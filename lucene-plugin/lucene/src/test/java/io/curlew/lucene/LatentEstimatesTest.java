package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.curlew.cur.Estimates;
import io.curlew.cur.FixedAnchors;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Estimates of latent queries, however rows are stored: many in one pass are what each gives by
 * itself.
 */
class LatentEstimatesTest {

  private static final int DOCUMENTS = 700;
  private static final int ANCHORS = 37; // not a multiple of any vector length
  private static final int QUERIES = 131; // more than one pass

  enum Rows {
    FLOATS,
    BYTES,
    CODES
  }

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 6, DOCUMENTS, 5, random);

  @ParameterizedTest
  @EnumSource
  void isEachByItself(Rows rows) throws IOException {
    searching(
        rows,
        searcher -> {
          assertEquals(DOCUMENTS - 2, searcher.documentCount());
          List<LatentQuery> latents = latents(searcher.anchors());
          for (int n : new int[] {1, 10, DOCUMENTS}) {
            List<Estimates> together = searcher.top(latents, n);
            assertEquals(QUERIES, together.size());
            for (int q = 0; q < QUERIES; q++) {
              Estimates alone = space(searcher).top(latents.get(q), document -> false, n);
              assertEquals(Math.min(n, DOCUMENTS - 2), together.get(q).documents().length);
              assertArrayEquals(alone.scores(), together.get(q).scores(), 1e-3f);
              checkScores(searcher, latents.get(q), together.get(q));
            }
          }
          assertEquals(List.of(), searcher.top(List.of(), 3));
          assertThrows(IllegalArgumentException.class, () -> searcher.top(latents, 0));
        });
  }

  /** What was found really has the scores. */
  private void checkScores(CurSearcher searcher, LatentQuery latent, Estimates found)
      throws IOException {
    float[] products =
        space(searcher).rows(found.documents()).products(new float[][] {latent.weights()})[0];
    for (int i = 0; i < products.length; i++) {
      assertEquals(products[i] + latent.intercept(), found.scores()[i], 1e-3f);
    }
  }

  @ParameterizedTest
  @EnumSource
  void queriesFittedTogetherAreThoseFittedByThemselves(Rows rows) throws IOException {
    searching(
        rows,
        searcher -> {
          int[] documents = IntStream.range(0, 40).map(i -> 7 * i).toArray();
          FixedAnchors fixed =
              FixedAnchors.prepare(
                  searcher.anchors(), searcher.texts(documents), searcher.rows(documents));
          AtomicInteger calls = new AtomicInteger();
          List<String> queries =
              IntStream.range(ANCHORS, ANCHORS + 6).mapToObj(SyntheticScores::queryText).toList();
          List<LatentQuery> together = fixed.fit(scores.model(calls), queries);
          assertEquals(6 * fixed.size(), calls.get());
          for (int q = 0; q < queries.size(); q++) {
            assertArrayEquals(
                fixed.fit(scores.model(calls), queries.get(q)).weights(),
                together.get(q).weights());
          }
        });
  }

  /** Does something with an index of such rows, on two threads. */
  private void searching(Rows rows, Use use) throws IOException {
    AnchorSet anchors = anchors(rows);
    try (Directory directory = index(anchors, rows);
        DirectoryReader reader = DirectoryReader.open(directory);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      use.of(CurSearcher.open(new IndexSearcher(reader, threads), CurSchema.DEFAULT, anchors));
    }
  }

  private interface Use {
    void of(CurSearcher searcher) throws IOException;
  }

  private static Set<Integer> boxed(int[] documents) {
    return Arrays.stream(documents).boxed().collect(Collectors.toSet());
  }

  private List<LatentQuery> latents(AnchorSet anchors) {
    List<LatentQuery> latents = new ArrayList<>();
    for (int q = 0; q < QUERIES; q++) {
      float[] weights = new float[anchors.dimension()];
      for (int a = 0; a < weights.length; a++) {
        weights[a] = (float) random.nextGaussian();
      }
      latents.add(anchors.latent(weights, q));
    }
    return latents;
  }

  private AnchorSet anchors(Rows rows) {
    return scores.anchorSet(
        switch (rows) {
          case FLOATS -> RowEncoding.floats();
          case BYTES -> RowEncoding.int8();
          case CODES -> RowEncoding.productQuantized(8);
        });
  }

  /** Several segments, two documents deleted. */
  private Directory index(AnchorSet anchors, Rows rows) throws IOException {
    Directory directory = new ByteBuffersDirectory();
    for (int s = 0; s < 3; s++) {
      try (TextIndexWriter writer =
          TextIndexWriter.open(
              directory,
              CurSchema.DEFAULT,
              new WhitespaceAnalyzer(),
              anchors,
              scores.model(new AtomicInteger()),
              null)) {
        writer.add(
            IntStream.range(DOCUMENTS * s / 3, DOCUMENTS * (s + 1) / 3)
                .mapToObj(d -> new TextDocument(SyntheticScores.id(d), SyntheticScores.text(d)))
                .toList());
        if (s == 2) {
          writer.delete(SyntheticScores.id(0));
          writer.delete(SyntheticScores.id(DOCUMENTS - 1));
        }
        writer.commit(Map.of());
      }
    }
    return directory;
  }

  private SearchSpace space(CurSearcher searcher) throws IOException {
    return searcher.space("q", List.of(), SyntheticIndex.model(scores), null);
  }
}
