package io.curlew.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Numbers computed elsewhere, in double precision. They are given to nine digits. */
class ReferenceTest {

  private static final double DIGITS = 1e-7;

  private final JsonNode reference = read();
  private final DMatrixRMaj n = matrix(reference.get("N"));

  private static JsonNode read() {
    try (InputStream in =
        Objects.requireNonNull(ReferenceTest.class.getResourceAsStream("lowrank.json"))) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DMatrixRMaj matrix(JsonNode node) {
    int rows = node.get("shape").get(0).asInt();
    int columns = node.get("shape").get(1).asInt();
    return new DMatrixRMaj(rows, columns, true, doubles(node));
  }

  private static double[] doubles(JsonNode node) {
    double[] values = new double[node.get("data").size()];
    Arrays.setAll(values, i -> node.get("data").get(i).asDouble());
    return values;
  }

  private int[] ints(String name) {
    JsonNode node = reference.get(name);
    return IntStream.range(0, node.size()).map(i -> node.get(i).asInt()).toArray();
  }

  private static double distance(DMatrixRMaj a, DMatrixRMaj b) {
    return TestMatrices.frobenius(TestMatrices.minus(a, b));
  }

  @Test
  void singularValuesAndPseudoInverse() {
    DMatrixRMaj a = matrix(reference.get("A"));
    double[] sigma = TruncatedSvd.compute(a, Truncation.relative(0)).singularValues();
    assertArrayEquals(doubles(reference.get("A_singularValues")), sigma, DIGITS);
    PseudoInverse inverse = PseudoInverse.compute(a, 1e-12);
    assertEquals(9, inverse.rank());
    assertEquals(sigma[0] / sigma[8], inverse.conditionNumber(), 1e-9);
    assertArrayEquals(doubles(reference.get("A_pinv")), inverse.toMatrix().data, DIGITS);
  }

  @Test
  void pivotsAndErrorOfTheInterpolativeDecomposition() {
    assertArrayEquals(
        ints("N_cpqrPivots_first6"), PivotedQr.compute(n, Truncation.rank(6)).pivots());
    var id = InterpolativeDecomposition.compute(n, Truncation.rank(6), ColumnSelection.pivotedQr());
    assertEquals(
        reference.get("N_id_rank6_frobeniusError").asDouble(),
        distance(n, id.reconstruct()),
        DIGITS);
    assertEquals(
        reference.get("N_bestRank6_frobeniusError").asDouble(),
        distance(n, TruncatedSvd.compute(n, Truncation.rank(6)).reconstruct()),
        DIGITS);
  }

  @Test
  void leverageScores() {
    TruncatedSvd svd = TruncatedSvd.compute(n, Truncation.rank(6));
    double[] columns = doubles(reference.get("N_columnLeverage_rank6"));
    double[] rows = doubles(reference.get("N_rowLeverage_rank6"));
    assertArrayEquals(columns, svd.columnLeverage(), DIGITS);
    assertArrayEquals(rows, svd.rowLeverage(), DIGITS);
    int[] largest = Arrays.copyOf(Orders.falling(columns), 6);
    assertArrayEquals(largest, ColumnSelection.leverageTop().select(n, Truncation.rank(6)));
  }

  @Test
  void deimAndTheCurFromIt() {
    for (CurDecomposition.Core core : CurDecomposition.Core.values()) {
      CurDecomposition cur =
          CurDecomposition.compute(n, Truncation.rank(6), ColumnSelection.deim(), core);
      assertArrayEquals(ints("N_deimColumns_rank6"), cur.columns());
      assertArrayEquals(ints("N_deimRows_rank6"), cur.rows());
      String name = core == CurDecomposition.Core.OPTIMAL ? "optimal" : "intersection";
      assertEquals(
          reference.get("N_cur_deim_" + name + "Core_frobeniusError").asDouble(),
          distance(n, cur.reconstruct()),
          DIGITS);
    }
  }

  @Test
  void strongRrqrOnKahansMatrix() {
    JsonNode kahan = reference.get("kahan");
    int size = kahan.get("n").asInt();
    int rank = kahan.get("rank").asInt();
    DMatrixRMaj m = TestMatrices.kahan(size, kahan.get("c").asDouble());
    double[] sigma = TruncatedSvd.compute(m, Truncation.rank(size)).singularValues();
    assertEquals(kahan.get("sigma40").asDouble(), sigma[39], 1e-12);

    // Without interchanges: the first columns, which is what pivoting takes in exact arithmetic.
    int[] first = IntStream.range(0, rank).toArray();
    double plain = TestMatrices.max(PivotedQr.ofColumns(m, first).coefficients());
    assertEquals(kahan.get("plainCpqr_maxAbsZ_about").asDouble(), plain, 1);

    double bound = kahan.get("strongRrqr_maxAbsZ_atMost").asDouble();
    var id =
        InterpolativeDecomposition.compute(
            m, Truncation.rank(rank), ColumnSelection.strongRrqr(bound));
    assertTrue(TestMatrices.max(id.coefficients()) <= bound);
    double error = TestMatrices.spectral(TestMatrices.minus(m, id.reconstruct()));
    assertTrue(error <= Math.sqrt(1 + bound * bound * rank * (size - rank)) * sigma[39]);
  }

  @Test
  void hilbertMatrix() {
    DMatrixRMaj m = TestMatrices.hilbert(60);
    JsonNode best = reference.get("hilbert60").get("bestSpectralError_rank_4_8_12_16");
    for (int i = 0; i < 4; i++) {
      TruncatedSvd svd = TruncatedSvd.compute(m, Truncation.rank(4 * (i + 1)));
      double expected = best.get(i).asDouble();
      assertEquals(expected, svd.errorEstimate(), 1e-3 * expected + 1e-15);
      double error = TestMatrices.spectral(TestMatrices.minus(m, svd.reconstruct()));
      assertEquals(expected, error, 1e-3 * expected + 1e-15);
    }
  }

  @Test
  void columnRowProducts() {
    JsonNode cr = reference.get("cr");
    DMatrixRMaj x = matrix(cr.get("X"));
    DMatrixRMaj y = matrix(cr.get("Y"));
    DMatrixRMaj exact = TestMatrices.multiply(x, y);
    int r = cr.get("r").asInt();
    var method = ColumnRowProduct.Method.topNorm();
    var none = ColumnRowProduct.compute(x, y, r, method, ColumnRowProduct.Weights.NONE);
    int[] expected =
        IntStream.range(0, r).map(i -> cr.get("topNormIndices").get(i).asInt()).toArray();
    assertArrayEquals(expected, none.indices());
    assertEquals(cr.get("topNorm_error").asDouble(), distance(exact, none.toMatrix()), DIGITS);

    var diagonal = ColumnRowProduct.compute(x, y, r, method, ColumnRowProduct.Weights.DIAGONAL);
    assertArrayEquals(doubles(cr.get("diagonalWeights")), diagonal.weights(), DIGITS);
    assertEquals(cr.get("diagonal_error").asDouble(), distance(exact, diagonal.toMatrix()), DIGITS);

    var full = ColumnRowProduct.approximate(x, y, r, method, ColumnRowProduct.Weights.FULL);
    assertEquals(cr.get("fullCore_error").asDouble(), distance(exact, full), DIGITS);

    assertEquals(
        cr.get("optimalSampling_expectedSquaredError").asDouble(),
        ColumnRowProduct.expectedSquaredError(x, y, r, ColumnRowProduct.optimalProbabilities(x, y)),
        1e-4);
    // Sampling by the squared norms of X's columns.
    assertEquals(
        cr.get("normSampling_expectedSquaredError").asDouble(),
        ColumnRowProduct.expectedSquaredError(x, y, r, Matrices.squaredColumnNorms(x)),
        1e-4);
  }
}
