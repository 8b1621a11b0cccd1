package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Forward calls of blocks in every form, counting the arrays that are alive in the engine.
 * Arguments: calls (10000). Training steps are counted by {@link LongRangeTraining}.
 *
 * <pre>mvn -q -pl attention -am -DskipTests -Pencoder-comparison verify
 *   -Dmeasurement=io.curlew.attention.NoGrowth</pre>
 */
final class NoGrowth implements AutoCloseable {
  private static final int SIZE = 32;
  private static final int TOKENS = 96;

  private final NDManager manager = Arrays4.manager();
  private final ParameterStore store = new ParameterStore(manager, false);
  private final List<SelfAttention> blocks = new ArrayList<>();
  private final NDArray input;
  private final NDArray mask;

  NoGrowth() {
    NystromOptions plain = NystromOptions.builder().setLandmarks(8).build();
    List<NystromOptions> forms = new ArrayList<>();
    forms.add(plain);
    forms.add(plain.toBuilder().optCompatible(true).build());
    forms.add(plain.toBuilder().optNearField(3).optProtectedTokens(1, 1).build());
    forms.add(plain.toBuilder().optRidge(1e-3).optRowSums(RowSums.RENORMALISED).build());
    forms.add(plain.toBuilder().optPinvTolerance(1e-2).build());
    forms.add(plain.toBuilder().optErrorTolerance(1e-3, 4, Fallback.GROW).build());
    for (LandmarkChoice choice :
        List.of(LandmarkChoice.kMeans(2), LandmarkChoice.leverage(), LandmarkChoice.pivotedQr())) {
      forms.add(plain.toBuilder().optLandmarkChoice(choice).build());
    }
    SelfAttention block = new SelfAttention(4, SIZE, 0.1f, 5, AttentionKind.exact());
    block.initialize(manager, DataType.FLOAT32, new Shape(2, TOKENS, SIZE));
    blocks.add(block);
    forms.forEach(form -> blocks.add(block.withKind(AttentionKind.nystrom(form))));
    this.input = Arrays4.normal(manager, new Random(42), DataType.FLOAT32, 2, TOKENS, SIZE);
    float[] real = new float[2 * TOKENS];
    Arrays.fill(real, 0, TOKENS + TOKENS / 2, 1f);
    this.mask = manager.create(real, new Shape(2, TOKENS));
  }

  public static void main(String[] commandLine) throws IOException {
    String[] args = Measurement.arguments(commandLine);
    int calls = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    try (NoGrowth run = new NoGrowth()) {
      for (int call = 1; call <= calls; call++) {
        run.call(call);
        if (call == 100 || call % (calls / 10) == 0) {
          System.out.println(
              call + " calls: " + run.handles() + " arrays, " + run.scopes() + ", " + resident());
        }
      }
    }
  }

  /** One forward call; the caller's manager is given back as it was. */
  void call(int number) {
    SelfAttention block = blocks.get(number % blocks.size());
    try (NDManager scratch = manager.newSubManager()) {
      NDArray x = input.duplicate();
      x.attach(scratch);
      NDList inputs = number % 2 == 0 ? new NDList(x, mask) : new NDList(x);
      block.forward(store, inputs, number % 3 == 0, null);
    }
  }

  /** Arrays that a call leaves in the manager of its input: its result, and nothing else. */
  int leftBehind(int number) {
    SelfAttention block = blocks.get(number % blocks.size());
    try (NDManager scratch = manager.newSubManager()) {
      NDArray x = input.duplicate();
      x.attach(scratch);
      int before = scratch.getManagedArrays().size();
      block.forward(store, new NDList(x, mask), false, null);
      return scratch.getManagedArrays().size() - before;
    }
  }

  int forms() {
    return blocks.size();
  }

  int handles() {
    return top().getManagedArrays().size();
  }

  private NDManager top() {
    NDManager top = manager;
    while (top.getParentManager() != null && top.getParentManager() != top) {
      top = top.getParentManager();
    }
    return top;
  }

  private String scopes() {
    return "in the base manager " + manager.getManagedArrays().size();
  }

  private static String resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .findFirst()
        .orElse("")
        .replaceAll("\\s+", " ");
  }

  @Override
  public void close() {
    manager.close();
  }
}
