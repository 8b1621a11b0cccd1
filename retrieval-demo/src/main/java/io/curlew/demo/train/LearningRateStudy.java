package io.curlew.demo.train;

import ai.djl.ndarray.NDArray;
import io.curlew.attention.bert.Tensor;
import io.curlew.attention.training.LearningRateLaw;
import io.curlew.attention.training.LearningRateProbe;
import io.curlew.attention.training.LowRankTuning;
import io.curlew.attention.training.RankingExample;
import io.curlew.attention.training.RankingGradient;
import io.curlew.demo.console.Progress;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Measures what Adam's learning rate should be, by the law from gradient noise and curvature, and
 * by trying; says it line by line.
 *
 * @param examples queries in a sample
 * @param samples estimates, for the error
 * @param batches queries a step
 * @param epsilons of Adam
 * @param search whether the best rate of one step is tried out too
 * @param out where the lines go
 */
public record LearningRateStudy(
    int examples,
    int samples,
    List<Integer> batches,
    List<Double> epsilons,
    boolean search,
    long seed,
    PrintStream out) {

  private static final int WRONG = 3;
  private static final int EPOCH = 1_000_000; // far from those that training has seen
  private static final double STRIDE = 1e-4;
  private static final int REPEATS = 3;
  private static final int QUADRATIC_REPEATS = 400;
  private static final double[] QUADRATIC_EPSILONS = {0, 1};
  private static final int[] QUADRATIC_BATCHES = {2, 32, 512};

  /** The cross-encoder of a tuning, where it is. */
  public LearningRatePlot.Panel crossEncoder(
      TrainingSet set, Negatives lists, LowRankTuning tuning, RankingGradient gradient) {
    List<LearningRateProbe> probes = new ArrayList<>();
    try (Progress progress = Progress.start("Gradients", samples)) {
      for (int s = 0; s < samples; s++) {
        List<RankingExample> some = drawn(set, lists, EPOCH + s, examples);
        probes.add(new LearningRateProbe(tuning, gradient, some, STRIDE, seed + s));
        progress.step(1);
      }
    }
    double[] scales = probes.get(0).scales();
    out.printf(
        Locale.ROOT,
        "root mean square: gradient %.2e, noise of a query %.2e; trace of the Hessian %.1f%n",
        scales[0],
        scales[1],
        probes.get(0).trace());
    List<RankingExample> checked = drawn(set, lists, EPOCH - 1, examples);
    List<LearningRatePlot.Curve> curves = new ArrayList<>();
    for (double epsilon : epsilons) {
      List<LearningRateLaw> laws = new ArrayList<>();
      for (LearningRateProbe probe : probes) {
        laws.add(probe.law(epsilon));
      }
      laws.forEach(law -> out.println("epsilon " + epsilon + ": " + law));
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

  private List<RankingExample> drawn(TrainingSet set, Negatives lists, int epoch, int size) {
    return lists.examples(
        TrainingSet.epoch(set.trained(), epoch, size, seed),
        WRONG,
        Map.of(),
        new Random(seed + epoch));
  }

  /** One step of Adam from rest, undone when its loss is known. */
  private StepSearch.Step step(
      TrainingSet set,
      Negatives lists,
      LowRankTuning tuning,
      RankingGradient gradient,
      List<RankingExample> checked,
      int batch,
      double epsilon) {
    double before = loss(gradient, checked);
    List<Map<String, float[]>> gradients = new ArrayList<>();
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      List<RankingExample> some = drawn(set, lists, 2 * EPOCH + 100 * batch + repeat, batch);
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

  /** A quadratic whose constants are known. */
  public LearningRatePlot.Panel quadratic() {
    QuadraticStudy study = new QuadraticStudy(seed);
    List<LearningRatePlot.Curve> curves = new ArrayList<>();
    out.println("a quadratic with known constants:");
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
    out.println("the cross-encoder:");
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

  private void print(double epsilon, int batch, double predicted, double[] sorted) {
    out.printf(
        Locale.ROOT,
        "epsilon %7.1e, batch %3d: predicted %.2e [%.2e, %.2e]%n",
        epsilon,
        batch,
        predicted,
        sorted[0],
        sorted[sorted.length - 1]);
  }

  private void print(StepSearch found) {
    out.printf(
        Locale.ROOT,
        "                              searched  %.2e [%.2e, %.2e]%n",
        found.rate(),
        found.low(),
        found.high());
  }
}
