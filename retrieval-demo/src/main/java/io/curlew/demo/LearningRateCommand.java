package io.curlew.demo;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.bert.Tensor;
import io.curlew.attention.scoring.PairTokenizer;
import io.curlew.attention.training.LearningRateLaw;
import io.curlew.attention.training.LearningRateProbe;
import io.curlew.attention.training.LowRankTuning;
import io.curlew.attention.training.RankingExample;
import io.curlew.attention.training.RankingGradient;
import io.curlew.data.WordNetDataset;
import io.curlew.data.model.CrossEncoderFiles;
import io.curlew.data.model.ModelFiles;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.train.HardNegatives;
import io.curlew.demo.train.LearningRatePlot;
import io.curlew.demo.train.QuadraticStudy;
import io.curlew.demo.train.StepSearch;
import io.curlew.demo.train.TrainingSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code curlew lr}: what Adam's learning rate should be for another batch size or epsilon. */
@Command(
    name = "lr",
    description =
        "Measures gradient noise and curvature of the cross-encoder's training, and predicts Adam's"
            + " best learning rate for each batch size and epsilon.",
    footer = {"", "Example:", "  curlew lr --batches 2,8,32 --plot target/learning-rate.png"})
final class LearningRateCommand implements Callable<Integer> {
  private static final int WRONG = 3;
  private static final int EPOCH = 1_000_000; // far from those that training has seen
  private static final double STRIDE = 1e-4;
  private static final int REPEATS = 3;
  private static final int QUADRATIC_REPEATS = 400;
  private static final double[] QUADRATIC_EPSILONS = {0, 1};
  private static final int[] QUADRATIC_BATCHES = {2, 32, 512};

  @Option(names = "--from", description = "Adapters and head to measure at; the shipped ones.")
  private @Nullable Path from;

  @Option(names = "--work", description = "Lists of curlew train; ${DEFAULT-VALUE}.")
  private Path work = Path.of("target/train");

  @Option(names = "--documents", description = "Of WordNet: how many, or all; ${DEFAULT-VALUE}.")
  private String documents = "all";

  @Option(names = "--held-out", description = "As in curlew train; ${DEFAULT-VALUE}.")
  private int heldOut = TrainCommand.HELD_OUT;

  @Option(names = "--examples", description = "Queries in a sample; ${DEFAULT-VALUE}.")
  private int examples = 48;

  @Option(names = "--samples", description = "Estimates, for the error; ${DEFAULT-VALUE}.")
  private int samples = 2;

  @Option(names = "--batches", split = ",", description = "Queries a step; ${DEFAULT-VALUE}.")
  private List<Integer> batches = List.of(2, 8, 32);

  @Option(names = "--epsilons", split = ",", description = "Of Adam; ${DEFAULT-VALUE}.")
  private List<Double> epsilons = List.of(0.0, 3e-3);

  @Option(
      names = "--search",
      description = "Also search the best rate of one step, here and on a known quadratic.")
  private boolean search;

  @Option(names = "--plot", description = "Draw to this PNG file.")
  private @Nullable Path plot;

  @Option(names = "--seed", description = "Of every random choice; ${DEFAULT-VALUE}.")
  private long seed = 42;

