package io.curlew.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every option does what it says, or is refused. */
class OptionsTest extends KernelTestBase {

  private static void refused(String part, UnaryOperator<NystromOptions.Builder> setting) {
    Exception error =
        assertThrows(IllegalArgumentException.class, () -> setting.apply(landmarks(8)).build());
    assertTrue(String.valueOf(error.getMessage()).contains(part), error.toString());
  }

  @Test
  void wrongValuesAreRefused() {
    refused("landmarks must be at least 1, got: 0", o -> o.setLandmarks(0));
    refused("pinvIterations must be at least 1, got: 0", o -> o.optPinvIterations(0));
    refused("pinvTolerance must be finite", o -> o.optPinvTolerance(Double.NaN));
    refused("ridge must be finite and not negative, got: -1.0", o -> o.optRidge(-1));
    refused("nearField must be at least 0, got: -1", o -> o.optNearField(-1));
    refused("protected first tokens", o -> o.optProtectedTokens(-1, 0));
    refused("protected last tokens", o -> o.optProtectedTokens(0, -2));
    refused("errorTolerance must be above 0", o -> o.optErrorTolerance(0, 4, Fallback.EXACT));
    refused("error rows must be at least 1", o -> o.optErrorTolerance(1, 0, Fallback.EXACT));
    refused("ridge must be 0", o -> o.optRidge(1e-3).optPinvTolerance(1e-3));
    refused("PER_MATRIX", o -> o.optInitialisation(Initialisation.WHOLE_BATCH));
    for (UnaryOperator<NystromOptions.Builder> setting :
        List.<UnaryOperator<NystromOptions.Builder>>of(
            o -> o.optRidge(1e-3),
            o -> o.optProtectedTokens(1, 0),
            o -> o.optNearField(2),
            o -> o.optRowSums(RowSums.RENORMALISED),
            o -> o.optErrorTolerance(0.1, 4, Fallback.GROW),
            o -> o.optLandmarkChoice(LandmarkChoice.leverage()))) {
      refused("compatible form", o -> setting.apply(o).optCompatible(true));
    }
    assertThrows(IllegalArgumentException.class, () -> LandmarkChoice.kMeans(0));
    assertThrows(IllegalArgumentException.class, () -> LandmarkChoice.named("best"));
  }

  @Test
  void textHasAllOptions() {
    NystromOptions options =
        landmarks(11)
            .optPinvIterations(9)
            .optPinvTolerance(0.25)
            .optLandmarkChoice(LandmarkChoice.kMeans(3))
            .optProtectedTokens(2, 1)
            .optNearField(5)
            .optRowSums(RowSums.RENORMALISED)
            .optErrorTolerance(0.5, 7, Fallback.GROW)
            .optExactWhenFaster(true)
            .build();
    String text = NystromOptionsText.write(options);
    assertEquals(text, NystromOptionsText.write(NystromOptionsText.read(text)));
    assertEquals(text, NystromOptionsText.write(options.toBuilder().build()));
    String compatible = NystromOptionsText.write(landmarks(3).optCompatible(true).build());
    assertEquals(compatible, NystromOptionsText.write(NystromOptionsText.read(compatible)));
    String ridge = NystromOptionsText.write(landmarks(3).optRidge(1e-3).build());
    assertEquals(ridge, NystromOptionsText.write(NystromOptionsText.read(ridge)));
    assertThrows(IllegalArgumentException.class, () -> NystromOptionsText.read("[landmarks=3]"));
    assertThrows(IllegalArgumentException.class, () -> NystromOptionsText.read("landmarks=3"));
  }

  @Test
  void wrongInputsAreRefusedWithRuleAndShape() {
    NystromOptions options = landmarks(4).build();
    NDArray q = normal(2, 3, 10, 4);
    inputs("(batch, heads, tokens, headSize), got: (3, 10, 4)", q.get(0), q, q, null, options);
    inputs("keys must have the shape", q, normal(2, 3, 11, 4), q, null, options);
    inputs("values must have the shape", q, q, normal(2, 3, 10, 5), null, options);
    inputs("at least 1 of everything", empty(), empty(), empty(), null, options);
    inputs("one data type", q, q.toType(DataType.FLOAT64, true), q, null, options);
    NDArray integers = q.toType(DataType.INT32, true);
    inputs("must be one of", integers, integers, integers, null, options);
    inputs("one for each of the 2 sequences, got: 1", q, q, q, new int[] {3}, options);
    inputs("within the 10", q, q, q, new int[] {3, 11}, options);
    inputs("not be negative", q, q, q, new int[] {3, -1}, options);
    assertThrows(IllegalArgumentException.class, () -> TokenSpan.of(-1, 2));
    List<TokenSpan> spans = TokenSpan.whole(2, 10);
    assertThrows(
        IllegalArgumentException.class, () -> NystromKernel.row(q, q, q, spans, 10, options));
    assertThrows(
        IllegalArgumentException.class,
        () -> NystromKernel.row(q, q, q, spans, 1, landmarks(4).optNearField(2).build()));
    assertThrows(
        IllegalArgumentException.class,
        () -> NystromKernel.factors(q, q, 10, landmarks(10).build()));
    assertThrows(
        IllegalArgumentException.class,
        () -> ValueConvolution.apply(q, normal(3, 4), spans),
        "even kernel");
    assertThrows(
        IllegalArgumentException.class,
        () -> ValueConvolution.apply(q, normal(2, 3), spans),
        "heads");
  }

