package io.curlew.lowrank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/** What single selections promise beyond the contract. */
class ColumnSelectionTest {

  private final Random random = Seeds.random();

  /** The squared Frobenius error of the best approximation from these columns. */
  private static double squaredError(DMatrixRMaj m, int[] columns) {
    DMatrixRMaj q = ThinQr.compute(Matrices.columns(m, columns)).q();
    DMatrixRMaj fit = TestMatrices.multiply(q, TestMatrices.multiply(Matrices.transpose(q), m));
    return Math.pow(TestMatrices.frobenius(TestMatrices.minus(m, fit)), 2);
  }

  @Test
  void greedyResidualTakesTheBestColumnAtEachStep() {
    for (double ratio : new double[] {0.9, 0.5, 0.2}) {
      DMatrixRMaj m = TestMatrices.spectrum(25, 30, TestMatrices.geometric(25, ratio), random);
      int[] greedy = ColumnSelection.greedyResidual().select(m, Truncation.rank(8));
      double whole = Math.pow(TestMatrices.frobenius(m), 2);
      for (int step = 0; step < greedy.length; step++) {
        int[] columns = Arrays.copyOf(greedy, step + 1);
        double taken = squaredError(m, columns);
        double best = Double.POSITIVE_INFINITY;
        for (int j = 0; j < m.numCols; j++) {
          columns[step] = j;
          best = Math.min(best, squaredError(m, columns));
        }
        assertTrue(taken <= best * (1 + 1e-6) + 1e-28 * whole, taken + " against " + best);
      }
    }
  }

  @Test
  void adaptiveRandomPivotingMeetsItsExpectedError() {
    DMatrixRMaj m = TestMatrices.spectrum(30, 40, TestMatrices.geometric(30, 0.8), random);
    int rank = 5;
    double best = Math.pow(TestMatrices.tail(TestMatrices.geometric(30, 0.8), rank), 2);
    int trials = 300;
    double sum = 0;
    for (int trial = 0; trial < trials; trial++) {
      ColumnSelection selection = ColumnSelection.adaptiveRandomPivoting(random.nextLong());
      sum += squaredError(m, selection.select(m, Truncation.rank(rank)));
    }
    // Each error is at most about twice the bound, so the mean of 300 is well determined.
    assertTrue(sum / trials <= 1.05 * (rank + 1) * best, sum / trials / best + " times the best");
  }

  @Test
  void strongRrqrBoundsTheCoefficientsAndTheError() {
    for (double bound : new double[] {1.1, 2}) {
      for (int rank : new int[] {5, 20, 35}) {
        DMatrixRMaj kahan = TestMatrices.kahan(36, 0.3);
        DMatrixRMaj gaussian = TestMatrices.gaussian(40, 60, random);
        for (DMatrixRMaj m : new DMatrixRMaj[] {kahan, gaussian}) {
          var id =
              InterpolativeDecomposition.compute(
                  m, Truncation.rank(rank), ColumnSelection.strongRrqr(bound));
          assertTrue(TestMatrices.max(id.coefficients()) <= bound);
          double error = TestMatrices.spectral(TestMatrices.minus(m, id.reconstruct()));
          double best = TestMatrices.singularValues(m)[rank];
          double factor = Math.sqrt(1 + bound * bound * rank * (m.numCols - rank));
          assertTrue(error <= factor * best);
        }
      }
    }
  }

  @Test
  void theSkeletonsConditionSaysHowFarItsColumnsAreFromDependent() {
    DMatrixRMaj m = new DMatrixRMaj(new double[][] {{8, 0, 0}, {0, 2, 0}, {0, 0, 0.1}});
    var id = InterpolativeDecomposition.compute(m, Truncation.rank(2), ColumnSelection.pivotedQr());
    assertEquals(4, id.conditionNumber(), 1e-12);
    double share = 0.8; // entropy of 8 and 2 as shares of 10
    double entropy = -share * Math.log(share) - (1 - share) * Math.log(1 - share);
    assertEquals(Math.exp(entropy), id.effectiveRank(), 1e-12);
    assertEquals(0.1, id.errorEstimate(), 1e-12);
  }

