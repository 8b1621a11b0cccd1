package io.curlew.demo.train;

import io.curlew.attention.training.AdamStep;
import io.curlew.attention.training.Gradients;
import io.curlew.attention.training.LearningRateCurve;
import io.curlew.attention.training.LearningRateLaw;
import io.curlew.attention.training.LearningRateLawEstimate;
import io.curlew.attention.training.LearningRateProbe;
import io.curlew.attention.training.LowRankTuning;
import io.curlew.attention.training.RankingExample;
import io.curlew.attention.training.RankingGradient;
import io.curlew.attention.training.TuningGradients;
import io.curlew.demo.console.Progress;
import io.curlew.demo.train.LearningRatePlot.Curve;
import io.curlew.demo.train.LearningRatePlot.Panel;
import io.curlew.demo.train.LearningRatePlot.Point;
import java.io.PrintStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Measures what Adam's learning rate should be, from the gradients of batches and the slope along
 * their steps, and by trying; says it line by line.
 *
 * @param batches queries a step, ascending
 * @param epsilons of Adam
 * @param groups of examples, which the band comes from; each has twice the largest batch
 * @param settled steps are of the midst of training instead of from rest
 * @param article also the article's law
 * @param search whether the best rate of one step is tried out too
 * @param out where the lines go
 */
