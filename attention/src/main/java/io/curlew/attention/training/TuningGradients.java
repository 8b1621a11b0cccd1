package io.curlew.attention.training;

import ai.djl.ndarray.NDArray;
import io.curlew.attention.bert.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Gradients of a cross-encoder in training, at its present weights, which stay as they are. */
public final class TuningGradients implements Gradients {
  private final LowRankTuning tuning;
  private final RankingGradient gradient;
  private final List<RankingExample> examples;

  /** Of examples with as many documents each. */
  public TuningGradients(
      LowRankTuning tuning, RankingGradient gradient, List<RankingExample> examples) {
    this.tuning = tuning;
    this.gradient = gradient;
    this.examples = List.copyOf(examples);
  }

  @Override
  public int examples() {
    return examples.size();
  }

  @Override
  public float[] of(int example) {
    return mean(example, example + 1);
  }

  @Override
  public float[] after(double[] step, int example) {
    return moved(tuning, step, () -> of(example));
  }

  /** The mean gradient of some examples, at once: memory grows with them. */
  public float[] mean(int from, int to) {
    return flat(gradient.of(examples.subList(from, to)).gradients());
  }

  private static float[] flat(Map<String, float[]> arrays) {
    int size = arrays.values().stream().mapToInt(array -> array.length).sum();
    float[] flat = new float[size];
    int from = 0;
    for (float[] array : arrays.values()) {
      System.arraycopy(array, 0, flat, from, array.length);
      from += array.length;
    }
    return flat;
  }

  /**
   * Looks at a tuning with a step taken off all that is trained, in the order of {@link
   * LowRankTuning#trained}. Afterwards it is as before.
   */
  public static <T> T moved(LowRankTuning tuning, double[] step, Supplier<T> look) {
    Map<String, Tensor> before = tuning.trained().values();
    try {
      move(tuning, step);
      return look.get();
    } finally {
      tuning.trained().set(before);
    }
  }

  private static void move(LowRankTuning tuning, double[] step) {
    int from = 0;
    for (NDArray array : tuning.trained().arrays().values()) {
      float[] change = new float[Math.toIntExact(array.getShape().size())];
      for (int i = 0; i < change.length; i++) {
        change[i] = (float) step[from + i];
      }
      TrainedArrays.subtract(array, change);
      from += change.length;
    }
  }
}