  @Test
  void boundBelowOneIsAnError() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> ColumnSelection.strongRrqr(0.9));
    assertEquals("bound must be at least 1 and finite, got: 0.9", e.getMessage());
  }

  @Test
  void aSampleMustHoldTheRank() {
    ColumnSelection sampled = ColumnSelection.sampledPivotedQr(3, 1);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> sampled.select(TestMatrices.hilbert(9), Truncation.rank(5)));
    assertEquals("sample must be at least 5, got: 3", e.getMessage());
  }

  @Test
  void kMeansFindsOneColumnOfEachGroup() {
    int groups = 6;
    DMatrixRMaj centres = TestMatrices.gaussian(30, groups, random);
    DMatrixRMaj m = new DMatrixRMaj(30, 60);
    for (int i = 0; i < m.numRows; i++) {
      for (int j = 0; j < m.numCols; j++) {
        m.set(i, j, centres.get(i, j % groups) + 1e-3 * random.nextGaussian());
      }
    }
    int found = 0;
    for (int seed = 0; seed < 5; seed++) {
      int[] columns = ColumnSelection.kMeans(seed).select(m, Truncation.rank(groups));
      found = Math.max(found, (int) IntStream.of(columns).map(j -> j % groups).distinct().count());
    }
    assertEquals(groups, found);
  }

  @Test
  void samplingFollowsTheWeights() {
    DMatrixRMaj m = new DMatrixRMaj(new double[][] {{1, 0, 2, 0}, {0, 0, 0, 3}});
    int[] counts = new int[4];
    int trials = 7000;
    for (int trial = 0; trial < trials; trial++) {
      long seed = random.nextLong();
      counts[ColumnSelection.normWeighted(seed).select(m, Truncation.rank(1))[0]]++;
    }
    double[] expected = {1 / 14.0, 0, 4 / 14.0, 9 / 14.0};
    for (int j = 0; j < 4; j++) {
      double deviation = Math.sqrt(trials * expected[j] * (1 - expected[j]));
      assertEquals(trials * expected[j], counts[j], 5 * deviation);
    }
  }

  @Test
  void sketchesKeepLengthsOnAverage() {
    DMatrixRMaj x = TestMatrices.gaussian(50, 1, random);
    double length = Math.pow(TestMatrices.frobenius(x), 2);
    for (Sketch sketch : Sketch.values()) {
      for (int rows : new int[] {3, 20, 70}) {
        double sum = 0;
        double operatorSum = 0;
        int trials = 2000;
        SplittableRandom seeds = new SplittableRandom(random.nextLong());
        LinearOperator operator = new TransposedOperator(LinearOperator.of(x).transposed());
        for (int trial = 0; trial < trials; trial++) {
          sum += Math.pow(TestMatrices.frobenius(sketch.apply(x, rows, seeds.split())), 2);
          DMatrixRMaj other = sketch.apply(operator, rows, seeds.split());
          operatorSum += Math.pow(TestMatrices.frobenius(other), 2);
        }
        double deviation = 6 * Math.sqrt(2.0 / rows / trials);
        assertEquals(1, sum / trials / length, deviation);
        assertEquals(1, operatorSum / trials / length, deviation);
      }
    }
  }

  @Test
  void sparseSignsApplyAsTheirMatrixDoes() {
    DMatrixRMaj m = TestMatrices.gaussian(30, 1500, random);
    long seed = random.nextLong();
    DMatrixRMaj s = Sketch.SPARSE_SIGN.matrix(12, 30, new SplittableRandom(seed));
    DMatrixRMaj expected = TestMatrices.multiply(s, m);
    DMatrixRMaj actual = Sketch.SPARSE_SIGN.apply(m, 12, new SplittableRandom(seed));
    assertEquals(0, TestMatrices.max(TestMatrices.minus(expected, actual)), 1e-12);
  }
}