public record LearningRateStudy(
    List<Integer> batches,
    List<Double> epsilons,
    int groups,
    boolean settled,
    boolean article,
    boolean search,
    long seed,
    PrintStream out) {

  private static final int WRONG = 3;
  private static final int EPOCH = 1_000_000; // far from those that training has seen
  private static final double STRIDE = 1e-5;

  /** Examples, of 4 documents each, on which the loss after steps is looked at. */
  private static final int LOOKED = 256;

  /** Whose gradients are held for the search: as many as the prediction takes, up to this. */
  private static final int HELD = 3072;

  private static final int REPEATS = 32;
  private static final int QUADRATIC_REPEATS = 2000;

  /** Tries a step of some rule. */
  private interface Search {
    StepSearch.Step step(AdamStep rule, int batch, int repeats);
  }

  /** A quadratic of each kind. */
  public List<Panel> quadratics() {
    List<Panel> panels = new ArrayList<>();
    for (QuadraticStudy.Spread spread : QuadraticStudy.Spread.values()) {
      QuadraticStudy loss = new QuadraticStudy(spread, examples(), seed);
      QuadraticStudy other = new QuadraticStudy(spread, examples() + largest() * 2, seed);
      panels.add(
          panel(
              "quadratic, " + spread + " gradients",
              loss,
              from(other, examples()),
              (rule, batch, repeats) -> (rate, repeat) -> loss.change(rule, rate, batch, repeat),
              batch -> QUADRATIC_REPEATS));
    }
    return panels;
  }

  /** The cross-encoder of a tuning, where it is. */
  public Panel crossEncoder(
      String name,
      TrainingSet set,
      Negatives lists,
      LowRankTuning tuning,
      RankingGradient gradient) {
    int tried = Math.max(2 * largest(), Math.clamp(examples(), LOOKED, HELD));
    StepTrials trials =
        new StepTrials(
            tuning,
            gradient,
            drawn(set, lists, EPOCH - 1, tried / dividingAll() * dividingAll()),
            dividingAll(),
            LOOKED);
    return panel(
        name,
        new TuningGradients(tuning, gradient, drawn(set, lists, EPOCH, examples())),
        new TuningGradients(tuning, gradient, drawn(set, lists, EPOCH + 1, 2 * largest())),
        trials::steps,
        batch -> Math.min(tried / batch, REPEATS));
  }

  private int largest() {
    return batches.get(batches.size() - 1);
  }

  private int dividingAll() {
    return batches.stream()
        .map(BigInteger::valueOf)
        .reduce(BigInteger.ZERO, BigInteger::gcd)
        .intValue();
  }

  private int examples() {
    return groups * Math.max(8, 2 * largest());
  }

  private Panel panel(
      String name, Gradients loss, Gradients other, Search tried, IntUnaryOperator repeats) {
    int[] sizes = batches.stream().mapToInt(Integer::intValue).toArray();
    LearningRateProbe probe = new LearningRateProbe(loss, sizes, groups, STRIDE, seed);
    List<AdamStep> rules =
        settled
            ? LearningRateProbe.settled(other, epsilons)
            : epsilons.stream().map(AdamStep::fromRest).toList();
    List<LearningRateCurve> curves;
    try (Progress progress = Progress.start("Slopes, " + name, probe.measurements(rules.size()))) {
      curves = probe.curves(rules, () -> progress.step(1));
    }
    Map<Double, LearningRateLaw> laws =
        article ? LearningRateLawEstimate.of(loss, epsilons, STRIDE, seed) : Map.of();
    out.println(name + ":");
    List<Curve> drawn = new ArrayList<>();
    for (int e = 0; e < epsilons.size(); e++) {
      for (int batch : batches) {
        print(epsilons.get(e), batch, curves.get(e), laws.get(epsilons.get(e)));
      }
    }
    for (int e = 0; e < epsilons.size(); e++) {
      LearningRateCurve curve = curves.get(e);
      List<Point> points = new ArrayList<>();
      for (int batch : batches) {
        double around = around(curve, batch);
        if (search && !Double.isNaN(around)) {
          int times = repeats.applyAsInt(batch);
          StepSearch.Step step = tried.step(rules.get(e), batch, times);
          StepSearch found = StepSearch.run(step, around, times, seed);
          print(epsilons.get(e), batch, found, curve.rate(batch));
          if (found.rate() > 0) {
            points.add(new Point(batch, found));
          }
        }
      }
      Curve line = curve("epsilon " + epsilons.get(e), curve, points);
      if (line.batches().length > 0) {
        drawn.add(line);
      }
    }
    return new Panel(name, drawn);
  }

  /** Where to search: at the predicted rate, or at that of the next batch size that has one. */
  private double around(LearningRateCurve curve, int batch) {
    return batches.stream()
        .filter(size -> size >= batch)
        .mapToDouble(curve::rate)
        .filter(rate -> !Double.isNaN(rate))
        .findFirst()
        .orElse(Double.NaN);
  }

  /** The last examples of a loss, from one on. */
  private static Gradients from(Gradients loss, int first) {
    return new Gradients() {
      @Override
      public int examples() {
        return loss.examples() - first;
      }

      @Override
      public float[] of(int example) {
        return loss.of(first + example);
      }

      @Override
      public float[] after(double[] step, int example) {
        return loss.after(step, first + example);
      }
    };
  }

  private List<RankingExample> drawn(TrainingSet set, Negatives lists, int epoch, int size) {
    return lists.examples(
        TrainingSet.epoch(set.trained(), epoch, size, seed),
        WRONG,
        Map.of(),
        new Random(seed + epoch));
  }

  private Curve curve(String name, LearningRateCurve curve, List<Point> points) {
    List<Double> at = new ArrayList<>();
    for (double batch = batches.get(0) / 2.0; batch <= largest() * 2; batch *= 1.2) {
      if (!Double.isNaN(curve.rate(batch))) {
        at.add(batch);
      }
    }
    double[] x = at.stream().mapToDouble(Double::doubleValue).toArray();
    return new Curve(
        name,
        x,
        at.stream().mapToDouble(curve::rate).toArray(),
        at.stream().mapToDouble(curve::low).toArray(),
        at.stream().mapToDouble(curve::high).toArray(),
        points);
  }

  private void print(
      double epsilon, int batch, LearningRateCurve curve, @Nullable LearningRateLaw law) {
    out.printf(
        Locale.ROOT,
        "epsilon %7.1e, batch %3d: predicted %.2e [%.2e, %.2e]%s%n",
        epsilon,
        batch,
        curve.rate(batch),
        curve.low(batch),
        curve.high(batch),
        law == null ? "" : String.format(Locale.ROOT, ", the article's law %.2e", law.rate(batch)));
    curve.doubts(batch).forEach(doubt -> out.println("    not to be trusted: " + doubt));
  }

  private void print(double epsilon, int batch, StepSearch found, double predicted) {
    out.printf(
        Locale.ROOT,
        "epsilon %7.1e, batch %3d: searched  %.2e [%.2e, %.2e], %s%n",
        epsilon,
        batch,
        found.rate(),
        found.low(),
        found.high(),
        Double.isNaN(predicted)
            ? "where none was predicted"
            : String.format(Locale.ROOT, "%.2f of what was predicted", found.rate() / predicted));
  }
}
