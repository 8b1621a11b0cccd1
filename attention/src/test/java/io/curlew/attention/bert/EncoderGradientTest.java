package io.curlew.attention.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.HeapPressure;
import io.curlew.attention.NystromOptions;
import io.curlew.attention.TokenSpan;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients of every parameter of a cross-encoder, through embeddings, attention, convolution,
 * normalisation and classifier, against central finite differences in float64.
 */
class EncoderGradientTest {

  private static final double STEP = 1e-6;
  private static final int TOKENS = 14;

  static Stream<AttentionKind> kinds() {
    NystromOptions plain = NystromOptions.builder().setLandmarks(4).build();
    return Stream.of(
        AttentionKind.exact(),
        AttentionKind.nystrom(plain),
        AttentionKind.nystrom(plain.toBuilder().optNearField(2).optProtectedTokens(1, 1).build()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyParameterHasItsGradient(AttentionKind kind) throws Exception {
    long seed = Long.getLong("test.seed", System.nanoTime());
    System.out.println("EncoderGradientTest: -Dtest.seed=" + seed);
    Random random = new Random(seed);
    Engine.getEngine("PyTorch").setRandomSeed((int) seed);
    try (NDManager manager = TestModels.manager()) {
      BertConfig config =
          new BertConfig(30, 8, 2, 2, 12, 20, 2, 2, 1e-5f, GeluForm.TANH, true, 3, 0);
      CrossEncoder model = new CrossEncoder(new BertEncoder(config).withAttention(kind));
      model.initialize(manager, DataType.FLOAT64, new Shape(2, TOKENS));
      NDArray ids = manager.create(random.longs(2 * TOKENS, 0, 30).toArray(), new Shape(2, TOKENS));
      NDArray types =
          manager.create(random.longs(2 * TOKENS, 0, 2).toArray(), new Shape(2, TOKENS));
      // All parameters at random, as zeros and ones would hide mistakes.
      for (Parameter parameter : model.getParameters().values()) {
        NDArray array = parameter.getArray();
        array.setRequiresGradient(false);
        array.addi(normal(manager, random, array.getShape()).mul(0.3));
        array.setRequiresGradient(true);
      }
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray loss = loss(model, ids, types);
        HeapPressure.apply();
        collector.backward(loss);
      }
      for (Map.Entry<String, Parameter> entry : Map.copyOf(named(model)).entrySet()) {
        assertGradient(entry.getKey(), entry.getValue(), random, model, ids, types);
      }
    }
  }

  private static Map<String, Parameter> named(CrossEncoder model) {
    Map<String, Parameter> named = new HashMap<>(model.encoder().namedParameters());
    named.put("classifier.weight", model.classifier().weight());
    return named;
  }

  private static void assertGradient(
      String name,
      Parameter parameter,
      Random random,
      CrossEncoder model,
      NDArray ids,
      NDArray types) {
    NDArray array = parameter.getArray();
    try (NDManager scratch = ids.getManager().newSubManager();
        NDArray gradient = array.getGradient()) {
      NDArray direction = normal(scratch, random, array.getShape());
      double actual = direction.mul(gradient).sum().getDouble();
      array.setRequiresGradient(false);
      array.addi(direction.mul(STEP));
      double above = loss(model, ids, types).getDouble();
      array.subi(direction.mul(2 * STEP));
      double below = loss(model, ids, types).getDouble();
      array.addi(direction.mul(STEP));
      double expected = (above - below) / (2 * STEP);
      assertEquals(expected, actual, 1e-6 + 1e-5 * Math.abs(expected), name);
      // A bias of the keys moves all logits of a row alike, so softmax does not see it.
      if (!name.endsWith("self.key.bias")) {
        assertTrue(Math.abs(actual) > 1e-12, name + " must have a gradient, got: " + actual);
      }
    }
  }

  private static NDArray loss(CrossEncoder model, NDArray ids, NDArray types) {
    ParameterStore store = new ParameterStore(ids.getManager(), false);
    List<TokenSpan> spans = List.of(TokenSpan.of(0, TOKENS), TokenSpan.of(2, 11));
    return model.score(store, ids, types, spans, true).square().sum();
  }

  private static NDArray normal(NDManager manager, Random random, Shape shape) {
    double[] values = new double[Math.toIntExact(shape.size())];
    Arrays.setAll(values, i -> random.nextGaussian());
    return manager.create(values, shape);
  }
}
