package io.curlew.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every column selection promises, on every test matrix. */
class ColumnSelectionContractTest {

  /** How a selection meets a tolerance. */
  private enum Measure {
    RESIDUAL_COLUMNS,
    SINGULAR_VALUES,
    OTHER
  }

  /**
   * A selection.
   *
   * @param bounded whether its error stays near the best by construction; for the others see {@link
   *     ColumnSelectionTest}
   */
  private record Subject(ColumnSelection selection, Measure measure, boolean bounded) {}

  private static Map<String, Subject> subjects(long seed) {
    Map<String, Subject> all = new LinkedHashMap<>();
    Measure columns = Measure.RESIDUAL_COLUMNS;
    Measure sigma = Measure.SINGULAR_VALUES;
    all.put("uniform", new Subject(ColumnSelection.uniform(seed), columns, false));
    all.put("normWeighted", new Subject(ColumnSelection.normWeighted(seed), columns, false));
    all.put("leverage", new Subject(ColumnSelection.leverage(seed), sigma, false));
    all.put("leverageTop", new Subject(ColumnSelection.leverageTop(), sigma, false));
    all.put("deim", new Subject(ColumnSelection.deim(), sigma, true));
    all.put("pivotedQr", new Subject(ColumnSelection.pivotedQr(), columns, true));
    all.put("strongRrqr", new Subject(ColumnSelection.strongRrqr(1.5), columns, true));
    all.put("sketched", new Subject(ColumnSelection.sketchedPivotedQr(seed), Measure.OTHER, true));
    all.put(
        "sketched, Gaussian",
        new Subject(ColumnSelection.sketchedPivotedQr(Sketch.GAUSSIAN, seed), Measure.OTHER, true));
    all.put(
        "sampled", new Subject(ColumnSelection.sampledPivotedQr(40, seed), Measure.OTHER, false));
    all.put("kMeans", new Subject(ColumnSelection.kMeans(seed), Measure.OTHER, false));
    all.put("greedyResidual", new Subject(ColumnSelection.greedyResidual(), columns, false));
    all.put(
        "adaptiveRandomPivoting",
        new Subject(ColumnSelection.adaptiveRandomPivoting(seed), sigma, false));
    return all;
  }

