package io.curlew.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Seeds;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Singular value decomposition and pseudo-inverse beyond their contract. */
class SvdTest {

  private final Random random = Seeds.random();

  static Stream<Arguments> matrices() {
    Map<String, DMatrixRMaj> all = TestMatrices.all(Seeds.random());
    return all.entrySet().stream()
        .map(entry -> Arguments.of(Named.of(entry.getKey(), entry.getValue())));
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void singularValuesAndVectorsOfTheWholeMatrix(DMatrixRMaj m) {
    TruncatedSvd svd = TruncatedSvd.compute(m, Truncation.relative(0));
    double[] expected = TestMatrices.singularValues(m);
    double[] actual = svd.singularValues();
    double largest = expected.length == 0 ? 0 : expected[0];
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], i < actual.length ? actual[i] : 0, 1e-14 * 30 * largest);
    }
    for (DMatrixRMaj vectors : new DMatrixRMaj[] {svd.u(), svd.v()}) {
      DMatrixRMaj gram = TestMatrices.multiply(TestMatrices.transpose(vectors), vectors);
      assertArrayEquals(Triangles.identity(svd.rank()).data, gram.data, 1e-13);
    }
    assertArrayEquals(m.data, svd.reconstruct().data, 1e-14 * 60 * largest);
    assertTrue(svd.effectiveRank() <= svd.rank() + 1e-9);
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void penrosesFourIdentities(DMatrixRMaj a) {
    PseudoInverse inverse = PseudoInverse.compute(a, 1e-6);
    DMatrixRMaj p = inverse.toMatrix();
    assertEquals(a.numCols, p.numRows);
    assertEquals(a.numRows, p.numCols);
    DMatrixRMaj ap = TestMatrices.multiply(a, p);
    DMatrixRMaj pa = TestMatrices.multiply(p, a);
    double rounding = 1e-9;
    // What was cut off is at most the tolerance.
    assertArrayEquals(a.data, TestMatrices.multiply(ap, a).data, 2e-6 * TestMatrices.spectral(a));
    assertArrayEquals(p.data, TestMatrices.multiply(pa, p).data, rounding * TestMatrices.max(p));
    assertArrayEquals(ap.data, TestMatrices.transpose(ap).data, rounding);
    assertArrayEquals(pa.data, TestMatrices.transpose(pa).data, rounding);
    DMatrixRMaj b = TestMatrices.gaussian(a.numRows, 2, random);
    assertArrayEquals(
        TestMatrices.multiply(p, b).data,
        inverse.multiply(b).data,
        1e-12 * a.numRows * TestMatrices.max(p));
  }

  @Test
  void pseudoInverseMinimisesTheResidual() {
    DMatrixRMaj a = TestMatrices.lowRankAndNoise(20, 8, 3, 0, random);
    DMatrixRMaj m = TestMatrices.gaussian(20, 2, random);
    PseudoInverse inverse = PseudoInverse.compute(a, 1e-10);
    assertEquals(3, inverse.rank());
    DMatrixRMaj b = inverse.multiply(m);
    DMatrixRMaj residual = TestMatrices.minus(m, TestMatrices.multiply(a, b));
    DMatrixRMaj gradient = TestMatrices.multiply(TestMatrices.transpose(a), residual);
    assertEquals(0, TestMatrices.max(gradient), 1e-11);
    // The solution of smallest norm has no part that A does not see.
    DMatrixRMaj seen = inverse.multiply(TestMatrices.multiply(a, b));
    assertArrayEquals(b.data, seen.data, 1e-10);
  }

  @Test
  void pseudoInverseOfZeroIsZero() {
    PseudoInverse inverse = PseudoInverse.compute(new DMatrixRMaj(4, 3), 1e-12);
    assertEquals(0, inverse.rank());
    assertEquals(0, inverse.conditionNumber());
    assertEquals(0, inverse.effectiveRank());
    assertArrayEquals(new double[12], inverse.toMatrix().data);
  }

  @Test
  void smallSingularValuesHaveHighRelativeAccuracy() {
    // Rows scaled over 30 decades: the singular values are those of the rows nearly.
    int n = 12;
    DMatrixRMaj q = TestMatrices.orthonormal(n, n, random);
    DMatrixRMaj graded = new DMatrixRMaj(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        graded.set(i, j, q.get(i, j) * Math.pow(10, -2.5 * i));
      }
    }
    double[] sigma = TruncatedSvd.compute(graded, Truncation.rank(n)).singularValues();
    for (int i = 0; i < n; i++) {
      assertEquals(1, sigma[i] / Math.pow(10, -2.5 * i), 1e-12);
    }
  }

  @Test
  void eckartYoung() {
    double[] sigma = TestMatrices.geometric(30, 0.8);
    DMatrixRMaj m = TestMatrices.spectrum(50, 30, sigma, random);
    TruncatedSvd svd = TruncatedSvd.compute(m, Truncation.rank(10));
    DMatrixRMaj error = TestMatrices.minus(m, svd.reconstruct());
    assertEquals(TestMatrices.tail(sigma, 10), TestMatrices.frobenius(error), 1e-12);
    assertEquals(sigma[10], TestMatrices.spectral(error), 1e-12);
    assertEquals(sigma[10], svd.errorEstimate(), 1e-12);
    assertEquals(sigma[0] / sigma[9], svd.conditionNumber(), 1e-9);
  }

  @Test
  void effectiveRankOfAFlatSpectrumIsTheRank() {
    DMatrixRMaj q = TestMatrices.orthonormal(20, 7, random);
    assertEquals(7, TruncatedSvd.compute(q, Truncation.rank(7)).effectiveRank(), 1e-9);
  }

  @Test
  void leverageScoresSumToTheRank() {
    DMatrixRMaj m = TestMatrices.gaussian(25, 40, random);
    TruncatedSvd svd = TruncatedSvd.compute(m, Truncation.rank(6));
    assertEquals(6, java.util.Arrays.stream(svd.columnLeverage()).sum(), 1e-11);
    assertEquals(6, java.util.Arrays.stream(svd.rowLeverage()).sum(), 1e-11);
  }

  @Test
  void randomizedMeetsAnAbsoluteTolerance() {
    DMatrixRMaj m = TestMatrices.spectrum(200, 160, TestMatrices.geometric(160, 0.9), random);
    TruncatedSvd svd =
        TruncatedSvd.randomized(m, Truncation.relative(0).withAbsolute(1e-3), random.nextLong());
    assertEquals(Math.ceil(Math.log(1e-3) / Math.log(0.9)), svd.rank(), 1);
    double error = TestMatrices.spectral(TestMatrices.minus(m, svd.reconstruct()));
    assertTrue(error <= 1.1e-3, "" + error);
  }
}