  private NDArray empty() {
    return manager.zeros(new Shape(1, 1, 0, 4));
  }

  private static void inputs(
      String part,
      NDArray q,
      NDArray k,
      NDArray v,
      int @Nullable [] valid,
      NystromOptions options) {
    Exception error =
        assertThrows(
            IllegalArgumentException.class, () -> NystromKernel.attend(q, k, v, valid, options));
    assertTrue(String.valueOf(error.getMessage()).contains(part), error.toString());
  }

  @Test
  void iterationStopsAtItsBest() {
    // Rows of two small values: singular values fall off like 1 / k!, most of them below rounding.
    NDArray q = normal(1, 2, 64, 2).mul(0.3);
    NystromOptions many = landmarks(32).optPinvIterations(80).build();
    NystromOptions stopped = many.toBuilder().optPinvTolerance(1e-6).build();
    // 80 steps without a look at the residual carry rounding into overflow or noise.
    double lost = residual(q, many);
    double kept = residual(q, stopped);
    assertTrue(kept < 1e-2, "got: " + kept);
    assertTrue(!(lost < 10 * kept), "got: " + lost + " and " + kept);
    NystromOptions loose = many.toBuilder().optPinvTolerance(0.5).build();
    double early = residual(q, loose);
    assertTrue(early <= 0.5 && early > kept, "got: " + early);
  }

  @Test
  void ridgeGoesToTheInverse() {
    NDArray q = normal(DataType.FLOAT64, 1, 2, 64, 8);
    NDArray k = normal(DataType.FLOAT64, 1, 2, 64, 8);
    for (double ridge : new double[] {1e-1, 1e-4, 1e-8}) {
      try (NystromFactors factors =
          NystromKernel.factors(q, k, 64, landmarks(8).optRidge(ridge).build())) {
        // A direction of singular value s keeps s^2 / (s^2 + ridge), and so loses no more than
        // sqrt(ridge) / 2; there are 8, and the norm of a matrix whose rows sum to 1 is at least 1.
        double bound = Math.sqrt(8 * ridge) / 2;
        double residual = Arrays4.largest(factors.residual());
        assertTrue(residual > 0 && residual <= bound, "got: " + residual + " for " + ridge);
      }
    }
  }

  private static double residual(NDArray q, NystromOptions options) {
    try (NystromFactors factors =
        NystromKernel.factors(q, q, Math.toIntExact(q.getShape().get(2)), options)) {
      return Arrays4.largest(factors.residual());
    }
  }

  @Test
  void renormalisedRowsSumToOne() {
    NDArray q = normal(DataType.FLOAT64, 1, 2, 64, 8).mul(2);
    NDArray k = normal(DataType.FLOAT64, 1, 2, 64, 8);
    NDArray ones = manager.ones(new Shape(1, 2, 64, 8), DataType.FLOAT64);
    NystromOptions options = landmarks(16).optPinvIterations(2).build();
    NDArray plain = NystromKernel.attend(q, k, ones, null, options);
    assertTrue(Arrays4.difference(plain, ones) > 1e-3);
    NystromOptions renormalised = options.toBuilder().optRowSums(RowSums.RENORMALISED).build();
    NDArray output = NystromKernel.attend(q, k, ones, null, renormalised);
    // Rows whose sum says nothing are left as they are, and there are none here.
    assertEquals(0, Arrays4.difference(output, ones), 1e-9);
  }