  @Override
  public Integer call() throws Exception {
    require("--samples", samples, 1);
    require("--examples", examples, 8);
    batches.forEach(batch -> require("--batches", batch, 1));
    for (double epsilon : epsilons) {
      if (!(epsilon >= 0)) {
        throw new BadInputException("--epsilons must be at least 0, got: " + epsilon);
      }
    }
    Files.createDirectories(work);
    TrainingSet set =
        TrainingSet.of((WordNetDataset) Datasets.open("wordnet", documents, seed), heldOut, seed);
    HardNegatives lists = HardNegatives.of(set, work, documents, seed);
    List<LearningRatePlot.Panel> panels = new ArrayList<>();
    if (search) {
      panels.add(quadratic());
    }
    ModelFiles base = CrossEncoderFiles.base();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        InputStream onnx = base.openModel();
        InputStream json = base.openTokenizer();
        InputStream weights =
            from == null ? CrossEncoderFiles.openAdapters() : Files.newInputStream(from);
        PairTokenizer pairs = PairTokenizer.read(json, TrainCommand.MAX_TOKENS)) {
      SafetensorsFile start = SafetensorsFile.read(weights);
      LowRankTuning tuning =
          LowRankTuning.start(
              Pretrained.onnx(onnx), BertConfig.miniLmL6(), rank(start), manager, seed);
      tuning.set(start.arrays());
      panels.add(crossEncoder(set, lists, tuning, new RankingGradient(tuning, pairs)));
    }
    if (plot != null) {
      LearningRatePlot.write(panels, plot);
      System.out.println("Plot: " + plot);
    }
    return 0;
  }

  private static void require(String option, int value, int least) {
    if (value < least) {
      throw new BadInputException(option + " must be at least " + least + ", got: " + value);
    }
  }

  private static int rank(SafetensorsFile file) throws IOException {
    for (Map.Entry<String, Tensor> array : file.arrays().entrySet()) {
      if (array.getKey().endsWith(Pretrained.ADAPTER_A)) {
        return Math.toIntExact(array.getValue().shape()[0]);
      }
    }
    throw new IOException("a weight file must hold adapters, got: " + file.arrays().keySet());
  }

  private LearningRatePlot.Panel crossEncoder(
      TrainingSet set, HardNegatives lists, LowRankTuning tuning, RankingGradient gradient) {
    List<LearningRateProbe> probes = new ArrayList<>();
    try (Progress progress = Progress.start("Gradients", samples)) {
      for (int s = 0; s < samples; s++) {
        List<RankingExample> some = set.epoch(EPOCH + s, examples, WRONG, lists, seed);
        probes.add(new LearningRateProbe(tuning, gradient, some, STRIDE, seed + s));
        progress.step(1);
      }
    }
    double[] scales = probes.get(0).scales();
    System.out.printf(
        Locale.ROOT,
        "root mean square: gradient %.2e, noise of a query %.2e; trace of the Hessian %.1f%n",
        scales[0],
        scales[1],
        probes.get(0).trace());
    List<RankingExample> checked = set.epoch(EPOCH - 1, examples, WRONG, lists, seed);
    List<LearningRatePlot.Curve> curves = new ArrayList<>();
    for (double epsilon : epsilons) {
      List<LearningRateLaw> laws = new ArrayList<>();
      for (LearningRateProbe probe : probes) {
        laws.add(probe.law(epsilon));
      }
      laws.forEach(law -> System.out.println("epsilon " + epsilon + ": " + law));
      List<LearningRatePlot.Point> points = new ArrayList<>();
      for (int batch : batches) {
        double[] rates = laws.stream().mapToDouble(law -> law.rate(batch)).sorted().toArray();
        double predicted = rates[rates.length / 2];
        print(epsilon, batch, predicted, rates);
        if (search) {
          StepSearch found =
              StepSearch.run(
                  step(set, lists, tuning, gradient, checked, batch, epsilon),
                  predicted,
                  REPEATS,
                  seed);
          print(found);
          points.add(new LearningRatePlot.Point(batch, found));
        }
      }
      curves.add(curve(epsilon, batches.stream().mapToInt(b -> b).toArray(), laws, points));
    }
    return new LearningRatePlot.Panel("cross-encoder, one step", curves);
  }

  /** One step of Adam from rest, undone when its loss is known. */
  private StepSearch.Step step(
      TrainingSet set,
      HardNegatives lists,
      LowRankTuning tuning,
      RankingGradient gradient,
      List<RankingExample> checked,
      int batch,
      double epsilon) {
    double before = loss(gradient, checked);
    List<Map<String, float[]>> gradients = new ArrayList<>();
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      List<RankingExample> some =
          set.epoch(2 * EPOCH + 100 * batch + repeat, batch, WRONG, lists, seed);
      gradients.add(gradient.of(some).gradients());
    }
    return (rate, repeat) -> {
      Map<String, Tensor> start = tuning.values();
      gradients
          .get(repeat)
          .forEach((name, values) -> move(tuning.trained(), name, values, rate, epsilon));
      double change = loss(gradient, checked) - before;
      tuning.set(start);
      return change;
    };
  }

  private static void move(
      Map<String, NDArray> trained, String name, float[] values, double rate, double epsilon) {
    double[] exact = new double[values.length];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = values[i];
    }
    double[] direction = LearningRateLaw.direction(exact, epsilon);
    float[] change = new float[values.length];
    for (int i = 0; i < change.length; i++) {
      change[i] = (float) (rate * direction[i]);
    }
    NDArray array = trained.get(name);
    if (array != null) {
      LowRankTuning.subtract(array, change);
    }
  }

  /** The training's loss, from scores without gradients. */
  private static double loss(RankingGradient gradient, List<RankingExample> examples) {
    double sum = 0;
    for (float[] scores : gradient.scores(examples)) {
      double exponentials = 0;
      for (float score : scores) {
        exponentials += Math.exp(score - (double) scores[0]);
      }
      sum += Math.log(exponentials);
    }
    return sum / examples.size();
  }

  private LearningRatePlot.Panel quadratic() {
    QuadraticStudy study = new QuadraticStudy(seed);
    List<LearningRatePlot.Curve> curves = new ArrayList<>();
    System.out.println("a quadratic with known constants:");
    for (double epsilon : QUADRATIC_EPSILONS) {
      LearningRateLaw law = study.law(epsilon);
      List<LearningRatePlot.Point> points = new ArrayList<>();
      for (int batch : QUADRATIC_BATCHES) {
        print(epsilon, batch, law.rate(batch), new double[] {law.rate(batch)});
        StepSearch found =
            StepSearch.run(
                (rate, repeat) -> study.change(rate, batch, epsilon, repeat),
                law.rate(batch),
                QUADRATIC_REPEATS,
                seed);
        print(found);
        points.add(new LearningRatePlot.Point(batch, found));
      }
      curves.add(curve(epsilon, QUADRATIC_BATCHES, List.of(law), points));
    }
    System.out.println("the cross-encoder:");
    return new LearningRatePlot.Panel("quadratic with known constants, one step", curves);
  }

  private static LearningRatePlot.Curve curve(
      double epsilon,
      int[] range,
      List<LearningRateLaw> laws,
      List<LearningRatePlot.Point> points) {
    List<Double> at = new ArrayList<>();
    for (double batch = range[0] / 2.0; batch <= range[range.length - 1] * 2; batch *= 1.2) {
      at.add(batch);
    }
    double[] x = at.stream().mapToDouble(Double::doubleValue).toArray();
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double batch = x[i];
      double[] rates = laws.stream().mapToDouble(law -> law.rate(batch)).sorted().toArray();
      y[i] = rates[rates.length / 2];
    }
    return new LearningRatePlot.Curve("epsilon " + epsilon, x, y, points);
  }

  private static void print(double epsilon, int batch, double predicted, double[] sorted) {
    System.out.printf(
        Locale.ROOT,
        "epsilon %7.1e, batch %3d: predicted %.2e [%.2e, %.2e]%n",
        epsilon,
        batch,
        predicted,
        sorted[0],
        sorted[sorted.length - 1]);
  }

  private static void print(StepSearch found) {
    System.out.printf(
        Locale.ROOT,
        "                              searched  %.2e [%.2e, %.2e]%n",
        found.rate(),
        found.low(),
        found.high());
  }
}
