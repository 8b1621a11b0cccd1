package io.curlew.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.lowrank.CurDecomposition.Core;
import io.curlew.testing.Seeds;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class CurDecompositionTest {

  private final Random random = Seeds.random();

  @Test
  void factorsAreRowsAndColumnsOfTheMatrix() {
    DMatrixRMaj m = TestMatrices.gaussian(30, 20, random);
    CurDecomposition cur =
        CurDecomposition.compute(
            m, Truncation.rank(5), ColumnSelection.pivotedQr(), Core.OPTIMAL, 3);
    assertEquals(5, cur.columns().length);
    assertEquals(8, cur.rows().length);
    assertArrayEquals(Matrices.columns(m, cur.columns()).data, cur.columnFactor().data);
    assertArrayEquals(Matrices.rows(m, cur.rows()).data, cur.rowFactor().data);
  }

  @Test
  void theOptimalCoreIsWithinItsBoundAndBeatsTheIntersection() {
    DMatrixRMaj m = TestMatrices.spectrum(60, 50, TestMatrices.geometric(50, 0.9), random);
    for (ColumnSelection selection :
        new ColumnSelection[] {ColumnSelection.pivotedQr(), ColumnSelection.uniform(3)}) {
      CurDecomposition optimal =
          CurDecomposition.compute(m, Truncation.rank(10), selection, Core.OPTIMAL);
      DMatrixRMaj qc = ThinQr.compute(optimal.columnFactor()).q();
      DMatrixRMaj qr = ThinQr.compute(TestMatrices.transpose(optimal.rowFactor())).q();
      double columns =
          TestMatrices.frobenius(
              TestMatrices.minus(
                  m,
                  TestMatrices.multiply(qc, TestMatrices.multiply(TestMatrices.transpose(qc), m))));
      double rows =
          TestMatrices.frobenius(
              TestMatrices.minus(
                  m,
                  TestMatrices.multiply(TestMatrices.multiply(m, qr), TestMatrices.transpose(qr))));
      double error = TestMatrices.frobenius(TestMatrices.minus(m, optimal.reconstruct()));
      assertTrue(error * error <= columns * columns + rows * rows);
      CurDecomposition crossed =
          CurDecomposition.compute(m, Truncation.rank(10), selection, Core.INTERSECTION);
      double other = TestMatrices.frobenius(TestMatrices.minus(m, crossed.reconstruct()));
      assertTrue(error <= other);
    }
  }

  @Test
  void theIntersectionNeedsOnlyTheChosenRowsAndColumns() {
    DMatrixRMaj m = TestMatrices.lowRankAndNoise(25, 30, 4, 0, random);
    CurDecomposition cur =
        CurDecomposition.compute(
            m, Truncation.rank(4), ColumnSelection.uniform(1), Core.INTERSECTION);
    assertArrayEquals(m.data, cur.reconstruct().data, 1e-10);
    assertTrue(cur.conditionNumber() >= 1);
    assertTrue(cur.effectiveRank() > 1 && cur.effectiveRank() <= 4);
  }

  /**
   * MATH.md's table: explicit cores lose digits beyond the numerical rank, factored ones do not.
   */
  @Test
  void neverFormingTheCoreKeepsTheDigits() {
    DMatrixRMaj m = TestMatrices.spectrum(200, 200, TestMatrices.geometric(200, 0.7), random);
    Truncation truncation = Truncation.rank(120);
    CurDecomposition cur =
        CurDecomposition.compute(m, truncation, ColumnSelection.pivotedQr(), Core.INTERSECTION);
    DMatrixRMaj c = cur.columnFactor();
    DMatrixRMaj r = cur.rowFactor();
    DMatrixRMaj w = Matrices.columns(r, cur.columns());
    DMatrixRMaj explicit =
        TestMatrices.multiply(TestMatrices.multiply(c, PseudoInverse.compute(w, 0).toMatrix()), r);
    double naive = TestMatrices.spectral(TestMatrices.minus(m, explicit));
    assertTrue(naive > 1e-8, "an explicit core was expected to fail: " + naive);
    for (Core core : Core.values()) {
      DMatrixRMaj fit =
          CurDecomposition.compute(m, truncation, ColumnSelection.pivotedQr(), core).reconstruct();
      double error = TestMatrices.spectral(TestMatrices.minus(m, fit));
      System.out.println(
          "rank 120, geometric decay: explicit U " + naive + ", " + core + " " + error);
      assertTrue(error <= 1e-12, core + ": " + error);
    }
  }

  @Test
  void extraRowsMakeABadIntersectionRobust() {
    // Uniform choices on decaying data: W is nearly singular in some directions.
    double plain = 0;
    double oversampled = 0;
    for (int trial = 0; trial < 20; trial++) {
      DMatrixRMaj m = TestMatrices.spectrum(80, 60, TestMatrices.geometric(60, 0.8), random);
      ColumnSelection selection = ColumnSelection.uniform(random.nextLong());
      Truncation truncation = Truncation.rank(12);
      plain +=
          Math.log(
              CurDecomposition.compute(m, truncation, selection, Core.INTERSECTION)
                  .errorEstimate());
      oversampled +=
          Math.log(
              CurDecomposition.compute(m, truncation, selection, Core.INTERSECTION, 12)
                  .errorEstimate());
    }
    // Geometric means.
    assertTrue(oversampled < plain - 20 * Math.log(1.5), (plain - oversampled) / 20 + "");
  }

  @Test
  void extraRowsHaveRules() {
    DMatrixRMaj m = TestMatrices.gaussian(9, 12, random);
    ColumnSelection selection = ColumnSelection.pivotedQr();
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> CurDecomposition.compute(m, Truncation.rank(6), selection, Core.OPTIMAL, 4));
    assertEquals("rows with the extra ones must be at most 9, got: 10", e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> CurDecomposition.compute(m, Truncation.rank(6), selection, Core.OPTIMAL, -1));
    assertEquals("extra rows must be at least 0, got: -1", e.getMessage());
    CurDecomposition most =
        CurDecomposition.compute(m, Truncation.rank(2), selection, Core.INTERSECTION, 7);
    assertEquals(9, java.util.Arrays.stream(most.rows()).distinct().count());
  }
}