  @Test
  void protectedTokensAreLandmarks() {
    NDArray q = normal(1, 2, 30, 4);
    NDArray k = normal(1, 2, 30, 4);
    NystromOptions options = landmarks(5).optProtectedTokens(2, 1).build();
    try (NystromFactors factors = NystromKernel.factors(q, k, 30, options)) {
      // The first two and the last landmark query are tokens: their rows are exact attention.
      NDArray exact = q.matMul(k.swapAxes(2, 3)).div(2).softmax(3);
      NDArray right = factors.right();
      assertEquals(0, Arrays4.difference(right.get(":, :, :2, :"), exact.get(":, :, :2, :")), 1e-6);
      assertEquals(
          0, Arrays4.difference(right.get(":, :, 7:, :"), exact.get(":, :, 29:, :")), 1e-6);
    }
    // A span may protect more than the options do; enough protection is exact.
    List<TokenSpan> spans = List.of(TokenSpan.of(0, 30).withProtected(25, 0));
    NDArray output = NystromKernel.attendSpans(q, k, q, spans, landmarks(5).build());
    NDArray exact = ExactAttention.attend(q, k, q, TokenSpan.whole(1, 30));
    assertEquals(0, Arrays4.difference(output, exact), 1e-5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 40})
  void nearFieldIsExactWhereItReaches(int distance) {
    NDArray q = normal(DataType.FLOAT64, 1, 2, 90, 8);
    // Tokens attend to themselves most of all, which the near field has exactly.
    NDArray k = q.mul(2);
    NDArray v = normal(DataType.FLOAT64, 1, 2, 90, 8);
    NDArray exact = ExactAttention.attend(q, k, v, TokenSpan.whole(1, 90));
    NystromOptions near = landmarks(8).optNearField(distance).optProtectedTokens(2, 1).build();
    NDArray output = NystromKernel.attend(q, k, v, null, near);
    // Rows of protected tokens are exact.
    for (String rows : List.of(":, :, :2, :", ":, :, 89:, :")) {
      assertEquals(0, Arrays4.difference(output.get(rows), exact.get(rows)), 1e-12);
    }
    double plain =
        Arrays4.relative(NystromKernel.attend(q, k, v, null, landmarks(8).build()), exact);
    double better = Arrays4.relative(output, exact);
    assertTrue(better < plain, "got: " + better + " and " + plain);
    // A band over everything leaves nothing to approximate.
    NystromOptions all = landmarks(8).optNearField(90).build();
    NDArray whole = NystromKernel.attend(q, k, v, null, all);
    assertEquals(0, Arrays4.difference(whole, exact), 1e-9);
  }

  /** Of many heads only so many blocks are computed at once; a head does not see the others. */
  @Test
  void nearFieldInPartsIsThatOfTheWhole() {
    NDArray q = normal(1, 64, 1500, 4);
    NDArray k = normal(1, 64, 1500, 4);
    NDArray v = normal(1, 64, 1500, 4);
    NystromOptions near = landmarks(8).optNearField(5).optProtectedTokens(1, 2).build();
    NDArray all = NystromKernel.attend(q, k, v, null, near);
    String last = ":, 62:, :, :";
    NDArray alone = NystromKernel.attend(q.get(last), k.get(last), v.get(last), null, near);
    assertEquals(0, Arrays4.difference(all.get(last), alone), 1e-5);
  }

  @Test
  void errorEstimateIsTheErrorAndActs() {
    NDArray q = normal(DataType.FLOAT64, 2, 3, 80, 8).mul(2);
    NDArray k = normal(DataType.FLOAT64, 2, 3, 80, 8);
    NDArray v = normal(DataType.FLOAT64, 2, 3, 80, 8);
    List<TokenSpan> spans = TokenSpan.whole(2, 80);
    NDArray exact = ExactAttention.attend(q, k, v, spans);
    // With every row sampled the estimate is the error itself.
    NystromOptions tolerant = landmarks(8).optErrorTolerance(1e9, 80, Fallback.EXACT).build();
    NystromResult accepted = NystromKernel.attendWithReport(q, k, v, spans, tolerant);
    for (int sequence = 0; sequence < 2; sequence++) {
      SequenceReport report = accepted.sequences().get(sequence);
      assertEquals(3, report.headErrors().size());
      assertEquals(8, report.landmarks());
      for (int head = 0; head < 3; head++) {
        String index = sequence + ", " + head;
        assertEquals(
            Arrays4.relative(accepted.output().get(index), exact.get(index)),
            report.headErrors().get(head),
            1e-9);
      }
    }
    NystromOptions strict = landmarks(8).optErrorTolerance(1e-6, 5, Fallback.EXACT).build();
    NystromResult fallen = NystromKernel.attendWithReport(q, k, v, spans, strict);
    assertTrue(fallen.sequences().stream().allMatch(SequenceReport::exact));
    assertEquals(0, Arrays4.difference(fallen.output(), exact), 1e-12);
    double between = accepted.sequences().get(0).largestError() * 0.8;
    NystromOptions grow = landmarks(8).optErrorTolerance(between, 80, Fallback.GROW).build();
    SequenceReport grown = NystromKernel.attendWithReport(q, k, v, spans, grow).sequences().get(0);
    assertTrue(grown.landmarks() > 8, grown.toString());
    assertTrue(grown.exact() || grown.largestError() <= between, grown.toString());
  }

  @Test
  void automaticChoiceIsExactForShortInputs() {
    NystromOptions options = landmarks(64).optExactWhenFaster(true).build();
    NDArray q = normal(1, 12, 128, 64);
    List<TokenSpan> spans = TokenSpan.whole(1, 128);
    assertTrue(NystromKernel.attendWithReport(q, q, q, spans, options).sequences().get(0).exact());
    List<Boolean> choices =
        IntStream.of(64, 128, 512, 4096)
            .mapToObj(n -> AttentionCost.exactIsFaster(12, n, 64, 64, options))
            .toList();
    assertEquals(List.of(true, true, false, false), choices);
  }
}
