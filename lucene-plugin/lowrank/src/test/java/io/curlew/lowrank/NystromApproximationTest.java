package io.curlew.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NystromApproximationTest {

  private final Random random = Seeds.random();

  /** A A^T for all test matrices whose squares are within range. */
  static Stream<Arguments> matrices() {
    Map<String, DMatrixRMaj> all = TestMatrices.all(Seeds.random());
    all.remove("tiny");
    all.remove("huge");
    return all.entrySet().stream()
        .map(
            entry -> {
              DMatrixRMaj m = entry.getValue();
              DMatrixRMaj gram = TestMatrices.multiply(m, TestMatrices.transpose(m));
              return Arguments.of(Named.of(entry.getKey(), gram));
            });
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void residualIsBoundedByItsTrace(DMatrixRMaj a) {
    DMatrixRMaj before = a.copy();
    int n = a.numRows;
    double norm = TestMatrices.spectral(a);
    double[] sigma = TestMatrices.singularValues(a);
    long seed = random.nextLong();
    for (int rank : new int[] {1, 3, n / 2, n}) {
      if (rank < 1 || rank > n) {
        continue;
      }
      NystromApproximation nystrom = NystromApproximation.compute(a, Truncation.rank(rank), seed);
      int[] pivots = nystrom.pivots();
      assertEquals(pivots.length, Arrays.stream(pivots).distinct().count());
      assertTrue(pivots.length <= rank);
      assertArrayEquals(
          pivots, NystromApproximation.compute(a, Truncation.rank(rank), seed).pivots());
      double error = TestMatrices.frobenius(TestMatrices.minus(a, nystrom.reconstruct()));
      assertTrue(error <= nystrom.errorEstimate() + 1e-12 * n * norm);
      if (rank == n || sigma[rank] == 0) {
        assertTrue(error <= 1e-12 * n * norm, "" + error);
      }
      DMatrixRMaj b = TestMatrices.gaussian(n, 2, random);
      assertArrayEquals(
          TestMatrices.multiply(nystrom.reconstruct(), b).data,
          nystrom.multiply(b).data,
          1e-12 * n * norm);
    }
    assertArrayEquals(before.data, a.data);
  }

  @Test
  void aToleranceIsOnTheTrace() {
    DMatrixRMaj m = TestMatrices.spectrum(50, 50, TestMatrices.geometric(50, 0.7), random);
    DMatrixRMaj a = TestMatrices.multiply(m, TestMatrices.transpose(m));
    double trace = 0;
    for (int i = 0; i < 50; i++) {
      trace += a.get(i, i);
    }
    for (double tolerance : new double[] {1e-1, 1e-4}) {
      NystromApproximation found =
          NystromApproximation.compute(a, Truncation.relative(tolerance), 7);
      assertTrue(found.errorEstimate() <= tolerance * trace * (1 + 1e-6));
      assertTrue(found.pivots().length < 30);
    }
  }

  @Test
  void farBeyondTheNumericalRankTheTruncatedCoreKeepsTheDigits() {
    DMatrixRMaj m = TestMatrices.spectrum(150, 150, TestMatrices.geometric(150, 0.7), random);
    DMatrixRMaj a = TestMatrices.multiply(m, TestMatrices.transpose(m));
    NystromApproximation nystrom =
        NystromApproximation.compute(a, Truncation.rank(120), random.nextLong());
    double error = TestMatrices.spectral(TestMatrices.minus(a, nystrom.reconstruct()));
    assertTrue(error <= 1e-12, "" + error);
    assertTrue(nystrom.conditionNumber() > 1e10);
    assertTrue(nystrom.effectiveRank() < 10);
  }

  @Test
  void theExpectedTraceErrorIsNearTheBest() {
    double[] sigma = TestMatrices.geometric(40, 0.7);
    DMatrixRMaj q = TestMatrices.orthonormal(40, 40, random);
    DMatrixRMaj a =
        TestMatrices.multiply(Matrices.scaleColumns(q.copy(), sigma), TestMatrices.transpose(q));
    int rank = 8;
    double best = Arrays.stream(sigma).skip(rank).sum();
    double sum = 0;
    for (int trial = 0; trial < 100; trial++) {
      sum +=
          NystromApproximation.compute(a, Truncation.rank(rank), random.nextLong()).errorEstimate();
    }
    // Diagonal sampling with r pivots: at most (r + 1) times the best.
    assertTrue(sum / 100 <= (rank + 1) * best, sum / 100 / best + " times the best");
  }

  @Test
  void whatIsNotPositiveSemidefiniteIsAnError() {
    assertMessage("rows of the matrix must equal its columns, got: 2 and 3", new DMatrixRMaj(2, 3));
    assertMessage(
        "the matrix must be symmetric, got: 2.0 at row 0, column 1 and 3.0 at its mirror image",
        new DMatrixRMaj(new double[][] {{1, 2}, {3, 1}}));
    for (double[][] indefinite :
        new double[][][] {{{1, 2}, {2, 1}}, {{0, 1}, {1, 0}}, {{-1, 0}, {0, -1}}}) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  NystromApproximation.compute(new DMatrixRMaj(indefinite), Truncation.rank(2), 1));
      String message = String.valueOf(e.getMessage());
      assertTrue(message.startsWith("the matrix must be positive semidefinite, got"), message);
    }
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> NystromApproximation.compute(TestMatrices.hilbert(4), Truncation.rank(5), 1));
    assertEquals("rank must be at most 4, got: 5", e.getMessage());
    assertMessage(
        "entries must be finite, got: NaN at row 0, column 0",
        new DMatrixRMaj(new double[][] {{Double.NaN}}));
  }

  private static void assertMessage(String message, DMatrixRMaj a) {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> NystromApproximation.compute(a, Truncation.rank(1), 1));
    assertEquals(message, e.getMessage());
  }
}
