package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.curlew.cur.Candidates;
import io.curlew.cur.Candidates.Estimates;
import io.curlew.cur.FixedAnchors;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
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
 * itself, and a narrowed search looks at the documents that are left.
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
            List<Estimates> together = searcher.best(latents, n);
            assertEquals(QUERIES, together.size());
            for (int q = 0; q < QUERIES; q++) {
              Estimates alone = candidates(searcher).best(latents.get(q), new BitSet(), n);
              assertEquals(Math.min(n, DOCUMENTS - 2), together.get(q).documents().length);
              assertArrayEquals(alone.scores(), together.get(q).scores(), 1e-3f);
              checkScores(searcher, latents.get(q), together.get(q));
            }
          }
          assertEquals(List.of(), searcher.best(List.of(), 3));
          assertThrows(IllegalArgumentException.class, () -> searcher.best(latents, 0));
        });
  }

  /** What was found really has the scores. */
  private static void checkScores(CurSearcher searcher, LatentQuery latent, Estimates found)
      throws IOException {
    float[] products =
        candidates(searcher).products(found.documents(), new float[][] {latent.weights()})[0];
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
          FixedAnchors fixed =
              FixedAnchors.prepare(
                  searcher.anchors(),
                  candidates(searcher),
                  IntStream.range(0, 40).map(i -> 7 * i).toArray());
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

  @ParameterizedTest
  @EnumSource
  void narrowedItLooksAtTheHighestOnly(Rows rows) throws IOException {
    searching(
        rows,
        searcher -> {
          List<LatentQuery> latents = latents(searcher.anchors());
          Candidates candidates = candidates(searcher);
          int left = 200;
          candidates.narrow(left);
          Estimates all = candidates.best(latents.get(0), new BitSet(), DOCUMENTS);
          assertEquals(DOCUMENTS - 2, all.documents().length, "the first one looks at all");
          int ties = left;
          while (all.scores()[ties] == all.scores()[left - 1]) {
            ties++;
          }
          Estimates among = candidates.best(latents.get(1), new BitSet(), DOCUMENTS);
          assertEquals(
              boxed(Arrays.copyOf(all.documents(), ties)),
              boxed(among.documents()),
              "left are the highest and all ties with the last");
          checkScores(searcher, latents.get(1), among);

          BitSet excluded = new BitSet();
          excluded.set(among.documents()[0]);
          assertArrayEquals(
              Arrays.copyOfRange(among.documents(), 1, 6),
              candidates.best(latents.get(1), excluded, 5).documents());
          candidates.narrow(DOCUMENTS);
          assertArrayEquals(
              among.documents(),
              candidates.best(latents.get(1), new BitSet(), DOCUMENTS).documents(),
              "it never widens");
          assertEquals(
              DOCUMENTS - 2,
              candidates(searcher).best(latents.get(1), new BitSet(), DOCUMENTS).documents().length,
              "another search knows nothing of it");
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
      latents.add(new LatentQuery(weights, 0, q));
    }
    return latents;
  }

  private AnchorSet anchors(Rows rows) {
    AnchorSet whole = scores.anchorSet();
    float[][] sample = IntStream.range(0, 400).mapToObj(scores::row).toArray(float[][]::new);
    return rows == Rows.CODES
        ? AnchorSet.quantized(whole.queries(), whole.modelFingerprint(), sample, 8)
        : whole;
  }

  /** Several segments, two documents deleted. */
  private Directory index(AnchorSet anchors, Rows rows) throws IOException {
    Directory directory = new ByteBuffersDirectory();
    for (int s = 0; s < 3; s++) {
      try (CurIndexWriter writer =
          CurIndexWriter.open(
              directory,
              CurSchema.DEFAULT,
              new WhitespaceAnalyzer(),
              anchors,
              scores.model(new AtomicInteger()),
              null,
              IndexingOptions.DEFAULT.withBytes(rows == Rows.BYTES))) {
        writer.add(
            IntStream.range(DOCUMENTS * s / 3, DOCUMENTS * (s + 1) / 3)
                .mapToObj(d -> new CurDocument(SyntheticScores.id(d), SyntheticScores.text(d)))
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

  private static Candidates candidates(CurSearcher searcher) throws IOException {
    return searcher.candidates("q", (index, query, accepted, found) -> {}, null);
  }
}
