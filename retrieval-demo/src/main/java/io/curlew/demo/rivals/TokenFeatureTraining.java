package io.curlew.demo.rivals;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.GradientCollector;
import io.curlew.attention.training.Adam;
import io.curlew.attention.training.TrainedArrays;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Trains {@link TokenFeatures}: behind them lies a linear layer with one output for each of some
 * documents, whose squared error against the token's MaxSim with the document Adam makes small.
 * That layer is then thrown away. Cost: {@value #EPOCHS} epochs of 6 h (d + n) operations a token,
 * for h features, vectors of d and n documents.
 */
final class TokenFeatureTraining {

  private static final int EPOCHS = 20;
  private static final int BATCH = 256;
  private static final double LEARNING_RATE = 3e-3; // falls to 0
  private static final float EPSILON = 1e-5f;

  private static final String WEIGHTS = "weights";
  private static final String BIAS = "bias";
  private static final String GAIN = "gain";
  private static final String OFFSET = "offset";
  private static final String OUT = "out";
  private static final String OUT_BIAS = "out bias";

  private final NDManager manager;
  private final Map<String, NDArray> trained = new LinkedHashMap<>();
  private final Adam adam = new Adam(0.9, 0.999, 1e-8);

  private TokenFeatureTraining(NDManager manager) {
    this.manager = manager;
  }

  /**
   * Trains features.
   *
   * @param tokens {@code [tokens][d]}, in the order in which they are learned from
   * @param targets {@code [tokens][documents]}
   * @param size the number of features
   * @param seed of the weights at the start
   */
  static TokenFeatures train(float[][] tokens, float[][] targets, int size, long seed) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      TokenFeatureTraining training = new TokenFeatureTraining(manager);
      int dimension = tokens[0].length;
      training.start(dimension, targets, size, new Random(seed));
      NDArray inputs = training.array(tokens);
      NDArray outputs = training.array(targets);
      int steps = EPOCHS * Math.ceilDiv(tokens.length, BATCH);
      int step = 0;
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (int from = 0; from < tokens.length; from += BATCH) {
          NDIndex batch = new NDIndex("{}:{}", from, Math.min(tokens.length, from + BATCH));
          training.step(inputs, outputs, batch, LEARNING_RATE * (steps - step++) / steps);
        }
      }
      return training.features(dimension, size);
    }
  }

  private void start(int dimension, float[][] targets, int size, Random random) {
    int documents = targets[0].length;
    float[] means = new float[documents];
    for (float[] row : targets) {
      for (int d = 0; d < documents; d++) {
        means[d] += row[d] / targets.length;
      }
    }
    float[] ones = new float[size];
    Arrays.fill(ones, 1);
    put(WEIGHTS, gaussian(dimension * size, dimension, random), new Shape(dimension, size));
    put(BIAS, new float[size], new Shape(size));
    put(GAIN, ones, new Shape(size));
    put(OFFSET, new float[size], new Shape(size));
    put(OUT, new float[size * documents], new Shape(size, documents));
    put(OUT_BIAS, means, new Shape(documents));
  }

  private static float[] gaussian(int count, int inputs, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(inputs));
    }
    return values;
  }

  private void put(String name, float[] values, Shape shape) {
    NDArray array = owned(values, shape);
    array.setRequiresGradient(true);
    trained.put(name, array);
  }

  /** A copy, because what is made of Java values borrows them. */
  private NDArray owned(float[] values, Shape shape) {
    try (NDArray borrowed = manager.create(values, shape)) {
      return borrowed.duplicate();
    }
  }

  private NDArray array(float[][] rows) {
    float[] values = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * rows[0].length, rows[0].length);
    }
    return owned(values, new Shape(rows.length, rows[0].length));
  }

  private NDArray of(String name) {
    NDArray array = trained.get(name);
    if (array == null) {
      throw new IllegalStateException("an array must be trained, got: " + name);
    }
    return array;
  }

  private void step(NDArray inputs, NDArray outputs, NDIndex batch, double learningRate) {
    try (NDManager scratch = manager.newSubManager();
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray tokens = inputs.get(scratch, batch);
      NDArray hidden = tokens.matMul(of(WEIGHTS)).add(of(BIAS));
      NDArray normalised =
          LayerNorm.layerNorm(
                  hidden, new Shape(hidden.getShape().get(1)), of(GAIN), of(OFFSET), EPSILON)
              .singletonOrThrow();
      NDArray found = Activation.relu(normalised).matMul(of(OUT)).add(of(OUT_BIAS));
      NDArray error = found.sub(outputs.get(scratch, batch));
      collector.backward(error.mul(error).mean());
    }
    Map<String, float[]> gradients = new LinkedHashMap<>();
    trained.forEach(
        (name, array) -> {
          try (NDArray gradient = array.getGradient()) {
            gradients.put(name, gradient.toFloatArray());
            gradient.subi(gradient); // the engine adds gradients up
          }
        });
    adam.step(gradients, learningRate)
        .forEach((name, change) -> TrainedArrays.subtract(of(name), change));
  }

  private TokenFeatures features(int dimension, int size) {
    float[] columns = of(WEIGHTS).toFloatArray();
    float[] rows = new float[columns.length];
    for (int i = 0; i < dimension; i++) {
      for (int j = 0; j < size; j++) {
        rows[j * dimension + i] = columns[i * size + j];
      }
    }
    return new TokenFeatures(
        rows, of(BIAS).toFloatArray(), of(GAIN).toFloatArray(), of(OFFSET).toFloatArray());
  }
}
