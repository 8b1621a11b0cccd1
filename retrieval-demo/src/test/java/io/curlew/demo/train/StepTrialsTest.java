package io.curlew.demo.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.Tensor;
import io.curlew.attention.scoring.PairTokenizer;
import io.curlew.attention.training.AdamStep;
import io.curlew.attention.training.LowRankTuning;
import io.curlew.attention.training.RankingExample;
import io.curlew.attention.training.RankingGradient;
import io.curlew.attention.training.TuningGradients;
import io.curlew.data.model.ModelFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps of two layers of MiniLM, on examples whose right document names the query's animal. */
class StepTrialsTest {
  private static final List<String> ANIMALS =
      List.of("curlew", "horse", "tiger", "salmon", "beetle", "falcon", "donkey", "spider");
  private static final AdamStep RULE = AdamStep.fromRest(0);
  private static final int EXAMPLES = 32;

  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private final List<RankingExample> examples = new ArrayList<>();
  private LowRankTuning tuning;
  private RankingGradient gradient;

  @BeforeEach
  void start() throws IOException {
    long seed = Long.getLong("test.seed", System.nanoTime());
    System.out.println("StepTrialsTest: -Dtest.seed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < EXAMPLES; i++) {
      List<String> shuffled = new ArrayList<>(ANIMALS);
      Collections.shuffle(shuffled, random);
      List<String> documents = shuffled.stream().limit(3).map(a -> a + ": an animal").toList();
      examples.add(new RankingExample("we saw a " + shuffled.get(0) + " there", documents));
    }
    try (InputStream onnx = ModelFiles.miniLm().openModel();
        InputStream json = ModelFiles.miniLm().openTokenizer()) {
      BertConfig config = BertConfig.miniLmL6().withLayers(2);
      tuning = LowRankTuning.start(Pretrained.onnx(onnx), config, 4, manager, seed);
      Map<String, Tensor> away = new LinkedHashMap<>();
      tuning.trained().values().forEach((name, value) -> away.put(name, moved(value, random)));
      tuning.trained().set(away);
      gradient = new RankingGradient(tuning, PairTokenizer.read(json, 32));
    }
  }

  /** The scores of a tuning that has not begun are all 0, and so is nearly all curvature. */
  private static Tensor moved(Tensor value, Random random) {
    float[] values = value.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += 0.1f * (float) random.nextGaussian();
    }
    return new Tensor(value.shape(), values);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void slopesAreOfAllBatchesOfAShareOnAnother() {
    double[][] slopes =
        new StepTrials(tuning, gradient, examples, 2, 32).steps(RULE, 2, 4).slopes();
    for (int[] pair : new int[][] {{0, 1}, {3, 2}}) {
      double[] rest = mean(8 * pair[1], 8 * pair[1] + 8);
      double slope = 0;
      for (int batch = 4 * pair[0]; batch < 4 * pair[0] + 4; batch++) {
        slope -= dot(direction(batch, 2), rest) / 4;
      }
      assertEquals(slope, slopes[pair[0]][pair[1]], 1e-4 * Math.abs(slope));
    }
  }

  /** Steps of signs are all as long, so that each batch is taken once and looked at on the next. */
  @Test
  void changesAndSlopesMakeTheLossAfterAStep() {
    int batch = 4;
    int repeats = EXAMPLES / batch;
    StepSearch.Step steps =
        new StepTrials(tuning, gradient, examples, batch, EXAMPLES).steps(RULE, batch, repeats);
    double largest = 0;
    for (int repeat = 0; repeat < repeats; repeat++) {
      int next = (repeat + 1) % repeats;
      List<RankingExample> looked = examples.subList(next * batch, (next + 1) * batch);
      for (double rate : new double[] {1e-4, 3e-3}) {
        double[] step = Arrays.stream(direction(repeat, batch)).map(u -> rate * u).toArray();
        double before = loss(looked);
        double change = TuningGradients.moved(tuning, step, () -> loss(looked)) - before;
        largest = Math.max(largest, Math.abs(change));
        assertEquals(
            change,
            steps.change(rate, repeat) + rate * steps.slopes()[repeat][next],
            2e-6 + 1e-3 * Math.abs(change));
        assertEquals(before, loss(looked), "the step is undone");
      }
    }
    assertTrue(largest > 1e-3, "no change is large enough to be seen: " + largest);
  }

  private double[] direction(int number, int batch) {
    return RULE.direction(mean(number * batch, (number + 1) * batch), batch);
  }

  /** The mean gradient of some examples. */
  private double[] mean(int from, int to) {
    float[] mean = new TuningGradients(tuning, gradient, examples).mean(from, to);
    double[] copy = new double[mean.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = mean[i];
    }
    return copy;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** The mean loss: of the right document, the first, among all. */
  private double loss(List<RankingExample> of) {
    double loss = 0;
    for (float[] scores : gradient.scores(of)) {
      double exponentials = 0;
      for (float score : scores) {
        exponentials += Math.exp(score - (double) scores[0]);
      }
      loss += Math.log(exponentials) / of.size();
    }
    return loss;
  }
}
