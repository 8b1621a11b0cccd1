package io.curlew.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.curlew.simd.MatrixKernel;
import io.curlew.simd.ScalarMatrixKernel;
import io.curlew.testing.Seeds;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixProductTest {

  private final Random random = Seeds.random();

  @ParameterizedTest
  @CsvSource({
    "0,3,4",
    "3,0,4",
    "3,4,0",
    "1,1,1",
    "1,300,1",
    "5,1,7",
    "4,8,24",
    "7,129,25",
    "9,257,53",
    "66,140,31",
    "261,130,490",
    "3,1100,64",
    "530,1030,9"
  })
  void productsAgreeWithEjmlInBothKernelsAndForAnyThreads(int m, int k, int n) {
    DMatrixRMaj a = TestMatrices.gaussian(m, k, random);
    DMatrixRMaj b = TestMatrices.gaussian(k, n, random);
    DMatrixRMaj at = TestMatrices.transpose(a);
    DMatrixRMaj bt = TestMatrices.transpose(b);
    double[] expected = TestMatrices.multiply(a, b).data;
    double tolerance = 1e-14 * 30 * Math.sqrt(k + 1.0);
    for (MatrixKernel kernel : new MatrixKernel[] {MatrixKernel.BEST, new ScalarMatrixKernel()}) {
      MatrixProduct single = new MatrixProduct(1, kernel);
      assertArrayEquals(expected, single.multiply(a, b).data, tolerance);
      assertArrayEquals(expected, single.multiplyTransposedLeft(at, b).data, tolerance);
      assertArrayEquals(expected, single.multiplyTransposedRight(a, bt).data, tolerance);
      for (int threads : new int[] {2, 3}) {
        MatrixProduct several = new MatrixProduct(threads, kernel);
        assertArrayEquals(single.multiply(a, b).data, several.multiply(a, b).data);
        assertArrayEquals(
            single.multiplyTransposedLeft(at, b).data, several.multiplyTransposedLeft(at, b).data);
      }
    }
  }

  @Test
  void kernelsAgree() {
    MatrixKernel scalar = new ScalarMatrixKernel();
    MatrixKernel best = MatrixKernel.BEST;
    for (int n : new int[] {0, 1, 7, 8, 33, 100}) {
      double[] x = TestMatrices.gaussian(1, 5 * n + 8, random).data;
      double[] y = TestMatrices.gaussian(1, n + 3, random).data;
      assertEquals(scalar.dot(x, 2, y, 3, n), best.dot(x, 2, y, 3, n), 1e-12);
      double[] expected = y.clone();
      double[] actual = y.clone();
      scalar.axpy(0.3, x, 1, expected, 2, n);
      best.axpy(0.3, x, 1, actual, 2, n);
      assertArrayEquals(expected, actual, 1e-12);
      scalar.combine(x, 1, 5, x, 2, n, expected, 1, n);
      best.combine(x, 1, 5, x, 2, n, actual, 1, n);
      assertArrayEquals(expected, actual, 1e-11);
      scalar.addSquares(x, 3, expected, 0, n);
      best.addSquares(x, 3, actual, 0, n);
      assertArrayEquals(expected, actual, 1e-11);
      double[] other = x.clone();
      double[] otherToo = x.clone();
      scalar.rotate(0.6, 0.8, expected, 1, other, 2, n);
      best.rotate(0.6, 0.8, actual, 1, otherToo, 2, n);
      assertArrayEquals(expected, actual, 1e-11);
      assertArrayEquals(other, otherToo, 1e-11);
    }
  }

  @Test
  void shapesMustFit() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                MatrixProduct.singleThreaded()
                    .multiply(new DMatrixRMaj(2, 3), new DMatrixRMaj(4, 2)));
    assertEquals("columns of a must equal rows of b, got: 3 and 4", e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> MatrixProduct.withThreads(0));
    assertEquals("threads must be at least 1, got: 0", e.getMessage());
  }
}
