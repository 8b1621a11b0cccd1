package io.curlew.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Matrices that do not exist whole: rows of floats, products, differences. */
class OperatorTest {

  private final Random random = Seeds.random();

  private static float[][] floats(DMatrixRMaj m) {
    float[][] rows = new float[m.numRows][m.numCols];
    for (int i = 0; i < m.numRows; i++) {
      for (int j = 0; j < m.numCols; j++) {
        rows[i][j] = (float) m.get(i, j);
      }
    }
    return rows;
  }

  private static DMatrixRMaj doubles(float[][] rows) {
    DMatrixRMaj m = new DMatrixRMaj(rows.length, rows[0].length);
    for (int i = 0; i < m.numRows; i++) {
      for (int j = 0; j < m.numCols; j++) {
        m.set(i, j, rows[i][j]);
      }
    }
    return m;
  }

  @Test
  void floatsMultiplyAsTheirDoublesDo() {
    float[][] rows = floats(TestMatrices.gaussian(30, 700, random));
    DMatrixRMaj m = doubles(rows);
    for (LinearOperator a :
        new LinearOperator[] {
          FloatRows.of(rows), FloatRows.of(rows, MatrixProduct.withThreads(2))
        }) {
      DMatrixRMaj x = TestMatrices.gaussian(700, 9, random);
      DMatrixRMaj y = TestMatrices.gaussian(30, 5, random);
      assertArrayEquals(TestMatrices.multiply(m, x).data, a.multiply(x).data, 1e-11);
      assertArrayEquals(
          TestMatrices.multiply(TestMatrices.transpose(m), y).data,
          a.multiplyTransposed(y).data,
          1e-11);
      assertArrayEquals(a.multiply(x).data, a.transposed().transposed().multiply(x).data);
      assertArrayEquals(a.multiply(x).data, a.transposed().multiplyTransposed(x).data);
    }
  }

  @Test
  void aRowSkeletonOfFloatScores() {
    int queries = 60;
    int rank = 8;
    float[][] scores = floats(TestMatrices.lowRankAndNoise(queries, 5000, rank, 1e-3, random));
    LinearOperator a = FloatRows.of(scores);
    for (Sketch sketch : Sketch.values()) {
      ColumnSkeleton skeleton =
          ColumnSkeleton.compute(a.transposed(), Truncation.rank(rank), sketch, random.nextLong());
      DMatrixRMaj m = doubles(scores);
      DMatrixRMaj z = TestMatrices.transpose(skeleton.coefficients());
      DMatrixRMaj fit = TestMatrices.multiply(z, Matrices.rows(m, skeleton.columns()));
      double error = TestMatrices.spectral(TestMatrices.minus(m, fit));
      double best = TestMatrices.singularValues(m)[rank];
      assertTrue(error <= 3 * Math.sqrt(1 + rank * (queries - rank)) * best, error + ", " + best);
      assertTrue(skeleton.errorEstimate() <= 1.0001 * error);
      assertTrue(skeleton.errorEstimate() >= 0.3 * error);
      // As a tolerance on the columns of the sketch, the noise is where the rank is found.
      ColumnSkeleton found =
          ColumnSkeleton.compute(
              a.transposed(), Truncation.relative(0.03), sketch, random.nextLong());
      assertEquals(rank, found.columns().length);
    }
  }

  @Test
  void randomizedSvdOfAnOperatorIsThatOfTheMatrix() {
    float[][] scores =
        floats(TestMatrices.spectrum(50, 900, TestMatrices.geometric(50, 0.7), random));
    long seed = random.nextLong();
    Truncation truncation = Truncation.rank(6);
    TruncatedSvd ofFloats = TruncatedSvd.randomized(FloatRows.of(scores), truncation, seed);
    TruncatedSvd ofDoubles = TruncatedSvd.randomized(doubles(scores), truncation, seed);
    assertArrayEquals(ofDoubles.singularValues(), ofFloats.singularValues(), 1e-10);
    assertArrayEquals(ofDoubles.reconstruct().data, ofFloats.reconstruct().data, 1e-9);
  }

  @Test
  void floatsMustBeFiniteAndOfOneLength() {
    float[][] bad = {{1, 2}, {3, Float.NaN}};
    Exception e = assertThrows(IllegalArgumentException.class, () -> FloatRows.of(bad));
    assertEquals("entries must be finite, got: NaN at row 1, column 1", e.getMessage());
    float[][] ragged = {{1, 2}, {3}};
    e = assertThrows(IllegalArgumentException.class, () -> FloatRows.of(ragged));
    assertEquals("length of row 1 must equal length of row 0, got: 1 and 2", e.getMessage());
  }

  @Test
  void productsThatAreNotFiniteAreAnError() {
    LinearOperator broken =
        new LinearOperator() {
          @Override
          public int rows() {
            return 20;
          }

          @Override
          public int columns() {
            return 30;
          }

          @Override
          public DMatrixRMaj multiply(DMatrixRMaj x) {
            DMatrixRMaj y = new DMatrixRMaj(20, x.numCols);
            y.data[0] = Double.NaN;
            return y;
          }

          @Override
          public DMatrixRMaj multiplyTransposed(DMatrixRMaj y) {
            return multiply(y);
          }
        };
    for (Runnable use :
        new Runnable[] {
          () -> ColumnSkeleton.compute(broken, Truncation.rank(2), Sketch.GAUSSIAN, 1),
          () -> TruncatedSvd.randomized(broken, Truncation.rank(2), 1),
          () -> SpectralError.estimate(broken, broken, 1)
        }) {
      assertThrows(IllegalArgumentException.class, use::run);
    }
  }

  @Test
  void theSpectralErrorOfAFlatSpectrumIsNotFarBelow() {
    // The worst case: all singular values of the difference alike.
    DMatrixRMaj q = TestMatrices.orthonormal(300, 300, random);
    LinearOperator zero = LinearOperator.of(new DMatrixRMaj(300, 300));
    assertEquals(1, SpectralError.estimate(LinearOperator.of(q), zero, random.nextLong()), 1e-9);
    DMatrixRMaj g = TestMatrices.gaussian(300, 300, random);
    double estimate = SpectralError.estimate(LinearOperator.of(g), zero, random.nextLong());
    double norm = TestMatrices.spectral(g);
    assertTrue(estimate <= norm * (1 + 1e-12));
    assertTrue(estimate >= 0.6 * norm, estimate + " of " + norm);
  }
}