  static Stream<Arguments> selectionsAndMatrices() {
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

  static Stream<Arguments> selections() {
    return subjects(Seeds.random().nextLong()).entrySet().stream()
        .map(subject -> Arguments.of(Named.of(subject.getKey(), subject.getValue())));
  }

  @ParameterizedTest
  @MethodSource("selectionsAndMatrices")
  void columnsAreDistinctRepeatableAndAsManyAsAsked(Subject subject, DMatrixRMaj m) {
    DMatrixRMaj before = m.copy();
    int most = Math.min(m.numRows, m.numCols);
    double[] sigma = TestMatrices.singularValues(m);
    int nonzeroColumns =
        (int) IntStream.range(0, m.numCols).filter(j -> !isZeroColumn(m, j)).count();
    for (int rank : new int[] {1, 2, 5, most / 2, most}) {
      if (rank < 1 || rank > most) {
        continue;
      }
      Truncation truncation = Truncation.rank(rank);
      int[] columns = subject.selection.select(m, truncation);
      assertDistinct(columns, m.numCols);
      assertTrue(columns.length <= rank, () -> columns.length + " > " + rank);
      if (sigma[rank - 1] > 1e-14 * sigma[0] && rank <= nonzeroColumns) {
        assertEquals(rank, columns.length);
      }
      assertArrayEquals(columns, subject.selection.select(m, truncation));
      int[] rows = subject.selection.selectRows(m, columns);
      assertDistinct(rows, m.numRows);
      assertTrue(rows.length <= columns.length);
      if (subject.bounded) {
        assertNearBest(m, sigma, columns, rank);
      }
    }
    assertArrayEquals(before.data, m.data);
  }

  /** The best that columns can do, over all choices, is within sqrt(1 + r (n - r)) of the SVD. */
  private static void assertNearBest(DMatrixRMaj m, double[] sigma, int[] columns, int rank) {
    double error = TestMatrices.frobenius(TestMatrices.minus(m, projected(m, columns)));
    double best = TestMatrices.tail(sigma, rank);
    double bound = Math.sqrt(1 + 2.25 * rank * Math.max(1, m.numCols - rank));
    double rounding = 1e-13 * (sigma.length == 0 ? 0 : sigma[0]);
    assertTrue(error <= bound * best + rounding, () -> error + " against a best of " + best);
  }

  private static DMatrixRMaj projected(DMatrixRMaj m, int[] columns) {
    DMatrixRMaj q = ThinQr.compute(Matrices.columns(m, columns)).q();
    return TestMatrices.multiply(q, TestMatrices.multiply(TestMatrices.transpose(q), m));
  }

  @ParameterizedTest
  @MethodSource("selectionsAndMatrices")
  void toleranceIsMetInTheMethodsOwnMeasure(Subject subject, DMatrixRMaj m) {
    double tolerance = 1e-3;
    int[] columns = subject.selection.select(m, Truncation.relative(tolerance));
    assertDistinct(columns, m.numCols);
    double[] sigma = TestMatrices.singularValues(m);
    if (sigma.length == 0 || sigma[0] == 0) {
      assertEquals(0, columns.length);
      return;
    }
    switch (subject.measure) {
      case RESIDUAL_COLUMNS -> {
        double[] left = columnNorms(TestMatrices.minus(m, projected(m, columns)));
        double[] all = columnNorms(m);
        double longest = Arrays.stream(all).max().orElseThrow();
        double remaining = Arrays.stream(left).max().orElseThrow();
        assertTrue(remaining <= tolerance * (1 + 1e-9) * longest, remaining + " of " + longest);
      }
      case SINGULAR_VALUES -> {
        long above = Arrays.stream(sigma).filter(s -> s > tolerance * sigma[0]).count();
        assertEquals(above, columns.length);
      }
      case OTHER -> assertTrue(columns.length >= 1);
    }
    // With a rank as well, the first that is met counts.
    assertTrue(subject.selection.select(m, Truncation.relative(tolerance).withRank(1)).length <= 1);
  }

  @ParameterizedTest
  @MethodSource("selectionsAndMatrices")
  void anAbsoluteToleranceAboveTheWholeMatrixLeavesNothingToChoose(Subject subject, DMatrixRMaj m) {
    double size = TestMatrices.spectral(m);
    assertEquals(
        0, subject.selection.select(m, Truncation.relative(0).withAbsolute(2 * size)).length);
  }

  @ParameterizedTest
  @MethodSource("selections")
  void rankAboveTheMatrixIsAnError(Subject subject) {
    for (DMatrixRMaj m : new DMatrixRMaj[] {new DMatrixRMaj(7, 12), new DMatrixRMaj(12, 7)}) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> subject.selection.select(m, Truncation.rank(9)));
      assertEquals("rank must be at most 7, got: 9", e.getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("selections")
  void entriesMustBeFinite(Subject subject) {
    for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
      DMatrixRMaj m = TestMatrices.hilbert(8);
      m.set(5, 3, bad);
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> subject.selection.select(m, Truncation.rank(2)));
      assertEquals("entries must be finite, got: " + bad + " at row 5, column 3", e.getMessage());
    }
  }

  private static boolean isZeroColumn(DMatrixRMaj m, int column) {
    return IntStream.range(0, m.numRows).allMatch(i -> m.get(i, column) == 0);
  }

  private static double[] columnNorms(DMatrixRMaj m) {
    double max = Math.max(TestMatrices.max(m), Double.MIN_NORMAL);
    double[] norms = new double[m.numCols];
    for (int j = 0; j < m.numCols; j++) {
      double sum = 0;
      for (int i = 0; i < m.numRows; i++) {
        sum += (m.get(i, j) / max) * (m.get(i, j) / max);
      }
      norms[j] = max * Math.sqrt(sum);
    }
    return norms;
  }

  private static void assertDistinct(int[] indices, int bound) {
    assertEquals(indices.length, IntStream.of(indices).distinct().count());
    assertTrue(IntStream.of(indices).allMatch(i -> i >= 0 && i < bound));
  }
}
