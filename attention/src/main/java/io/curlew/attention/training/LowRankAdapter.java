package io.curlew.attention.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.curlew.attention.Projection;
import io.curlew.attention.array.Owned;
import io.curlew.attention.bert.Pretrained;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A low-rank change of a linear map, {@code x -> B (A x)} (Hu et al., "LoRA", 2021), to be
 * {@linkplain io.curlew.attention.Projection#attach attached} to it. A starts normal with variance
 * 1/in, B at 0, so that nothing is changed at first; there is no scale besides the learning rate.
 *
 * <p>Input (..., in), output (..., out).
 */
final class LowRankAdapter extends AbstractBlock {
  private static final byte VERSION = 1;

  private final int out;
  private final Parameter a;
  private final Parameter b;

  /**
   * An adapter with values.
   *
   * @param manager that its parameters will belong to
   * @param random draws A
   * @throws IllegalArgumentException if the rank is not between 1 and the smaller size
   */
  public LowRankAdapter(NDManager manager, int in, int out, int rank, Random random) {
    super(VERSION);
    if (rank < 1 || rank > Math.min(in, out)) {
      throw new IllegalArgumentException(
          "rank must be between 1 and " + Math.min(in, out) + ", got: " + rank);
    }
    this.out = out;
    this.a = parameter("lora_A", manager, normal(rank * in, 1 / Math.sqrt(in), random), rank, in);
    this.b = parameter("lora_B", manager, new float[out * rank], out, rank);
    this.inputShapes = new Shape[] {new Shape(-1, in)};
  }

  static float[] normal(int size, double deviation, Random random) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  private Parameter parameter(
      String name, NDManager manager, float[] values, int rows, int columns) {
    Parameter parameter =
        addParameter(Parameter.builder().setName(name).setType(Parameter.Type.WEIGHT).build());
    parameter.setArray(Owned.copy(manager.create(values, new Shape(rows, columns))));
    return parameter;
  }

  /**
   * Attaches an adapter to each projection.
   *
   * @return what there is to train, by the names that {@link Pretrained#merge} knows
   */
  static Map<String, NDArray> attach(
      Map<String, Projection> projections, int rank, NDManager manager, Random random) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    projections.forEach(
        (name, projection) -> {
          LowRankAdapter adapter =
              new LowRankAdapter(manager, projection.in(), projection.out(), rank, random);
          projection.attach(adapter);
          arrays.put(name + Pretrained.ADAPTER_A, adapter.a().getArray());
          arrays.put(name + Pretrained.ADAPTER_B, adapter.b().getArray());
        });
    return arrays;
  }

  /** (rank, in). */
  public Parameter a() {
    return a;
  }

  /** (out, rank). */
  public Parameter b() {
    return b;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    NDArray down = store.getValue(a, x.getDevice(), training);
    NDArray up = store.getValue(b, x.getDevice(), training);
    return linear(linear(x, down), up);
  }

  private static NDList linear(NDArray x, NDArray weight) {
    return ai.djl.nn.core.Linear.linear(x, weight, null);
  }

  private static NDList linear(NDList x, NDArray weight) {
    return linear(x.singletonOrThrow(), weight);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] shapes) {
    return new Shape[] {shapes[0].slice(0, shapes[0].dimension() - 1).add(out)};
  }
}
