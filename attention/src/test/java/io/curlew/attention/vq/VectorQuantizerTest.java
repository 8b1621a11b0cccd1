package io.curlew.attention.vq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.curlew.attention.HeapPressure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VectorQuantizerTest {

  private static final int SIZE = 5;

  private final long seed = Long.getLong("test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private final ParameterStore store = new ParameterStore(manager, false);

  @BeforeEach
  void printSeed() {
    System.out.println(getClass().getSimpleName() + ": -Dtest.seed=" + seed);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static JsonObject reference(String name) throws IOException {
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(
                VectorQuantizerTest.class.getResourceAsStream("/vq-reference.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject().getAsJsonObject(name);
    }
  }

  private NDArray array(JsonObject json, String name) {
    JsonObject array = json.getAsJsonObject(name);
    long[] shape =
        array.getAsJsonArray("shape").asList().stream().mapToLong(JsonElement::getAsLong).toArray();
    return array(doubles(array), shape);
  }

  private static double[] doubles(JsonObject array) {
    return array.getAsJsonArray("data").asList().stream()
        .mapToDouble(JsonElement::getAsDouble)
        .toArray();
  }

  private static long[] nearest(JsonObject json) {
    return json.getAsJsonArray("nearest").asList().stream()
        .mapToLong(JsonElement::getAsLong)
        .toArray();
  }

  private NDArray array(double[] values, long... shape) {
    NDArray borrowed = manager.create(values, new Shape(shape));
    return borrowed.duplicate();
  }

  private NDArray normal(long... shape) {
    long size = new Shape(shape).size();
    return array(random.doubles(size).map(ignored -> random.nextGaussian()).toArray(), shape);
  }

  private VectorQuantizer block(
      int codes, UnaryOperator<VectorQuantizer.Builder> setting, NDArray table) {
    VectorQuantizer block =
        setting.apply(VectorQuantizer.builder().setCodes(codes).setSize(SIZE)).build();
    block.codes().setArray(table);
    block.initialize(manager, DataType.FLOAT64, new Shape(-1, SIZE));
    return block;
  }

  private NDList gradients(VectorQuantizer block, NDArray z, NDArray upstream, double lossWeight)
      throws InterruptedException {
    z.setRequiresGradient(true);
    for (Parameter parameter : block.getDirectParameters().values()) {
      if (parameter.requiresGradient()) {
        parameter.getArray().setRequiresGradient(true);
      }
    }
    NDArray factor = array(new double[] {lossWeight});
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDList outputs = block.forward(store, new NDList(z), true);
      NDArray target = outputs.get(0).mul(upstream).sum().add(outputs.get(2).mul(factor).sum());
      HeapPressure.apply();
      collector.backward(target);
      return outputs;
    }
  }

  private static void assertNear(double[] expected, NDArray actual, double tolerance) {
    assertArrayEquals(expected, actual.toDoubleArray(), tolerance);
  }

  @Test
  void theRotationTrickAgreesWithTheReference() throws Exception {
    JsonObject json = reference("rotation");
    NDArray z = array(json, "z");
    VectorQuantizer block =
        block(
            6,
            o -> o.optCodebook(Codebook.CODES).optEstimator(Estimator.ROTATION),
            array(json, "codebook"));
    NDList outputs = gradients(block, z, array(json, "gradQ"), 0);
    assertArrayEquals(nearest(json), outputs.get(1).toLongArray());
    assertNear(doubles(json.getAsJsonObject("gradZ")), z.getGradient(), 1e-7);
    NDArray codes = array(json, "codebook");
    for (int i = 0; i < 4; i++) {
      double[] code = codes.get(nearest(json)[i]).toDoubleArray();
      assertNear(code, outputs.get(0).get(i), 1e-12);
    }
    assertNear(new double[30], block.codes().getArray().getGradient(), 0);
  }

  @Test
  void aStepOfSimVqAgreesWithTheReference() throws Exception {
    JsonObject json = reference("simvq");
    VectorQuantizer block = block(6, o -> o.optCommitment(0), array(json, "frozenCodes"));
    NDArray w = Objects.requireNonNull(block.map()).getArray();
    w.set(doubles(json.getAsJsonObject("W")));
    NDArray z = array(json, "z");
    NDList outputs = gradients(block, z, array(new double[20], 4, 5), 1);
    assertArrayEquals(nearest(json), outputs.get(1).toLongArray());
    NDArray after = w.stopGradient().sub(w.getGradient().mul(0.1));
    assertNear(doubles(json.getAsJsonObject("W_afterStep")), after, 1e-7);
  }

  @ParameterizedTest
  @EnumSource(Codebook.class)
  void straightThroughCopiesTheGradientAndAddsThatOfTheCommitment(Codebook kind) throws Exception {
    NDArray z = normal(3, 4, SIZE);
    NDArray upstream = normal(3, 4, SIZE);
    VectorQuantizer block = block(7, o -> o.optCodebook(kind).optCommitment(0.5), normal(7, SIZE));
    NDList outputs = gradients(block, z, upstream, 2);
    assertEquals(new Shape(3, 4), outputs.get(1).getShape());
    double[] codes = outputs.get(0).toDoubleArray();
    double[] inputs = z.toDoubleArray();
    double[] above = upstream.toDoubleArray();
    double[] expected = new double[codes.length];
    double squares = 0;
    for (int i = 0; i < codes.length; i++) {
      expected[i] = above[i] + 2 * 0.5 * 2 * (inputs[i] - codes[i]) / codes.length;
      squares += Math.pow(inputs[i] - codes[i], 2) / codes.length;
    }
    assertNear(expected, z.getGradient(), 1e-12);
    assertEquals(1.5 * squares, outputs.get(2).getDouble(), 1e-12);
  }

  /** The gradient G' g by a dense G, which must take z to its code. */
  @Test
  void theRotationTurnsTheVectorIntoItsCodeAndTheGradientBack() throws Exception {
    int rows = 50;
    NDArray z = normal(rows, SIZE);
    NDArray upstream = normal(rows, SIZE);
    NDArray table = normal(8, SIZE);
    VectorQuantizer block =
        block(8, o -> o.optCodebook(Codebook.CODES).optEstimator(Estimator.ROTATION), table);
    NDList outputs = gradients(block, z, upstream, 0);
    long[] chosen = outputs.get(1).toLongArray();
    for (int i = 0; i < rows; i++) {
      double[] from = z.get(i).toDoubleArray();
      double[] to = table.get(chosen[i]).toDoubleArray();
      double[][] g = rotation(from, to);
      double[] above = upstream.get(i).toDoubleArray();
      double[] back = new double[SIZE];
      double[] forth = new double[SIZE];
      for (int a = 0; a < SIZE; a++) {
        for (int b = 0; b < SIZE; b++) {
          back[a] += g[b][a] * above[b];
          forth[a] += g[a][b] * from[b];
        }
      }
      assertArrayEquals(to, forth, 1e-9);
      assertNear(to, outputs.get(0).get(i), 1e-9);
      assertNear(back, z.getGradient().get(i), 1e-8);
    }
  }

  private static double[][] rotation(double[] z, double[] q) {
    double zz = norm(z);
    double qq = norm(q);
    double cosine = 0;
    for (int a = 0; a < SIZE; a++) {
      cosine += z[a] / zz * q[a] / qq;
    }
    double[][] g = new double[SIZE][SIZE];
    for (int a = 0; a < SIZE; a++) {
      for (int b = 0; b < SIZE; b++) {
        double sumA = z[a] / zz + q[a] / qq;
        double sumB = z[b] / zz + q[b] / qq;
        g[a][b] =
            qq / zz * ((a == b ? 1 : 0) + 2 * q[a] / qq * z[b] / zz - sumA * sumB / (1 + cosine));
      }
    }
    return g;
  }

  private static double norm(double[] v) {
    return Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
  }

  @Test
  void whereThereIsNoRotationTheGradientPassesStraightThrough() throws Exception {
    double[] code = {1, 2, -1, 0.5, 0};
    NDArray opposite = array(Arrays.stream(code).map(x -> -3 * x).toArray(), 1, SIZE);
    NDArray zero = array(new double[SIZE], 1, SIZE);
    for (NDArray z : new NDArray[] {opposite, zero}) {
      NDArray upstream = normal(1, SIZE);
      VectorQuantizer block =
          block(
              1,
              o -> o.optCodebook(Codebook.CODES).optEstimator(Estimator.ROTATION),
              array(code, 1, SIZE));
      NDList outputs = gradients(block, z, upstream, 0);
      assertNear(code, outputs.get(0), 1e-12);
      assertNear(upstream.toDoubleArray(), z.getGradient(), 0);
    }
    NDArray z = normal(1, SIZE);
    NDArray upstream = normal(1, SIZE);
    VectorQuantizer toZero =
        block(
            1,
            o -> o.optCodebook(Codebook.CODES).optEstimator(Estimator.ROTATION),
            array(new double[SIZE], 1, SIZE));
    gradients(toZero, z, upstream, 0);
    assertNear(upstream.toDoubleArray(), z.getGradient(), 0);
  }

  /** The point of SimVQ: a step on one vector moves every code, and leaves what is frozen. */
  @Test
  void aStepOnOneVectorMovesEveryCodeOfALinearCodebookButOnlyOnePlainCode() throws Exception {
    assertEquals(64, movedByOneStep(Codebook.LINEAR));
    assertEquals(64, movedByOneStep(Codebook.DIAGONAL));
    assertEquals(1, movedByOneStep(Codebook.CODES));
  }

  private long movedByOneStep(Codebook kind) throws Exception {
    VectorQuantizer block = block(64, o -> o.optCodebook(kind), normal(64, SIZE));
    NDArray before = block.codebook(manager);
    gradients(block, normal(1, SIZE), array(new double[SIZE], 1, SIZE), 1);
    Parameter trained = block.map() == null ? block.codes() : Objects.requireNonNull(block.map());
    if (block.map() != null) {
      assertTrue(!block.codes().requiresGradient());
    }
    NDArray values = trained.getArray();
    NDArray moved = values.stopGradient().sub(values.getGradient().mul(0.1));
    trained.close();
    trained.setShape(null);
    trained.setArray(moved);
    NDArray change = block.codebook(manager).sub(before).abs().sum(new int[] {1});
    return change.gt(1e-9).sum().getLong();
  }

  @Test
  void searchInBlocksFindsTheNearest() {
    int rows = 700;
    int codes = 9000; // 466 rows a block
    NDArray z = normal(rows, 3);
    NDArray table = normal(codes, 3);
    long[] found = NearestCodes.search(z, table).toLongArray();
    double[] points = z.toDoubleArray();
    double[] centres = table.toDoubleArray();
    for (int i = 0; i < rows; i++) {
      double best = Double.POSITIVE_INFINITY;
      for (int c = 0; c < codes; c++) {
        best = Math.min(best, distance(points, i, centres, c));
      }
      assertEquals(best, distance(points, i, centres, (int) found[i]), 1e-9);
    }
  }

  private static double distance(double[] z, int i, double[] codes, int c) {
    double sum = 0;
    for (int a = 0; a < 3; a++) {
      sum += Math.pow(z[3 * i + a] - codes[3 * c + a], 2);
    }
    return sum;
  }

  @Test
  void useOfACodebook() {
    CodebookUse use = CodebookUse.of(new long[] {0, 0, 2, 2}, 5);
    assertEquals(2, use.used());
    assertEquals(3, use.dead());
    assertEquals(0.4, use.share());
    assertEquals(2, use.perplexity(), 1e-12);
    assertEquals(1, CodebookUse.of(new long[] {3}, 4).perplexity(), 1e-12);
    assertEquals(7, CodebookUse.of(new long[] {0, 1, 2, 3, 4, 5, 6}, 7).perplexity(), 1e-12);
  }

  @ParameterizedTest
  @EnumSource(Codebook.class)
  void savedAndLoaded(Codebook kind) throws Exception {
    VectorQuantizer block = block(9, o -> o.optCodebook(kind), normal(9, SIZE));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    block.saveParameters(new DataOutputStream(bytes));
    VectorQuantizer loaded =
        VectorQuantizer.builder().setCodes(9).setSize(SIZE).optCodebook(kind).build();
    loaded.loadParameters(
        manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    assertNear(block.codebook(manager).toDoubleArray(), loaded.codebook(manager), 0);
    VectorQuantizer other =
        VectorQuantizer.builder().setCodes(8).setSize(SIZE).optCodebook(kind).build();
    Exception error =
        assertThrows(
            ai.djl.MalformedModelException.class,
            () ->
                other.loadParameters(
                    manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))));
    assertNotNull(error.getMessage());
  }

  @Test
  void theSameSeedGivesTheSameCodes() {
    double[][] tables = new double[3][];
    for (int i = 0; i < tables.length; i++) {
      VectorQuantizer block =
          VectorQuantizer.builder().setCodes(20).setSize(SIZE).optSeed(i / 2).build();
      block.initialize(manager, DataType.FLOAT32, new Shape(-1, SIZE));
      tables[i] = block.codebook(manager).toType(DataType.FLOAT64, false).toDoubleArray();
    }
    assertArrayEquals(tables[0], tables[1]);
    assertTrue(!Arrays.equals(tables[0], tables[2]));
    double squares = Arrays.stream(tables[0]).map(x -> x * x).average().orElseThrow();
    assertEquals(1.0 / SIZE, squares, 0.1);
  }

  @Test
  void wrongValuesAreRefused() {
    refused("codes must be at least 1, got: 0", o -> o.setCodes(0));
    refused("size must be at least 1, got: -1", o -> o.setSize(-1));
    refused("commitment must be finite and not negative, got: -0.5", o -> o.optCommitment(-0.5));
    refused("codebookWeight must be finite", o -> o.optCodebookWeight(Double.NaN));
    VectorQuantizer block = block(4, o -> o, normal(4, SIZE));
    Exception error =
        assertThrows(
            IllegalArgumentException.class,
            () -> block.forward(store, new NDList(normal(2, SIZE + 1)), false));
    assertTrue(String.valueOf(error.getMessage()).contains("got: (2, 6)"), error.toString());
    assertThrows(
        IllegalArgumentException.class, () -> NearestCodes.search(normal(2, 3), normal(2, 4)));
    assertThrows(IllegalArgumentException.class, () -> CodebookUse.of(new long[] {4}, 4));
    assertThrows(IllegalArgumentException.class, () -> CodebookUse.of(new long[0], 4));
    assertThrows(IllegalArgumentException.class, () -> CodebookUse.of(new long[] {0}, 0));
  }

  private static void refused(String part, UnaryOperator<VectorQuantizer.Builder> setting) {
    Exception error =
        assertThrows(
            IllegalArgumentException.class,
            () -> setting.apply(VectorQuantizer.builder().setCodes(4).setSize(SIZE)).build());
    assertTrue(String.valueOf(error.getMessage()).contains(part), error.toString());
  }
}
