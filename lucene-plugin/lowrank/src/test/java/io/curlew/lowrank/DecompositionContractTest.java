package io.curlew.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every approximation of a matrix promises, on every test matrix. */
class DecompositionContractTest {

  private interface Approximation {
    DMatrixRMaj reconstruct();

    DMatrixRMaj multiply(DMatrixRMaj b);

    double errorEstimate();

    int size();
  }

  private record Result(
      DMatrixRMaj reconstruct,
      java.util.function.UnaryOperator<DMatrixRMaj> product,
      double errorEstimate,
      int size)
      implements Approximation {
    @Override
    public DMatrixRMaj multiply(DMatrixRMaj b) {
      return product.apply(b);
    }
  }

  private interface Method {
    Approximation compute(DMatrixRMaj m, Truncation truncation);
  }

  /**
   * A decomposition.
   *
   * @param slack the error allowed, over the best of the rank: a factor of sqrt(1 + r (n - r))
   *     times this for those that use columns; 0 where the method gives no guarantee
   * @param certain whether the error estimate is a bound from above
   */
  private record Subject(Method method, double slack, boolean certain) {}

  private static Subject svd(Method method) {
    return new Subject(method, 0.1, false);
  }

  private static Subject id(ColumnSelection selection, double slack) {
    return new Subject(
        (m, t) -> {
          var id = InterpolativeDecomposition.compute(m, t, selection);
          return new Result(id.reconstruct(), id::multiply, id.errorEstimate(), id.rank());
        },
        slack,
        false);
  }

  private static Subject cur(
      ColumnSelection selection, CurDecomposition.Core core, int extra, double slack) {
    return new Subject(
        (m, t) -> {
          int possible = Math.min(extra, m.numRows - Math.min(m.numRows, m.numCols));
          var cur = CurDecomposition.compute(m, t, selection, core, possible);
          return new Result(
              cur.reconstruct(), cur::multiply, cur.errorEstimate(), cur.columns().length);
        },
        slack,
        false);
  }

  private static Map<String, Subject> subjects(long seed) {
    Map<String, Subject> all = new LinkedHashMap<>();
    all.put(
        "svd",
        svd(
            (m, t) -> {
              TruncatedSvd svd = TruncatedSvd.compute(m, t);
              return new Result(svd.reconstruct(), svd::multiply, svd.errorEstimate(), svd.rank());
            }));
    all.put(
        "randomized svd",
        svd(
            (m, t) -> {
              TruncatedSvd svd = TruncatedSvd.randomized(m, t, seed);
              return new Result(svd.reconstruct(), svd::multiply, svd.errorEstimate(), svd.rank());
            }));
    all.put("id, pivoted QR", id(ColumnSelection.pivotedQr(), 2));
    all.put("id, strong RRQR", id(ColumnSelection.strongRrqr(2), 2));
    all.put("id, sketched", id(ColumnSelection.sketchedPivotedQr(seed), 2));
    all.put("id, greedy", id(ColumnSelection.greedyResidual(), 0));
    all.put("id, uniform", id(ColumnSelection.uniform(seed), 0));
    all.put("id, k-means", id(ColumnSelection.kMeans(seed), 0));
    for (CurDecomposition.Core core : CurDecomposition.Core.values()) {
      all.put("cur, pivoted QR, " + core, cur(ColumnSelection.pivotedQr(), core, 0, 8));
      // Rows and columns from different singular vectors may meet in a singular intersection.
      double slack = core == CurDecomposition.Core.OPTIMAL ? 8 : 0;
      all.put("cur, DEIM, " + core, cur(ColumnSelection.deim(), core, 0, slack));
      all.put("cur, extra rows, " + core, cur(ColumnSelection.pivotedQr(), core, 4, 8));
      all.put("cur, leverage, " + core, cur(ColumnSelection.leverage(seed), core, 0, 0));
    }
    return all;
  }

  static Stream<Arguments> subjectsAndMatrices() {
    Random random = Seeds.random();
    Map<String, DMatrixRMaj> matrices = TestMatrices.all(random);
    return subjects(random.nextLong()).entrySet().stream()
        .flatMap(
            subject ->
                matrices.entrySet().stream()
                    .map(
                        matrix ->
                            Arguments.of(
                                Named.of(subject.getKey(), subject.getValue()),
                                Named.of(matrix.getKey(), matrix.getValue()))));
  }

  static Stream<Arguments> subjects() {
    return subjects(Seeds.random().nextLong()).entrySet().stream()
        .map(subject -> Arguments.of(Named.of(subject.getKey(), subject.getValue())));
  }

