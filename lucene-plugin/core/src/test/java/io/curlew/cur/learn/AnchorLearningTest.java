package io.curlew.cur.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.InMemorySpace;
import io.curlew.cur.LatentSearch;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.FeatureStatistics;
import io.curlew.cur.anchor.LatentMap;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Scores that are bilinear in a query's vector and something of the document, and noise. */
class AnchorLearningTest {

  private static final int ANCHORS = 60;
  private static final int OTHERS = 20;
  private static final int DOCUMENTS = 500;
  private static final int RANK = 6;
  private static final int K = 10;

  private final Random random = Seeds.random();
  private final float[][] vectors = gaussian(ANCHORS + OTHERS, RANK);
  private final float[][] scores = new float[ANCHORS + OTHERS][DOCUMENTS];
  private final float[][] noisy = new float[ANCHORS + OTHERS][DOCUMENTS];
  private final float[][] rows = new float[DOCUMENTS][ANCHORS];

  AnchorLearningTest() {
    float[][] of = gaussian(DOCUMENTS, RANK);
    for (int q = 0; q < scores.length; q++) {
      for (int d = 0; d < DOCUMENTS; d++) {
        double sum = 100 + 0.05 * random.nextGaussian();
        for (int r = 0; r < RANK; r++) {
          sum += vectors[q][r] * of[d][r];
        }
        scores[q][d] = (float) sum;
        noisy[q][d] = (float) (sum - 100 + 4 * random.nextGaussian());
        if (q < ANCHORS) {
          rows[d][q] = scores[q][d];
        }
      }
    }
  }

