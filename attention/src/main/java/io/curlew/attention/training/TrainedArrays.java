package io.curlew.attention.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.Owned;
import io.curlew.attention.bert.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that is trained of a model, in a fixed order, by the names that {@link
 * io.curlew.attention.bert.Pretrained#merge} knows. The arrays belong to the model.
 */
public final class TrainedArrays {
  private final Map<String, NDArray> arrays;

  /**
   * Marks arrays as trained: from now on the engine keeps gradients of them.
   *
   * @param arrays at least one, in one manager
   */
  TrainedArrays(Map<String, NDArray> arrays) {
    if (arrays.isEmpty()) {
      throw new IllegalArgumentException("trained arrays must be at least 1, got: 0");
    }
    this.arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    arrays.values().forEach(array -> array.setRequiresGradient(true));
  }

  /** The arrays themselves. */
  public Map<String, NDArray> arrays() {
    return arrays;
  }

  NDManager manager() {
    return arrays.values().iterator().next().getManager();
  }

  /** A copy of the values. */
  public Map<String, Tensor> values() {
    Map<String, Tensor> values = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) ->
            values.put(name, new Tensor(array.getShape().getShape(), array.toFloatArray())));
    return values;
  }

  /**
   * Sets all values; more names than these may be given.
   *
   * @throws IllegalArgumentException naming the array, if one is missing or of another shape
   */
  public void set(Map<String, Tensor> values) {
    arrays.forEach(
        (name, array) -> {
          Tensor value = values.get(name);
          if (value == null || !array.getShape().equals(new Shape(value.shape()))) {
            throw new IllegalArgumentException(
                name + " must have shape " + array.getShape() + ", got: " + value);
          }
        });
    arrays.forEach(
        (name, array) -> {
          Tensor value = values.get(name);
          if (value != null) {
            array.subi(array);
            subtract(array, negative(value.values()));
          }
        });
  }

  private static float[] negative(float[] values) {
    float[] negative = new float[values.length];
    for (int i = 0; i < negative.length; i++) {
      negative[i] = -values[i];
    }
    return negative;
  }

  /** Takes off each array what there is for it. */
  void subtract(Map<String, float[]> changes) {
    arrays.forEach(
        (name, array) -> {
          float[] change = changes.get(name);
          if (change != null) {
            subtract(array, change);
          }
        });
  }

  /** {@code array -= step}, in place and outside of any recording. */
  public static void subtract(NDArray array, float[] step) {
    try (NDManager scratch = array.getManager().newSubManager();
        NDArray change = Owned.copy(scratch.create(step, array.getShape()))) {
      array.subi(change);
    }
  }

  /** The gradients since the last time; the engine adds them up, so they are put back to 0. */
  Map<String, float[]> takeGradients() {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          try (NDArray gradient = array.getGradient()) {
            gradients.put(name, gradient.toFloatArray());
            gradient.subi(gradient);
          }
        });
    return gradients;
  }
}
