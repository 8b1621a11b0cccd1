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

class PivotedQrTest {

  static Stream<Arguments> matrices() {
    Random random = Seeds.random();
    Map<String, DMatrixRMaj> all = TestMatrices.all(random);
    // More steps than one block of the factorisation has.
    all.put("large", TestMatrices.gaussian(180, 150, random));
    all.put(
        "large and decaying",
        TestMatrices.spectrum(150, 180, TestMatrices.geometric(150, 0.9), random));
    return all.entrySet().stream()
        .map(entry -> Arguments.of(Named.of(entry.getKey(), entry.getValue())));
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void isAFactorisationOfTheWholeMatrix(DMatrixRMaj m) {
    PivotedQr qr = PivotedQr.compute(m, Truncation.relative(0));
    DMatrixRMaj q = qr.q();
    DMatrixRMaj r = qr.r();
    double size = TestMatrices.max(m);
    assertEquals(
        0,
        TestMatrices.max(TestMatrices.minus(m, TestMatrices.multiply(q, r))),
        1e-13 * Math.max(1, m.numRows) * size);
    DMatrixRMaj gram = TestMatrices.multiply(TestMatrices.transpose(q), q);
    assertArrayEquals(Triangles.identity(qr.rank()).data, gram.data, 1e-13);
    int[] pivots = qr.pivots();
    for (int j = 0; j < pivots.length; j++) {
      for (int i = j + 1; i < pivots.length; i++) {
        assertEquals(0.0, r.get(i, pivots[j]));
      }
      if (j > 0) {
        double fall = Math.abs(r.get(j, pivots[j]) / r.get(j - 1, pivots[j - 1]));
        assertTrue(fall <= 1 + 1e-6, "diagonal rises by " + fall);
      }
    }
  }

  /**
   * Pivots and norms with every residual column computed anew at every step, and projected twice.
   */
  @ParameterizedTest
  @MethodSource("matrices")
  void takesTheLongestResidualColumnAndKnowsTheNorms(DMatrixRMaj m) {
    int most = Math.min(Math.min(m.numRows, m.numCols), 100);
    if (most == 0) {
      return;
    }
    PivotedQr qr = PivotedQr.compute(m, Truncation.rank(most));
    double scale = Math.max(TestMatrices.max(m), Double.MIN_NORMAL);
    double[][] residual = new double[m.numCols][m.numRows];
    double longestAtStart = 0;
    for (int j = 0; j < m.numCols; j++) {
      for (int i = 0; i < m.numRows; i++) {
        residual[j][i] = m.get(i, j) / scale;
      }
      longestAtStart = Math.max(longestAtStart, norm(residual[j]));
    }
    for (int pivot : qr.pivots()) {
      double longest = Arrays.stream(residual).mapToDouble(PivotedQrTest::norm).max().orElse(0);
      double taken = norm(residual[pivot]);
      double rounding = 1e-14 * longestAtStart;
      assertTrue(taken >= longest * (1 - 1e-6) - rounding, taken + " of " + longest);
      double[] direction = residual[pivot].clone();
      for (int i = 0; i < direction.length && taken > 0; i++) {
        direction[i] /= taken;
      }
      for (double[] column : residual) {
        project(column, direction);
        project(column, direction);
      }
    }
    double[] expected = Arrays.stream(residual).mapToDouble(PivotedQrTest::norm).toArray();
    double[] actual = qr.residualNorms();
    for (int j = 0; j < expected.length; j++) {
      assertEquals(expected[j], actual[j] / scale, 1e-6 * expected[j] + 1e-13 * longestAtStart);
    }
  }

  private static double norm(double[] x) {
    return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
  }

  private static void project(double[] column, double[] direction) {
    double along = 0;
    for (int i = 0; i < column.length; i++) {
      along += column[i] * direction[i];
    }
    for (int i = 0; i < column.length; i++) {
      column[i] -= along * direction[i];
    }
  }

  @Test
  void stopsByTheRulesOfGeqp3rk() {
    DMatrixRMaj m = TestMatrices.spectrum(80, 60, TestMatrices.geometric(60, 0.6), Seeds.random());
    double longest = Arrays.stream(columnNorms(m)).max().orElseThrow();
    for (double tolerance : new double[] {0.3, 1e-2, 1e-5}) {
      int relative = PivotedQr.compute(m, Truncation.relative(tolerance)).rank();
      assertEquals(relative, rankBy(m, tolerance * longest));
      double absolute = tolerance / 3;
      PivotedQr qr = PivotedQr.compute(m, Truncation.relative(0).withAbsolute(absolute));
      assertEquals(qr.rank(), rankBy(m, absolute));
      // Whichever is met first.
      assertEquals(
          Math.min(relative, qr.rank()),
          PivotedQr.compute(m, Truncation.relative(tolerance).withAbsolute(absolute)).rank());
    }
    assertEquals(4, PivotedQr.compute(m, Truncation.relative(1e-5).withRank(4)).rank());
  }

  /** The first rank at which no residual column of the factorisation is longer. */
  private static int rankBy(DMatrixRMaj m, double threshold) {
    for (int rank = 1; ; rank++) {
      double[] norms = PivotedQr.compute(m, Truncation.rank(rank)).residualNorms();
      if (Arrays.stream(norms).max().orElseThrow() <= threshold) {
        return rank;
      }
    }
  }

  private static double[] columnNorms(DMatrixRMaj m) {
    return Arrays.stream(Matrices.squaredColumnNorms(m)).map(Math::sqrt).toArray();
  }

  @Test
  void frobeniusErrorIsThatOfTheResidual() {
    DMatrixRMaj m = TestMatrices.gaussian(40, 30, Seeds.random());
    PivotedQr qr = PivotedQr.compute(m, Truncation.rank(12));
    DMatrixRMaj residual = TestMatrices.minus(m, TestMatrices.multiply(qr.q(), qr.r()));
    assertEquals(TestMatrices.frobenius(residual), qr.frobeniusError(), 1e-9);
  }

  @Test
  void toleranceAndRankHaveRules() {
    for (double bad : new double[] {-1e-3, 1, Double.NaN}) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> Truncation.relative(bad));
      assertEquals(
          "relative tolerance must be at least 0 and below 1, got: " + bad, e.getMessage());
    }
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> Truncation.rank(3).withAbsolute(-1.0));
    assertEquals("absolute tolerance must be at least 0 and finite, got: -1.0", e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> Truncation.rank(0));
    assertEquals("rank must be at least 1, got: 0", e.getMessage());
  }
}
