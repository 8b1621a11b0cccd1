package io.curlew.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.TokenRows;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel against formulas written out in plain Java, and its limits. */
class NystromKernelTest extends KernelTestBase {

  @Test
  void agreesWithPlainFormulasForAnySizes() {
    for (int round = 0; round < 30; round++) {
      int tokens = 1 + random.nextInt(150);
      int landmarks = 1 + random.nextInt(tokens + 3);
      int size = 1 + random.nextInt(12);
      int steps = 1 + random.nextInt(8);
      double[][][] x = new double[3][tokens][];
      for (double[][] rows : x) {
        for (int token = 0; token < tokens; token++) {
          rows[token] = Arrays4.values(random, size);
        }
      }
      double[][] expected =
          landmarks >= tokens
              ? PlainNystrom.exact(x[0], x[1], x[2])
              : PlainNystrom.attend(x[0], x[1], x[2], landmarks, steps);
      NDArray actual =
          NystromKernel.attend(
              array(x[0]),
              array(x[1]),
              array(x[2]),
              null,
              landmarks(landmarks).optPinvIterations(steps).build());
      assertEquals(
          0,
          Arrays4.difference(actual, array(expected)),
          1e-9,
          tokens + " tokens, " + landmarks + " landmarks, size " + size + ", steps " + steps);
    }
  }

  /** What the reference file cannot show to 1e-8 for lack of digits. */
  @Test
  void twentyStepsAgreeWithPlainFormulas() {
    double[][] q = rows(64, 8);
    double[][] k = rows(64, 8);
    double[][] v = rows(64, 8);
    NDArray actual =
        NystromKernel.attend(
            array(q), array(k), array(v), null, landmarks(8).optPinvIterations(20).build());
    assertTrue(Arrays4.relative(actual, array(PlainNystrom.attend(q, k, v, 8, 20))) < 1e-8);
  }

  /** Long enough for several blocks of tokens. */
  @Test
  void blocksOfTokensFitTogether() {
    int tokens = 14_501;
    double[][] q = rows(tokens, 4);
    double[][] k = rows(tokens, 4);
    double[][] v = rows(tokens, 4);
    NDArray reference = array(PlainNystrom.attend(q, k, v, 160, 6));
    NystromOptions options = landmarks(160).build();
    assertTrue(TokenRows.perBlock(array(q), 160) < tokens);
    NDArray actual = NystromKernel.attend(array(q), array(k), array(v), null, options);
    assertTrue(Arrays4.relative(actual, reference) < 1e-9);
  }

  /** Long enough that not all heads are taken at a time: every head is as it is alone. */
  @ParameterizedTest
  @ValueSource(ints = {2000, 5200, 13_200})
  void blocksOfHeadsFitTogether(int tokens) {
    NDArray q = normal(DataType.FLOAT64, 3, 3, tokens, 4);
    NDArray k = normal(DataType.FLOAT64, 3, 3, tokens, 4);
    NDArray v = normal(DataType.FLOAT64, 3, 3, tokens, 4);
    assertTrue(TokenRows.matricesPerBlock(q, 160L * tokens) < 9);
    int[] valid = {tokens, tokens - 7, tokens};
    NystromOptions options =
        landmarks(160).optCompatible(true).optInitialisation(Initialisation.PER_MATRIX).build();
    NDArray all = NystromKernel.attend(q, k, v, valid, options);
    for (int sequence = 0; sequence < 3; sequence++) {
      for (int head = 0; head < 3; head++) {
        NDArray alone =
            NystromKernel.attend(
                one(q, sequence, head),
                one(k, sequence, head),
                one(v, sequence, head),
                new int[] {valid[sequence]},
                options);
        assertEquals(0, Arrays4.difference(one(all, sequence, head), alone), 1e-12);
      }
    }
  }

  private static NDArray one(NDArray x, int sequence, int head) {
    return TokenRows.heads(x.getManager(), x, sequence, sequence + 1, head, head + 1);
  }

  @Test
  void exactAttentionInBlocksOfRowsIsExact() {
    double[][] q = rows(1500, 4);
    double[][] k = rows(1500, 4);
    double[][] v = rows(1500, 4);
    NDArray actual = ExactAttention.attend(array(q), array(k), array(v), TokenSpan.whole(1, 1500));
    assertTrue(TokenRows.perBlock(array(q), 1500) < 1500);
    assertEquals(0, Arrays4.difference(actual, array(PlainNystrom.exact(q, k, v))), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 1000})
  void asManyLandmarksAsTokensIsExact(int landmarks) {
    NDArray q = normal(2, 3, 16, 8);
    NDArray k = normal(2, 3, 16, 8);
    NDArray v = normal(2, 3, 16, 8);
    NDArray exact = ExactAttention.attend(q, k, v, TokenSpan.whole(2, 16));
    for (boolean compatible : new boolean[] {false, true}) {
      NystromOptions options = landmarks(landmarks).optCompatible(compatible).build();
      NDArray actual = NystromKernel.attend(q, k, v, null, options);
      assertEquals(0, Arrays4.difference(actual, exact), 1e-5);
    }
  }

