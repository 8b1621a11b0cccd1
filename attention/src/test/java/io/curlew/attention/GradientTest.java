package io.curlew.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import io.curlew.attention.array.TokenRows;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients against central finite differences in float64, along random directions. Landmark
 * choices that pick rows are differentiable wherever a small step picks the same.
 */
class GradientTest extends KernelTestBase {

  private static final double STEP = 1e-6;

  static Stream<NystromOptions> forms() {
    return Stream.of(
        landmarks(5).build(),
        landmarks(40).build(),
        landmarks(5).optCompatible(true).build(),
        landmarks(5).optPinvTolerance(1e-2).build(),
        landmarks(5).optRidge(1e-2).build(),
        landmarks(5).optRowSums(RowSums.RENORMALISED).optProtectedTokens(1, 1).build(),
        landmarks(5).optNearField(4).optProtectedTokens(1, 1).build(),
        landmarks(5).optLandmarkChoice(LandmarkChoice.kMeans(2)).build(),
        landmarks(5).optLandmarkChoice(LandmarkChoice.leverage()).build(),
        landmarks(5).optLandmarkChoice(LandmarkChoice.pivotedQr()).build());
  }

  @ParameterizedTest
  @MethodSource("forms")
  void gradientsEqualFiniteDifferences(NystromOptions options) throws Exception {
    long[] shape = {2, 2, 24, 6};
    List<NDArray> inputs =
        List.of(
            normal(DataType.FLOAT64, shape),
            normal(DataType.FLOAT64, shape),
            normal(DataType.FLOAT64, shape));
    NDArray weights = normal(DataType.FLOAT64, shape);
    List<TokenSpan> spans = List.of(TokenSpan.of(0, 24), TokenSpan.of(3, 18));
    inputs.forEach(input -> input.setRequiresGradient(true));
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray loss = loss(inputs, weights, spans, options);
      HeapPressure.apply();
      collector.backward(loss);
    }
    List<NDArray> gradients = inputs.stream().map(NDArray::getGradient).toList();
    for (int input = 0; input < 3; input++) {
      NDArray direction = normal(DataType.FLOAT64, shape);
      double expected =
          (at(inputs, input, direction.mul(STEP), weights, spans, options)
                  - at(inputs, input, direction.mul(-STEP), weights, spans, options))
              / (2 * STEP);
      double actual = gradients.get(input).mul(direction).sum().getDouble();
      assertTrue(Math.abs(actual) > 1e-6, "a gradient must not vanish");
      assertEquals(expected, actual, 1e-5 * Math.max(1, Math.abs(expected)), options + "/" + input);
    }
  }

  private static NDArray loss(
      List<NDArray> inputs, NDArray weights, List<TokenSpan> spans, NystromOptions options) {
    NDArray output =
        NystromKernel.attendSpans(inputs.get(0), inputs.get(1), inputs.get(2), spans, options);
    return output.mul(weights).sum();
  }

  private static double at(
      List<NDArray> inputs,
      int moved,
      NDArray by,
      NDArray weights,
      List<TokenSpan> spans,
      NystromOptions options) {
    try (NDManager scratch = weights.getManager().newSubManager()) {
      List<NDArray> changed =
          IntStream.range(0, 3)
              .mapToObj(i -> TokenRows.all(scratch, inputs.get(i)).stopGradient())
              .map(NDArray::duplicate)
              .toList();
      changed.get(moved).addi(by);
      return loss(changed, weights, spans, options).getDouble();
    }
  }
}
