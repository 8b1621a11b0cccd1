package io.curlew.attention;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.GeluForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Trains a small encoder from nothing on {@link LongRangeTask}, with exact and with Nystrom
 * attention, and counts the arrays that are alive: accuracy on fresh sequences, handles and
 * resident memory every 100 steps. Arguments: steps (1000), tokens (128), landmarks (16).
 *
 * <pre>mvn -q -pl attention -am -DskipTests -Pencoder-comparison verify
 *   -Dmeasurement=io.curlew.attention.LongRangeTraining
 *   -Dmeasurement.arguments=1000,512,32</pre>
 */
final class LongRangeTraining implements AutoCloseable {
  private static final int BATCH = 32;
  private static final int WIDTH = 32;

  private final NDManager manager = Arrays4.manager();
  private final BertEncoder encoder;
  private final Projection classifier;
  private final ParameterStore store = new ParameterStore(manager, false);
  private final Loss loss = Loss.softmaxCrossEntropyLoss();
  private final Optimizer optimizer =
      Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-3f)).build();
  private final LongRangeTask training;
  private final LongRangeTask test;

  LongRangeTraining(int tokens, AttentionKind kind, long seed) {
    Engine.getEngine("PyTorch").setRandomSeed((int) seed);
    BertConfig config =
        new BertConfig(
            LongRangeTask.VOCABULARY,
            WIDTH,
            2,
            4,
            2 * WIDTH,
            tokens,
            0,
            1,
            1e-5f,
            GeluForm.ERF,
            false,
            0,
            0);
    this.encoder = new BertEncoder(config).withAttention(kind);
    this.classifier = new Projection(WIDTH, LongRangeTask.CLASSES);
    this.training = new LongRangeTask(tokens, seed);
    this.test = new LongRangeTask(tokens, seed + 1);
    encoder.initialize(manager, DataType.FLOAT32, new Shape(BATCH, tokens));
    classifier.initialize(manager, DataType.FLOAT32, new Shape(BATCH, WIDTH));
  }

  public static void main(String[] commandLine) throws IOException {
    String[] args = Measurement.arguments(commandLine);
    int steps = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
    int tokens = args.length > 1 ? Integer.parseInt(args[1]) : 128;
    int landmarks = args.length > 2 ? Integer.parseInt(args[2]) : 16;
    NystromOptions plain = NystromOptions.builder().setLandmarks(landmarks).build();
    Map<String, AttentionKind> kinds =
        Map.of(
            "exact", AttentionKind.exact(),
            "nystrom", AttentionKind.nystrom(plain),
            "nystrom, near field, clusters, [CLS] protected",
                AttentionKind.nystrom(
                    plain.toBuilder()
                        .optNearField(4)
                        .optProtectedTokens(1, 0)
                        .optLandmarkChoice(LandmarkChoice.kMeans(2))
                        .optRidge(1e-3)
                        .build()));
    for (Map.Entry<String, AttentionKind> kind : new TreeMap<>(kinds).entrySet()) {
      String name = kind.getKey();
      try (LongRangeTraining run = new LongRangeTraining(tokens, kind.getValue(), 42)) {
        long start = System.nanoTime();
        for (int step = 1; step <= steps; step++) {
          float value = run.step();
          if (step % 100 == 0) {
            System.out.printf(
                Locale.ROOT,
                "%s, step %d: loss %.3f, accuracy %.3f, %d arrays, %s, %.0f s%n",
                name,
                step,
                value,
                run.accuracy(16),
                run.handles(),
                Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS"))
                    .findFirst()
                    .orElse("")
                    .replaceAll("\\s+", " "),
                (System.nanoTime() - start) / 1e9);
          }
        }
      }
    }
  }

  /** One step on a fresh batch; returns the loss. */
  float step() {
    float value;
    try (NDManager scratch = manager.newSubManager()) {
      NDList batch = training.batch(scratch, BATCH);
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray lossValue =
            loss.evaluate(new NDList(batch.get(1)), new NDList(forward(batch.get(0), true)));
        collector.backward(lossValue);
        value = lossValue.getFloat();
      }
      // Outside of the collector: an update in place must not be recorded.
      for (Parameter parameter : parameters()) {
        try (NDArray gradient = parameter.getArray().getGradient()) {
          optimizer.update(parameter.getId(), parameter.getArray(), gradient);
        }
      }
    }
    return value;
  }

  private NDArray forward(NDArray ids, boolean train) {
    Shape shape = ids.getShape();
    List<TokenSpan> spans = TokenSpan.whole(shape.get(0), shape.get(1));
    NDArray hidden = encoder.encode(store, ids, null, spans, train);
    NDArray first = hidden.get(ids.getManager(), new NDIndex().addAllDim().addIndices(0));
    return classifier.forward(store, new NDList(first), train, null).singletonOrThrow();
  }

  List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(encoder.getParameters().values());
    parameters.addAll(classifier.getParameters().values());
    return parameters;
  }

  /** On fresh sequences, the same for every call number. */
  double accuracy(int batches) {
    double right = 0;
    for (int i = 0; i < batches; i++) {
      try (NDManager scratch = manager.newSubManager()) {
        NDList batch = test.batch(scratch, BATCH);
        NDArray predicted = forward(batch.get(0), false).argMax(1);
        right += predicted.eq(batch.get(1)).toType(DataType.FLOAT32, false).mean().getFloat();
      }
    }
    return right / batches;
  }

  /** Arrays alive in this engine: those of all managers, as all hang from the system's. */
  int handles() {
    NDManager top = manager;
    while (top.getParentManager() != null && top.getParentManager() != top) {
      top = top.getParentManager();
    }
    return top.getManagedArrays().size();
  }

  @Override
  public void close() {
    manager.close();
  }
}