  @Test
  void limits() {
    // One token: the output is its value.
    NDArray v = normal(1, 2, 1, 4);
    NDArray one =
        NystromKernel.attend(normal(1, 2, 1, 4), normal(1, 2, 1, 4), v, null, landmarks(1).build());
    assertEquals(0, Arrays4.difference(one, v), 1e-6);
    // One landmark: every row of the approximation is the landmark's attention.
    NDArray q = normal(1, 2, 9, 4);
    NDArray output =
        NystromKernel.attend(q, normal(1, 2, 9, 4), normal(1, 2, 9, 4), null, landmarks(1).build());
    NDArray first = output.get(":, :, 0:1, :").broadcast(output.getShape());
    assertEquals(0, Arrays4.difference(output, first), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT16", "FLOAT32"})
  void sequencesWithoutARealTokenAreZero(String type) {
    DataType dataType = DataType.valueOf(type);
    NDArray q = normal(2, 2, 20, 4).toType(dataType, false);
    for (boolean compatible : new boolean[] {false, true}) {
      for (int landmarks : new int[] {4, 30}) {
        NystromOptions options = landmarks(landmarks).optCompatible(compatible).build();
        NDArray output = NystromKernel.attend(q, q, q, new int[] {0, 20}, options);
        assertEquals(dataType, output.getDataType());
        assertEquals(0, Arrays4.largest(output.get("0:1")));
        double other = Arrays4.largest(output.get("1:2"));
        assertTrue(other > 0 && other < 10, "must be finite and present, got: " + other);
        NDArray none = NystromKernel.attend(q, q, q, new int[] {0, 0}, options);
        assertEquals(0, Arrays4.largest(none));
      }
    }
    NDArray exact =
        ExactAttention.attend(q, q, q, List.of(TokenSpan.of(0, 0), TokenSpan.of(0, 20)));
    assertEquals(0, Arrays4.largest(exact.get("0:1")));
  }

  @Test
  void largeLogitsStayFinite() {
    NDArray q = normal(1, 2, 200, 8).mul(30);
    NDArray k = normal(1, 2, 200, 8).mul(30);
    NDArray v = normal(1, 2, 200, 8);
    for (NystromOptions options :
        List.of(
            landmarks(8).build(),
            landmarks(8).optRowSums(RowSums.RENORMALISED).build(),
            landmarks(8).optNearField(5).optProtectedTokens(1, 1).build())) {
      double largest = Arrays4.largest(NystromKernel.attend(q, k, v, null, options));
      assertTrue(Double.isFinite(largest), options + ", got: " + largest);
    }
  }

  @Test
  void factorsMultiplyToTheOutput() {
    NDArray q = normal(DataType.FLOAT64, 2, 3, 50, 8);
    NDArray k = normal(DataType.FLOAT64, 2, 3, 50, 8);
    NDArray v = normal(DataType.FLOAT64, 2, 3, 50, 8);
    NystromOptions options = landmarks(10).optProtectedTokens(2, 1).build();
    try (NystromFactors factors = NystromKernel.factors(q, k, 50, options)) {
      assertEquals(new Shape(2, 3, 50, 13), factors.left().getShape());
      assertEquals(new Shape(2, 3, 13, 50), factors.right().getShape());
      NDArray product = factors.left().matMul(factors.inverse()).matMul(factors.right().matMul(v));
      NDArray output = NystromKernel.attend(q, k, v, null, options);
      assertEquals(0, Arrays4.difference(product, output), 1e-10);
      NDArray back = factors.core().matMul(factors.inverse()).matMul(factors.core());
      double residual = Arrays4.relative(back.get("0, 0"), factors.core().get("0, 0"));
      assertEquals(residual, factors.residual().toDoubleArray()[0], 1e-12);
    }
  }

  @Test
  void oneRowIsThatOfAll() {
    NDArray q = normal(2, 3, 60, 8);
    NDArray k = normal(2, 3, 60, 8);
    NDArray v = normal(2, 3, 60, 8);
    List<TokenSpan> spans = List.of(TokenSpan.of(0, 60), TokenSpan.of(3, 40));
    for (NystromOptions options :
        List.of(
            landmarks(8).build(),
            landmarks(8).optRowSums(RowSums.RENORMALISED).optProtectedTokens(1, 1).build(),
            landmarks(60).build())) {
      NDArray all = NystromKernel.attendSpans(q, k, v, spans, options);
      for (int row : new int[] {0, 3, 42, 43, 59}) {
        NDArray one = NystromKernel.row(q, k, v, spans, row, options);
        NDArray expected = all.get(":, :, {}:{}, :", row, row + 1);
        assertEquals(0, Arrays4.difference(one, expected), 1e-5);
      }
    }
  }

  @Test
  void inputsAreNotModifiedAndResultBelongsToTheQueries() {
    NDArray q = normal(1, 2, 40, 4);
    NDArray before = q.duplicate();
    NDArray output = NystromKernel.attend(q, q, q, new int[] {30}, landmarks(4).build());
    assertEquals(0, Arrays4.difference(before, q));
    assertEquals(q.getManager(), output.getManager());
    assertFalse(output.isReleased());
  }

  private double[][] rows(int count, int size) {
    double[][] rows = new double[count][];
    for (int row = 0; row < count; row++) {
      rows[row] = Arrays4.values(random, size);
    }
    return rows;
  }

  private NDArray array(double[][] rows) {
    return manager.create(rows).expandDims(0).expandDims(0);
  }
}