  @ParameterizedTest
  @MethodSource("subjectsAndMatrices")
  void errorIsNearTheBestAndEstimatedHonestly(Subject subject, DMatrixRMaj m) {
    DMatrixRMaj before = m.copy();
    int most = Math.min(m.numRows, m.numCols);
    double[] sigma = TestMatrices.singularValues(m);
    double norm = sigma.length == 0 ? 0 : sigma[0];
    for (int rank : new int[] {1, 3, most / 2, most}) {
      if (rank < 1 || rank > most) {
        continue;
      }
      Approximation result = subject.method.compute(m, Truncation.rank(rank));
      DMatrixRMaj error = TestMatrices.minus(m, result.reconstruct());
      double spectral = TestMatrices.spectral(error);
      double best = rank < sigma.length ? sigma[rank] : 0;
      // Above the numerical rank nothing but rounding may remain, whatever the method.
      double rounding = 1e-12 * norm;
      double slack = subject.slack * Math.sqrt(1 + 2.25 * rank * Math.max(1, m.numCols - rank));
      if (subject.slack == 0.1) {
        slack = 1.1; // singular vectors
      }
      if (subject.slack > 0) {
        assertTrue(
            spectral <= slack * best + rounding,
            () -> "rank " + rank + ": " + spectral + " against " + best);
      }
      // What has no guarantee may have huge factors: then error and estimate are both rounding.
      double above = subject.slack > 0 ? 1.0001 * spectral + rounding : 3 * spectral + 1e-9 * norm;
      assertTrue(result.errorEstimate() <= above, result.errorEstimate() + " of " + spectral);
      assertTrue(
          result.errorEstimate() >= 0.3 * spectral - rounding,
          () -> "estimate " + result.errorEstimate() + " of " + spectral);
    }
    assertArrayEquals(before.data, m.data);
  }

  @ParameterizedTest
  @MethodSource("subjectsAndMatrices")
  void multiplyIsTheProductWithTheReconstruction(Subject subject, DMatrixRMaj m) {
    Approximation result = subject.method.compute(m, Truncation.relative(1e-2));
    DMatrixRMaj b = TestMatrices.gaussian(m.numCols, 3, new Random(5));
    DMatrixRMaj expected = TestMatrices.multiply(result.reconstruct(), b);
    DMatrixRMaj product = result.multiply(b);
    assertEquals(m.numRows, product.numRows);
    assertEquals(3, product.numCols);
    double tolerance = 1e-11 * m.numCols * TestMatrices.max(m);
    assertArrayEquals(expected.data, product.data, tolerance);
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void exactWhereTheRankIsThatOfTheMatrix(Subject subject) {
    Random random = Seeds.random();
    DMatrixRMaj m = TestMatrices.lowRankAndNoise(60, 40, 7, 0, random);
    for (Truncation truncation :
        new Truncation[] {Truncation.rank(7), Truncation.rank(20), Truncation.rank(40)}) {
      Approximation result = subject.method.compute(m, truncation);
      double error = TestMatrices.spectral(TestMatrices.minus(m, result.reconstruct()));
      assertTrue(error <= 1e-10 * TestMatrices.spectral(m), truncation + ": " + error);
    }
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void theRankIsFoundFromATolerance(Subject subject) {
    DMatrixRMaj m = TestMatrices.spectrum(70, 50, TestMatrices.geometric(50, 0.5), Seeds.random());
    for (double tolerance : new double[] {1e-2, 1e-5}) {
      Approximation result = subject.method.compute(m, Truncation.relative(tolerance));
      int needed = (int) Math.ceil(Math.log(tolerance) / Math.log(0.5));
      assertTrue(result.size() <= needed + 9, "found " + result.size() + ", needed " + needed);
      if (subject.slack > 0) {
        assertTrue(result.errorEstimate() <= 300 * tolerance, "" + result.errorEstimate());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void geometricDecayFarBeyondTheNumericalRank(Subject subject) {
    DMatrixRMaj m =
        TestMatrices.spectrum(150, 150, TestMatrices.geometric(150, 0.6), Seeds.random());
    Approximation result = subject.method.compute(m, Truncation.rank(120));
    double error = TestMatrices.spectral(TestMatrices.minus(m, result.reconstruct()));
    assertTrue(error <= 1e-12, "" + error);
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void rankAboveTheMatrixIsAnErrorAndNotAClamp(Subject subject) {
    for (DMatrixRMaj m : new DMatrixRMaj[] {new DMatrixRMaj(7, 12), new DMatrixRMaj(12, 7)}) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> subject.method.compute(m, Truncation.rank(9)));
      assertEquals("rank must be at most 7, got: 9", e.getMessage());
    }
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> subject.method.compute(new DMatrixRMaj(0, 4), Truncation.rank(1)));
    assertEquals("rank must be at most 0, got: 1", e.getMessage());
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void entriesMustBeFinite(Subject subject) {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      DMatrixRMaj m = TestMatrices.hilbert(9);
      m.set(8, 0, bad);
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> subject.method.compute(m, Truncation.rank(2)));
      assertEquals("entries must be finite, got: " + bad + " at row 8, column 0", e.getMessage());
    }
  }
}
