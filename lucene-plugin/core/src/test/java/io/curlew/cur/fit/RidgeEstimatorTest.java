package io.curlew.cur.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RidgeEstimatorTest {

  private final Random random = Seeds.random();

  @ParameterizedTest
  @CsvSource({"1,1", "1,7", "7,1", "20,20", "30,12", "12,30", "40,100"})
  void primalAndDualFormsAgreeAsRowsArrive(int features, int count) {
    float[][] r = gaussian(count, features);
    double[] targets = targets(r);
    for (double lambda : new double[] {1e-3, 0.1, 10}) {
      ScoredRows rows = new ScoredRows(features, count, true);
      RidgeFactor dual = new DualRidgeFactor(rows, lambda);
      RidgeFactor primal = new PrimalRidgeFactor(rows, lambda);
      for (int n = 1; n <= count; n++) {
        rows.add(r[n - 1]);
        if (n % 5 == 0 || n == count) {
          dual.update();
          primal.update();
          double[] y = Arrays.copyOf(targets, n);
          RidgeFactor.Solution d = dual.solve(y);
          RidgeFactor.Solution p = primal.solve(y);
          double[] u = rows.combination(d.coefficients());
          assertArrayEquals(u, p.coefficients(), 1e-8 * (1 + max(u)));
          assertEquals(1, p.squaredLooError() / d.squaredLooError(), 1e-6);
          assertEquals(d.effectiveRank(), p.effectiveRank(), 1e-8 * n);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leaveOneOutErrorIsThatOfRefittingWithoutEachRow(boolean dual) {
    int features = 8;
    int rows = 13;
    float[][] r = gaussian(rows, features);
    double[] y = targets(r);
    RidgeEstimator estimator = RidgeEstimator.create(features, rows, features, dual);
    for (float[] row : r) {
      estimator.add(row);
    }
    RidgeEstimator.Fit fit = estimator.fit(y);
    double squared = 0;
    for (int left = 0; left < rows; left++) {
      double[] u = directSolve(r, y, fit.lambda() * features, left);
      double residual = y[left] - dot(u, r[left]);
      squared += residual * residual;
    }
    assertEquals(Math.sqrt(squared / rows), fit.looError(), 1e-8);
    assertArrayEquals(directSolve(r, y, fit.lambda() * features, -1), fit.weights(), 1e-8);
  }

  @Test
  void exactLowRankScoresAreRecovered() {
    int features = 50;
    int rank = 5;
    float[][] basis = gaussian(rank, features);
    float[][] r = new float[40][features];
    double[] y = new double[40];
    double[] hidden = random.doubles(features, -1, 1).toArray();
    for (int j = 0; j < r.length; j++) {
      for (float[] direction : basis) {
        float c = (float) random.nextGaussian();
        for (int a = 0; a < features; a++) {
          r[j][a] += c * direction[a];
        }
      }
      y[j] = dot(hidden, r[j]);
    }
    RidgeEstimator estimator = RidgeEstimator.create(features, 20, features * rank);
    for (int j = 0; j < 20; j++) {
      estimator.add(r[j]);
    }
    RidgeEstimator.Fit fit = estimator.fit(Arrays.copyOf(y, 20));
    for (int j = 20; j < 40; j++) {
      assertEquals(y[j], dot(fit.weights(), r[j]), 1e-3);
    }
    assertEquals(rank, fit.effectiveRank(), 0.1);
  }

  @Test
  void aFitDoesNotDependOnTheQueryFittedBefore() {
    int features = 37;
    int count = 40;
    float[][] rows = gaussian(count, features);
    RidgeEstimator shared = estimator(rows);
    for (int query = 0; query < 200; query++) {
      double noise = Math.pow(10, 3 * random.nextDouble() - 2);
      double[] targets = targets(rows);
      for (int j = 0; j < count; j++) {
        targets[j] += noise * random.nextGaussian();
      }
      assertArrayEquals(estimator(rows).fit(targets).weights(), shared.fit(targets).weights());
    }
  }

  private static RidgeEstimator estimator(float[][] rows) {
    RidgeEstimator estimator = RidgeEstimator.create(rows[0].length, rows.length, rows[0].length);
    for (float[] row : rows) {
      estimator.add(row);
    }
    return estimator;
  }

  @Test
  void rowsOfZerosAndDuplicatesGiveFiniteWeights() {
    RidgeEstimator estimator = RidgeEstimator.create(3, 4, 1);
    estimator.add(new float[3]);
    estimator.add(new float[] {1, 2, 3});
    estimator.add(new float[] {1, 2, 3});
    estimator.add(new float[] {1, 2, 3});
    for (double weight : estimator.fit(new double[] {0, 1, 1, 1}).weights()) {
      assertTrue(Double.isFinite(weight));
    }
  }

  @Test
  void badInputIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> RidgeEstimator.create(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> RidgeEstimator.create(1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> RidgeEstimator.create(1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> RidgeEstimator.create(1, 1, Double.NaN));
    RidgeEstimator estimator = RidgeEstimator.create(2, 1, 1);
    assertThrows(IllegalStateException.class, () -> estimator.fit(new double[0]));
    assertThrows(IllegalArgumentException.class, () -> estimator.add(new float[3]));
    estimator.add(new float[2]);
    assertThrows(IllegalStateException.class, () -> estimator.add(new float[2]));
    assertThrows(IllegalArgumentException.class, () -> estimator.fit(new double[2]));
  }

  private float[][] gaussian(int rows, int columns) {
    float[][] matrix = new float[rows][columns];
    for (float[] row : matrix) {
      for (int a = 0; a < columns; a++) {
        row[a] = (float) random.nextGaussian();
      }
    }
    return matrix;
  }

  private double[] targets(float[][] rows) {
    double[] hidden = random.doubles(rows[0].length, -1, 1).toArray();
    double[] y = new double[rows.length];
    for (int j = 0; j < y.length; j++) {
      y[j] = dot(hidden, rows[j]) + random.nextGaussian();
    }
    return y;
  }

  /** Ridge by Gaussian elimination on the normal equations, leaving one row out. */
  private static double[] directSolve(float[][] r, double[] y, double lambda, int left) {
    int k = r[0].length;
    double[][] a = new double[k][k + 1];
    for (int i = 0; i < k; i++) {
      a[i][i] = lambda;
    }
    for (int row = 0; row < r.length; row++) {
      for (int i = 0; i < k && row != left; i++) {
        for (int j = 0; j < k; j++) {
          a[i][j] += (double) r[row][i] * r[row][j];
        }
        a[i][k] += r[row][i] * y[row];
      }
    }
    for (int pivot = 0; pivot < k; pivot++) {
      for (int i = 0; i < k; i++) {
        double factor = i == pivot ? 0 : a[i][pivot] / a[pivot][pivot];
        for (int j = pivot; j <= k; j++) {
          a[i][j] -= factor * a[pivot][j];
        }
      }
    }
    double[] u = new double[k];
    for (int i = 0; i < k; i++) {
      u[i] = a[i][k] / a[i][i];
    }
    return u;
  }

  private static double dot(double[] u, float[] row) {
    double sum = 0;
    for (int i = 0; i < u.length; i++) {
      sum += u[i] * row[i];
    }
    return sum;
  }

  private static double max(double[] values) {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, Math.abs(value));
    }
    return max;
  }
}