  private float[][] gaussian(int count, int length) {
    float[][] matrix = new float[count][length];
    for (float[] row : matrix) {
      for (int i = 0; i < length; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return matrix;
  }

  private AnchorSet anchors(RowEncoding.Choice encoding) {
    List<String> queries = IntStream.range(0, ANCHORS).mapToObj(a -> "query " + a).toList();
    return AnchorSet.of(queries, "model", rows, encoding);
  }

  private SearchSpace space(AnchorSet anchors, int query, boolean features) {
    List<String> ids = IntStream.range(0, DOCUMENTS).mapToObj(d -> "id" + d).toList();
    float[][] stored = new float[DOCUMENTS][];
    for (int d = 0; d < DOCUMENTS; d++) {
      stored[d] = anchors.encoding().project(rows[d]);
    }
    LatentMap map = anchors.learned().latent();
    return new InMemorySpace(
        InMemorySpace.Documents.of(anchors, stored, ids),
        features ? List.of("noisy") : List.of(),
        features ? new float[][] {noisy[query]} : new float[0][],
        map == null ? null : anchors.latent(map.weights(vectors[query]), 0),
        some -> {
          throw new AssertionError("no call");
        });
  }

  private Learned learn(AnchorSet anchors, boolean features, boolean withVectors, Runnable told)
      throws IOException {
    AnchorQueries queries =
        new AnchorQueries() {
          @Override
          public SearchSpace space(int anchor) {
            return AnchorLearningTest.this.space(anchors, anchor, features);
          }

          @Override
          public float @Nullable [] vector(int anchor) {
            return withVectors ? vectors[anchor] : null;
          }
        };
    return AnchorLearning.learn(anchors, queries, 1, told);
  }

  /** The share of the exact top that a list holds, over the queries that are no anchors. */
  private double recall(ListOf lists) throws IOException {
    double found = 0;
    for (int q = ANCHORS; q < scores.length; q++) {
      float[] of = scores[q];
      Set<Integer> exact =
          IntStream.range(0, DOCUMENTS)
              .boxed()
              .sorted(Comparator.comparingDouble(d -> -of[d]))
              .limit(K)
              .collect(Collectors.toSet());
      found += lists.of(q).stream().filter(exact::contains).count();
    }
    return found / K / OTHERS;
  }

  /** A list of documents for a query. */
  private interface ListOf {
    List<Integer> of(int query) throws IOException;
  }

  @Test
  void aBilinearStructureIsFoundFromVectorsAlone() throws IOException {
    AtomicInteger told = new AtomicInteger();
    AnchorSet plain = anchors(RowEncoding.floats());
    AnchorSet anchors = plain.withLearned(learn(plain, true, true, told::incrementAndGet));
    assertTrue(told.get() >= ANCHORS, "progress: " + told);
    LatentMap map = Objects.requireNonNull(anchors.learned().latent());
    assertEquals(RANK, map.vectorDimension());
    double byVector =
        recall(
            q -> {
              LatentQuery latent = anchors.latent(map.weights(vectors[q]), 0);
              int[] top = space(anchors, q, true).top(latent, document -> false, K).documents();
              return IntStream.of(top).boxed().toList();
            });
    assertTrue(byVector > 0.6, "recall of latent queries, .02 by chance: " + byVector);
    double searched =
        recall(
            q ->
                new LatentSearch()
                        .search(space(anchors, q, true), SearchRequest.of("a query", K, 1))
                        .hits()
                        .stream()
                        .map(hit -> hit.document())
                        .toList());
    assertTrue(searched > 0.6, "recall of a search without a call: " + searched);
    double first = recall(q -> IntStream.of(space(plain, q, true).list(0, K)).boxed().toList());
    assertTrue(searched > first + 0.1, searched + " must be above the first stage's " + first);
  }

  @Test
  void statisticsAreThoseOfTheListsAndTheLatentQuerysAreHeldOut() throws IOException {
    AnchorSet anchors = anchors(RowEncoding.floats());
    FeatureStatistics with =
        Objects.requireNonNull(learn(anchors, true, true, () -> {}).features());
    assertEquals(List.of("noisy", "latent"), with.features());
    double[][] c = with.covariances();
    for (int i = 0; i < 4; i++) {
      assertTrue(c[i][i] > 0);
      for (int j = 0; j < 4; j++) {
        assertEquals(c[j][i], c[i][j], 1e-9);
      }
    }
    double correlation = c[1][3] / Math.sqrt(c[1][1] * c[3][3]);
    assertTrue(correlation > 0.5 && correlation < 1, "latent and score: " + correlation);
    FeatureStatistics without =
        Objects.requireNonNull(learn(anchors, true, false, () -> {}).features());
    assertEquals(List.of("noisy"), without.features());
    assertEquals(c[0][0], without.covariances()[0][0], 1e-9);
  }

  @Test
  void withoutVectorsOrWithProjectedRowsThereIsNoLatentQuery() throws IOException {
    assertNull(learn(anchors(RowEncoding.floats()), true, false, () -> {}).latent());
    AnchorSet projected = anchors(RowEncoding.projected(8, RowEncoding.floats()));
    Learned learned = learn(projected, true, true, () -> {});
    assertNull(learned.latent());
    assertTrue(Objects.requireNonNull(learned.features()).covariances()[0][0] > 0);
  }

  @Test
  void weightsOfAnAnchorAreZeroForThoseThatWereHeldOutWithIt() {
    for (int size : new int[] {2, 3, 5, 11, ANCHORS}) {
      float[][] some = gaussian(DOCUMENTS, size);
      float[][] residuals = gaussian(size, DOCUMENTS);
      LatentFit fit = new LatentFit(gaussian(size, RANK), some, residuals);
      float[][] weights = fit.heldOut().weights();
      int folds = Math.min(5, size);
      for (int a = 0; a < size; a++) {
        for (int other = 0; other < size; other++) {
          if (a % folds == other % folds) {
            assertEquals(0, weights[a][other]);
          } else {
            assertNotEquals(0, weights[a][other]);
          }
        }
      }
    }
  }

  /** With one ridge: what was held out may be anything. */
  @Test
  void whatIsHeldOutHasNoPart() {
    int size = 20;
    float[][] ofQueries = gaussian(size, RANK);
    float[][] some = gaussian(DOCUMENTS, size);
    float[][] residuals = gaussian(size, DOCUMENTS);
    LatentFit.HeldOut before = new LatentFit(ofQueries, some, residuals).heldOut();
    for (int a = 0; a < size; a += 5) {
      residuals[a] = gaussian(1, DOCUMENTS)[0];
      for (float[] row : some) {
        row[a] = (float) random.nextGaussian();
      }
    }
    LatentFit.HeldOut after = new LatentFit(ofQueries, some, residuals).heldOut();
    if (before.ridge() == after.ridge()) {
      for (int a = 0; a < size; a += 5) {
        assertArrayEquals(before.weights()[a], after.weights()[a], 1e-5f);
      }
    }
  }

  @Test
  void withoutFeaturesTheLatentQueryAloneRanks() throws IOException {
    AnchorSet plain = anchors(RowEncoding.floats());
    AnchorSet anchors = plain.withLearned(learn(plain, false, true, () -> {}));
    double searched =
        recall(
            q ->
                new LatentSearch()
                        .search(space(anchors, q, false), SearchRequest.of("a query", K, 1))
                        .hits()
                        .stream()
                        .map(hit -> hit.document())
                        .toList());
    assertTrue(searched > 0.6, "recall of a search without a call: " + searched);
  }
}
