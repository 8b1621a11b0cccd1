package io.curlew.attention.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.Projection;
import io.curlew.attention.array.Owned;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.CrossEncoder;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.Tensor;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A cross-encoder on pretrained weights that stay as they are, and what is trained of it: a {@link
 * LowRankAdapter} on every linear map of the encoder's layers, and the head, which is pooler and
 * classifier. With rank 8 on MiniLM that is 480,000 of 23 million numbers.
 */
public final class LowRankTuning {
  /**
   * The pooler's and the classifier's weights at the start; small, so that tanh is not at its ends.
   */
  private static final double HEAD_DEVIATION = 0.05;

  private static final String POOLER = "pooler.dense";
  private static final String CLASSIFIER = "classifier";

  private final CrossEncoder model;
  private final Map<String, NDArray> trained;

  private LowRankTuning(CrossEncoder model, Map<String, NDArray> trained) {
    this.model = model;
    this.trained = Collections.unmodifiableMap(trained);
  }

  /**
   * A cross-encoder whose scores mean nothing yet.
   *
   * @param base weights of the encoder; a pooler in them is not used
   * @param rank of the adapters
   * @param manager of the PyTorch engine, to which all weights will belong
   * @param seed of the adapters and the head
   */
  public static LowRankTuning start(
      Pretrained base, BertConfig config, int rank, NDManager manager, long seed)
      throws IOException {
    Random random = new Random(seed);
    CrossEncoder model = new CrossEncoder(new BertEncoder(config.withPooler(true).withDropout(0)));
    base.with(head(config.hiddenSize(), random)).load(model, manager);
    Map<String, NDArray> trained = new LinkedHashMap<>();
    model
        .encoder()
        .projections()
        .forEach(
            (name, projection) -> {
              if (name.equals(POOLER)) {
                return;
              }
              LowRankAdapter adapter =
                  new LowRankAdapter(manager, projection.in(), projection.out(), rank, random);
              projection.attach(adapter);
              trained.put(name + Pretrained.ADAPTER_A, adapter.a().getArray());
              trained.put(name + Pretrained.ADAPTER_B, adapter.b().getArray());
            });
    Projection pooler = model.encoder().projections().get(POOLER);
    if (pooler == null) {
      throw new IllegalStateException("the encoder must have a pooler, got: none");
    }
    putHead(trained, POOLER, pooler);
    putHead(trained, CLASSIFIER, model.classifier());
    trained.values().forEach(array -> array.setRequiresGradient(true));
    return new LowRankTuning(model, trained);
  }

  private static Map<String, Tensor> head(int size, Random random) {
    float[] pooler = LowRankAdapter.normal(size * size, HEAD_DEVIATION, random);
    float[] classifier = LowRankAdapter.normal(size, HEAD_DEVIATION, random);
    return Map.of(
        POOLER + ".weight", new Tensor(new long[] {size, size}, pooler),
        POOLER + ".bias", new Tensor(new long[] {size}, new float[size]),
        CLASSIFIER + ".weight", new Tensor(new long[] {1, size}, classifier),
        CLASSIFIER + ".bias", new Tensor(new long[] {1}, new float[1]));
  }

  private static void putHead(Map<String, NDArray> trained, String name, Projection projection) {
    trained.put(name + ".weight", projection.weight().getArray());
    trained.put(name + ".bias", projection.bias().getArray());
  }

  /** The model, adapters attached. */
  public CrossEncoder model() {
    return model;
  }

  /** All that is trained, in a fixed order, by the names that {@link Pretrained#merge} knows. */
  public Map<String, NDArray> trained() {
    return trained;
  }

  /** A copy of all that is trained. */
  public Map<String, Tensor> values() {
    Map<String, Tensor> values = new LinkedHashMap<>();
    trained.forEach(
        (name, array) ->
            values.put(name, new Tensor(array.getShape().getShape(), array.toFloatArray())));
    return values;
  }

  /**
   * Sets all that is trained.
   *
   * @throws IllegalArgumentException naming the array, if one is missing or of another shape
   */
  public void set(Map<String, Tensor> values) {
    trained.forEach(
        (name, array) -> {
          Tensor value = values.get(name);
          if (value == null || !array.getShape().equals(new Shape(value.shape()))) {
            throw new IllegalArgumentException(
                name + " must have shape " + array.getShape() + ", got: " + value);
          }
        });
    trained.forEach(
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

  /** {@code array -= step}, in place and outside of any recording. */
  public static void subtract(NDArray array, float[] step) {
    try (NDManager scratch = array.getManager().newSubManager();
        NDArray change = Owned.copy(scratch.create(step, array.getShape()))) {
      array.subi(change);
    }
  }
}
