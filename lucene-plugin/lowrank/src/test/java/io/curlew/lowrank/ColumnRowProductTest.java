package io.curlew.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.lowrank.ColumnRowProduct.Method;
import io.curlew.lowrank.ColumnRowProduct.Weights;
import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class ColumnRowProductTest {

  private final Random random = Seeds.random();
  private final DMatrixRMaj x = uneven(TestMatrices.gaussian(6, 11, random));
  private final DMatrixRMaj y = TestMatrices.gaussian(11, 5, random);
  private final DMatrixRMaj exact = TestMatrices.multiply(x, y);

  /** Columns of falling norm. */
  private static DMatrixRMaj uneven(DMatrixRMaj m) {
    for (int i = 0; i < m.numRows; i++) {
      for (int j = 0; j < m.numCols; j++) {
        m.set(i, j, m.get(i, j) * Math.pow(0.8, j));
      }
    }
    return m;
  }

  private double error(DMatrixRMaj approximate) {
    return TestMatrices.frobenius(TestMatrices.minus(exact, approximate));
  }

  private double errorOf(int[] kept) {
    return error(TestMatrices.multiply(Matrices.columns(x, kept), Matrices.rows(y, kept)));
  }

  @Test
  void samplingIsUnbiasedAndItsErrorIsTheFormulas() {
    int r = 4;
    double[] skewed = new double[11];
    Arrays.setAll(skewed, i -> 1 + i % 3);
    double[] optimal = ColumnRowProduct.optimalProbabilities(x, y);
    for (double[] p : new double[][] {optimal, skewed}) {
      int trials = 20_000;
      DMatrixRMaj mean = new DMatrixRMaj(6, 5);
      double sum = 0;
      double sumOfSquares = 0;
      for (int trial = 0; trial < trials; trial++) {
        long seed = random.nextLong();
        Method method = p == optimal ? Method.sampled(seed) : Method.sampled(seed, p);
        DMatrixRMaj sample = ColumnRowProduct.approximate(x, y, r, method, Weights.NONE);
        for (int i = 0; i < mean.data.length; i++) {
          mean.data[i] += sample.data[i] / trials;
        }
        double squared = error(sample) * error(sample);
        sum += squared;
        sumOfSquares += squared * squared;
      }
      double expected = ColumnRowProduct.expectedSquaredError(x, y, r, p);
      double deviation = Math.sqrt((sumOfSquares / trials - Math.pow(sum / trials, 2)) / trials);
      assertEquals(expected, sum / trials, 5 * deviation);
      // The mean of all samples has the expected squared error over their number.
      assertTrue(error(mean) <= 4 * Math.sqrt(expected / trials));
    }
    double[] norms = optimal.clone();
    double total = 0;
    for (int i = 0; i < norms.length; i++) {
      int[] one = {i};
      norms[i] =
          TestMatrices.frobenius(
              TestMatrices.multiply(Matrices.columns(x, one), Matrices.rows(y, one)));
      total += norms[i];
    }
    double product = TestMatrices.frobenius(exact);
    assertEquals(
        (total * total - product * product) / r,
        ColumnRowProduct.expectedSquaredError(x, y, r, optimal),
        1e-9);
    assertTrue(
        ColumnRowProduct.expectedSquaredError(x, y, r, optimal)
            < ColumnRowProduct.expectedSquaredError(x, y, r, skewed));
  }

  @Test
  void weightsLowerTheError() {
    for (int r = 1; r <= 11; r++) {
      for (Method method :
          new Method[] {Method.topNorm(), Method.sampled(random.nextLong()), Method.greedy(2)}) {
        double none = error(ColumnRowProduct.approximate(x, y, r, method, Weights.NONE));
        double diagonal = error(ColumnRowProduct.approximate(x, y, r, method, Weights.DIAGONAL));
        double full = error(ColumnRowProduct.approximate(x, y, r, method, Weights.FULL));
        assertTrue(diagonal <= none + 1e-9);
        assertTrue(full <= diagonal + 1e-9);
      }
    }
  }

  @Test
  void topNormIsBestForOrthogonalOuterProducts() {
    DMatrixRMaj q = TestMatrices.orthonormal(9, 7, random);
    double[] sizes = {3, 1, 5, 2, 4, 0.5, 1.5};
    DMatrixRMaj left = Matrices.scaleColumns(q.copy(), sizes);
    DMatrixRMaj right = TestMatrices.transpose(TestMatrices.orthonormal(8, 7, random));
    var top = ColumnRowProduct.compute(left, right, 3, Method.topNorm(), Weights.NONE);
    assertArrayEquals(new int[] {2, 4, 0}, top.indices());
    DMatrixRMaj error = TestMatrices.minus(TestMatrices.multiply(left, right), top.toMatrix());
    assertEquals(Math.sqrt(1 + 4 + 0.25 + 2.25), TestMatrices.frobenius(error), 1e-12);
    assertEquals(2, top.errorEstimate(left, right, 1), 1e-6);
  }

  @Test
  void greedyDropsTheTupleOfSmallestSum() {
    // In one round: the best of all subsets.
    for (int tuple = 1; tuple <= 4; tuple++) {
      int size = tuple;
      double best =
          IntStream.range(0, 1 << 11)
              .filter(set -> Integer.bitCount(set) == size)
              .mapToDouble(
                  set -> errorOf(IntStream.range(0, 11).filter(i -> (set >> i & 1) == 0).toArray()))
              .min()
              .orElseThrow();
      var greedy = ColumnRowProduct.compute(x, y, 11 - tuple, Method.greedy(tuple), Weights.NONE);
      assertEquals(best, error(greedy.toMatrix()), 1e-9);
    }
    // One at a time: those of largest norm stay.
    int[] single = ColumnRowProduct.compute(x, y, 4, Method.greedy(1), Weights.NONE).indices();
    int[] top = ColumnRowProduct.compute(x, y, 4, Method.topNorm(), Weights.NONE).indices();
    Arrays.sort(top);
    assertArrayEquals(top, single);
  }

  @Test
  void allOuterProductsGiveTheProductAndZeroGivesZero() {
    for (Weights weights : Weights.values()) {
      DMatrixRMaj all = ColumnRowProduct.approximate(x, y, 11, Method.topNorm(), weights);
      assertEquals(0, error(all), 1e-9);
      for (Method method : new Method[] {Method.topNorm(), Method.sampled(3), Method.greedy(2)}) {
        DMatrixRMaj zero =
            ColumnRowProduct.approximate(new DMatrixRMaj(6, 11), y, 3, method, weights);
        assertArrayEquals(new double[30], zero.data);
      }
    }
  }

  @Test
  void diagonalWeightsSurviveParallelColumns() {
    DMatrixRMaj twice = x.copy();
    DMatrixRMaj both = y.copy();
    for (int i = 0; i < 6; i++) {
      twice.set(i, 1, twice.get(i, 0));
    }
    for (int j = 0; j < 5; j++) {
      both.set(1, j, both.get(0, j));
    }
    DMatrixRMaj product = TestMatrices.multiply(twice, both);
    var diagonal = ColumnRowProduct.compute(twice, both, 4, Method.topNorm(), Weights.DIAGONAL);
    DMatrixRMaj error = TestMatrices.minus(product, diagonal.toMatrix());
    var none = ColumnRowProduct.compute(twice, both, 4, Method.topNorm(), Weights.NONE);
    assertTrue(
        TestMatrices.frobenius(error)
            <= TestMatrices.frobenius(TestMatrices.minus(product, none.toMatrix())));
    assertTrue(diagonal.conditionNumber() > 1 && diagonal.conditionNumber() < 1e6);
    assertEquals(1, none.conditionNumber());
  }

  @Test
  void multiplyIsTheProductWithTheMatrix() {
    var product = ColumnRowProduct.compute(x, y, 4, Method.topNorm(), Weights.FULL);
    DMatrixRMaj b = TestMatrices.gaussian(5, 2, random);
    assertArrayEquals(
        TestMatrices.multiply(product.toMatrix(), b).data, product.multiply(b).data, 1e-11);
  }

  @Test
  void argumentsHaveRules() {
    DMatrixRMaj copy = x.copy();
    assertMessage("r must be at most 11, got: 12", 12, Method.topNorm());
    assertMessage("r must be at least 1, got: 0", 0, Method.topNorm());
    assertMessage(
        "number of probabilities must equal columns of x, got: 2 and 11",
        3,
        Method.sampled(1, new double[] {1, 2}));
    assertEquals(
        "tuple must be at least 1, got: 0",
        assertThrows(IllegalArgumentException.class, () -> Method.greedy(0)).getMessage());
    assertEquals(
        "probabilities must be positive and finite, got: 0.0",
        assertThrows(IllegalArgumentException.class, () -> Method.sampled(1, new double[] {1, 0}))
            .getMessage());
    assertArrayEquals(copy.data, x.data);
  }

  private void assertMessage(String message, int r, Method method) {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> ColumnRowProduct.approximate(x, y, r, method, Weights.NONE));
    assertEquals(message, e.getMessage());
  }
}
