package io.curlew.attention.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.Projection;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.CrossEncoder;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A cross-encoder on pretrained weights that stay as they are, and what is trained of it: a {@link
 * LowRankAdapter} on every linear map of the encoder's layers, and the head, which is pooler and
 * classifier. With rank 8 on MiniLM that is 480,000 of 23 million numbers.
 *
 * @param model with adapters attached
 * @param trained adapters and head
 */
public record LowRankTuning(CrossEncoder model, TrainedArrays trained) {
  /**
   * The pooler's and the classifier's weights at the start; small, so that tanh is not at its ends.
   */
  private static final double HEAD_DEVIATION = 0.05;

  private static final String POOLER = "pooler.dense";
  private static final String CLASSIFIER = "classifier";

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
    Map<String, Projection> layers = new LinkedHashMap<>(model.encoder().projections());
    layers.remove(POOLER);
    Map<String, NDArray> trained = LowRankAdapter.attach(layers, rank, manager, random);
    Projection pooler = model.encoder().projections().get(POOLER);
    if (pooler == null) {
      throw new IllegalStateException("the encoder must have a pooler, got: none");
    }
    putHead(trained, POOLER, pooler);
    putHead(trained, CLASSIFIER, model.classifier());
    return new LowRankTuning(model, new TrainedArrays(trained));
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
}
