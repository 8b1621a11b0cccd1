package io.curlew.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nothing is left behind, threads do not meet, and it learns. Longer: the harnesses beside. */
class ResourcesTest {

  @Test
  void forwardCallsLeaveTheirResultAndNothingElse() {
    try (NoGrowth run = new NoGrowth()) {
      for (int form = 0; form < run.forms(); form++) {
        assertEquals(1, run.leftBehind(form), "form " + form);
      }
      int before = run.handles();
      for (int call = 0; call < 300; call++) {
        run.call(call);
      }
      assertEquals(before, run.handles());
    }
  }

  @Test
  void kernelsLeaveTheirResultAndNothingElse() {
    try (NDManager manager = Arrays4.manager()) {
      NDArray q = Arrays4.normal(manager, new Random(42), DataType.FLOAT32, 2, 2, 40, 4);
      NystromOptions options = NystromOptions.builder().setLandmarks(5).build();
      List<TokenSpan> spans = List.of(TokenSpan.of(0, 40), TokenSpan.of(3, 20));
      int before = manager.getManagedArrays().size();
      NystromKernel.attend(q, q, q, new int[] {40, 20}, options).close();
      NystromKernel.row(q, q, q, spans, 5, options).close();
      NystromKernel.factors(q, q, 40, options).close();
      ExactAttention.attend(q, q, q, spans).close();
      assertEquals(before, manager.getManagedArrays().size());
    }
  }

  private static final List<AttentionKind> KINDS =
      List.of(
          AttentionKind.exact(),
          AttentionKind.nystrom(NystromOptions.builder().setLandmarks(12).build()));

  @Test
  @Tag("proof")
  void trainingLearnsAtLongRangeAndKeepsNothing() {
    for (AttentionKind kind : KINDS) {
      try (LongRangeTraining run = trained(kind, 140)) {
        double accuracy = run.accuracy(8);
        assertTrue(accuracy > 0.95, kind.describe() + ", got: " + accuracy);
      }
    }
  }

  @Test
  void trainingKeepsNothing() {
    for (AttentionKind kind : KINDS) {
      trained(kind, 15).close();
    }
  }

  /** A run of 10 steps and some more, in which the latter have left no array behind. */
  private static LongRangeTraining trained(AttentionKind kind, int steps) {
    LongRangeTraining run = new LongRangeTraining(64, kind, 42);
    for (int step = 0; step < 10; step++) {
      run.step();
    }
    int before = run.handles();
    for (int step = 0; step < steps; step++) {
      run.step();
    }
    assertEquals(before, run.handles(), kind.describe());
    return run;
  }

  @Test
  void fourPredictorsAgreeWithOne() throws Exception {
    SelfAttention block =
        NystromAttention.builder()
            .setHeadCount(4)
            .setEmbeddingSize(32)
            .setLandmarks(8)
            .optConvolutionKernel(5)
            .optOptions(options -> options.optNearField(3))
            .build();
    try (Model model = Model.newInstance("attention", "PyTorch")) {
      block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 64, 32));
      model.setBlock(block);
      List<float[]> inputs = new ArrayList<>();
      Random random = new Random(42);
      for (int i = 0; i < 40; i++) {
        float[] input = new float[(20 + i) * 32];
        for (int j = 0; j < input.length; j++) {
          input[j] = (float) random.nextGaussian();
        }
        inputs.add(input);
      }
      List<float[]> expected = predict(model, inputs);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<List<float[]>>> results = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
          results.add(threads.submit(() -> predict(model, inputs)));
        }
        for (Future<List<float[]>> result : results) {
          for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), result.get().get(i), 1e-6f);
          }
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  private static List<float[]> predict(Model model, List<float[]> inputs) throws Exception {
    List<float[]> outputs = new ArrayList<>();
    try (Predictor<float[], float[]> predictor = model.newPredictor(new OneSequence())) {
      for (float[] input : inputs) {
        outputs.add(predictor.predict(input));
      }
    }
    return outputs;
  }

  private static final class OneSequence implements NoBatchifyTranslator<float[], float[]> {
    @Override
    public NDList processInput(TranslatorContext context, float[] input) {
      return new NDList(context.getNDManager().create(input, new Shape(1, input.length / 32, 32)));
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList list) {
      return list.singletonOrThrow().toFloatArray();
    }
  }
}
