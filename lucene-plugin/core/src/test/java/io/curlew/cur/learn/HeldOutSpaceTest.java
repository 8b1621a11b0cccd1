package io.curlew.cur.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AnchorRows;
import io.curlew.cur.Estimates;
import io.curlew.cur.InMemorySpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.AnchorStatistics;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;

/** Against the same by brute force, on arrays. */
class HeldOutSpaceTest {

  private static final int ANCHORS = 20;
  private static final int DOCUMENTS = 200;

  private final Random random = Seeds.random();
  private final float[][] rows = matrix(DOCUMENTS);
  private final AnchorSet anchors =
      AnchorSet.of(IntStream.range(0, ANCHORS).mapToObj(a -> "query " + a).toList(), "model", rows);
  private final BitSet out = new BitSet();
  private final float[][] centred =
      Arrays.stream(rows).map(anchors.statistics()::centre).toArray(float[][]::new);
  private final InMemorySpace whole =
      new InMemorySpace(
          InMemorySpace.Documents.of(
              anchors, rows, IntStream.range(0, DOCUMENTS).mapToObj(d -> "id" + d).toList()),
          List.of("feature"),
          new float[][] {matrix(DOCUMENTS, random)},
          null,
          some -> {
            throw new AssertionError("no call");
          });

  private final int asking;
  private final HeldOutSpace.Masked masked;
  private final HeldOutSpace space;
  private final float[] latent = matrix(ANCHORS, random);

  HeldOutSpaceTest() {
    asking = random.nextInt(ANCHORS);
    random.ints(5, 0, ANCHORS).forEach(out::set);
    out.set(asking);
    float[][] kept = new HeldOutSpace.Masked(anchors, out).mask(centred);
    masked = new HeldOutSpace.Masked(anchors.withStatistics(AnchorStatistics.of(kept)), out);
    space = new HeldOutSpace(whole, masked, asking, latent);
  }

  /** Rows of a few factors and noise, far from 0. */
  private float[][] matrix(int count) {
    float[][] factors = {matrix(ANCHORS, random), matrix(ANCHORS, random), matrix(ANCHORS, random)};
    float[][] matrix = new float[count][];
    for (int d = 0; d < count; d++) {
      matrix[d] = matrix(ANCHORS, random);
      for (float[] factor : factors) {
        float weight = (float) (3 * random.nextGaussian());
        for (int a = 0; a < ANCHORS; a++) {
          matrix[d][a] += weight * factor[a] + 10;
        }
      }
    }
    return matrix;
  }

  private static float[] matrix(int length, Random random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private int[] some() {
    return random.ints(30, 0, DOCUMENTS).distinct().toArray();
  }

  private float[] zeroed(float[] values) {
    float[] kept = values.clone();
    for (int a = 0; a < kept.length; a++) {
      kept[a] = out.get(a) ? 0 : kept[a];
    }
    return kept;
  }

  private static double product(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
  }

  @RepeatedTest(5)
  void columnsHeldOutAreZeroAndOthersAsTheyWere() throws IOException {
    int[] some = some();
    float[][] values = space.rows(some).values();
    for (int i = 0; i < some.length; i++) {
      assertArrayEquals(zeroed(centred[some[i]]), values[i]);
    }
    assertArrayEquals(zeroed(latent), Objects.requireNonNull(space.latent()).weights());
    assertNull(new HeldOutSpace(whole, masked, asking, null).latent());
    assertArrayEquals(whole.rows(some).features(), space.rows(some).features());
    assertArrayEquals(
        whole.rows(some).values()[0], centred[some[0]], "the whole is as it was before");
  }

  @RepeatedTest(5)
  void productsAndNormsAreThoseOfTheRowsThatAreLeft() throws IOException {
    int[] some = some();
    AnchorRows left = space.rows(some);
    float[][] vectors = {matrix(ANCHORS, random), matrix(ANCHORS, random)};
    float[][] products = left.products(vectors);
    float[][] transformed = space.anchors().statistics().transform(left.values());
    for (int i = 0; i < some.length; i++) {
      float[] row = zeroed(centred[some[i]]);
      for (int v = 0; v < vectors.length; v++) {
        assertEquals(product(vectors[v], row), products[v][i], 1e-3);
      }
      assertEquals(product(row, transformed[i]), left.squaredNorms()[i], 1e-4);
      for (int a : out.stream().toArray()) {
        assertEquals(0, transformed[i][a], 1e-6, "the metric does not see what is held out");
      }
    }
    assertEquals(1, Arrays.stream(all()).average().orElse(0), 0.05, "mean norm");
  }

  private double[] all() throws IOException {
    float[] norms = space.rows(IntStream.range(0, DOCUMENTS).toArray()).squaredNorms();
    return IntStream.range(0, DOCUMENTS).mapToDouble(d -> norms[d]).toArray();
  }

  @RepeatedTest(5)
  void theBestAreFoundByWhatIsLeft() throws IOException {
    LatentQuery query = space.anchors().latent(matrix(ANCHORS, random), 3);
    BitSet excluded = new BitSet();
    random.ints(50, 0, DOCUMENTS).forEach(excluded::set);
    Estimates top = space.top(query, excluded::get, 10);
    double[] estimates =
        Arrays.stream(centred)
            .mapToDouble(row -> 3 + product(query.weights(), zeroed(row)))
            .toArray();
    double[] best =
        IntStream.range(0, DOCUMENTS)
            .filter(d -> !excluded.get(d))
            .mapToDouble(d -> -estimates[d])
            .sorted()
            .toArray();
    for (int i = 0; i < 10; i++) {
      assertTrue(!excluded.get(top.documents()[i]));
      assertEquals(-best[i], top.scores()[i], 1e-3);
      assertEquals(estimates[top.documents()[i]], top.scores()[i], 1e-3);
    }
  }

  @RepeatedTest(5)
  void theModelIsTheColumnOfTheAnchorThatAsks() throws IOException {
    int[] some = some();
    float[] scores = space.score(some).run();
    for (int i = 0; i < some.length; i++) {
      assertEquals(centred[some[i]][asking], scores[i]);
    }
    int[] exact =
        IntStream.range(0, DOCUMENTS)
            .boxed()
            .sorted(Comparator.comparingDouble(d -> -centred[d][asking]))
            .limit(10)
            .mapToInt(Integer::intValue)
            .toArray();
    assertArrayEquals(exact, space.exactTop(10));
  }
}
