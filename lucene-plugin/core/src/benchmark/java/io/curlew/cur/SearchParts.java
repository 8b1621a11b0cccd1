package io.curlew.cur;

import io.curlew.cur.anchor.AnchorStatistics;
import io.curlew.cur.fit.KernelRegression;
import io.curlew.cur.fit.Outlook;
import io.curlew.cur.fit.RidgeEstimator;
import io.curlew.cur.fit.Surprises;
import io.curlew.cur.fit.Tasks;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The parts of a search that are not the engine's, one thread, each as often as a search with so
 * many calls does it: {@code mvn -q -pl lucene-plugin/core -am -Psearch-parts test}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"--add-modules", "jdk.incubator.vector", "-Xmx1g"})
public class SearchParts {

  private static final int ANCHORS = 400;
  private static final int CONTENDERS = 256;

  @Param({"20", "50", "100", "200", "500"})
  int calls = 200;

  private final Random random = new Random(1);
  private float[][] rows = new float[0][]; // of the shortlist, centred
  private float[][] transformed = new float[0][]; // of the scored documents, which are the first
  private float[][] products = new float[0][]; // [scored][slots]
  private float[] norms = new float[0];
  private double[] targets = new double[0];
  private PackedRows packed = new PackedRows();
  private AnchorStatistics statistics = AnchorStatistics.of(new float[][] {{0}, {1}});
  private KernelRegression fitted = new KernelRegression(1);

  public static void main(String[] args) throws Exception {
    new Runner(new OptionsBuilder().include(SearchParts.class.getName()).build()).run();
  }

  @Setup
  public void create() throws IOException {
    int slots = calls < 100 ? 400 : 1300;
    float[][] all = new float[2000][ANCHORS];
    for (float[] row : all) {
      for (int a = 0; a < ANCHORS; a++) {
        row[a] = (float) (random.nextGaussian() / (1 + a)) + 0.01f * (float) random.nextGaussian();
      }
    }
    statistics = AnchorStatistics.of(all);
    rows = Arrays.stream(all, 0, slots).map(statistics::centre).toArray(float[][]::new);
    norms = new float[slots];
    for (int slot = 0; slot < slots; slot++) {
      norms[slot] = statistics.squaredNorm(all[slot]);
    }
    targets = random.doubles(calls).toArray();
    packed = new PackedRows();
    packed.add(rows);
    transformed = transform();
    products = products();
    fitted = kernelFits();
  }

  /** A (r - mean) of the scored documents. */
  @Benchmark
  public float[][] transform() {
    return statistics.transform(Arrays.copyOf(rows, calls));
  }

  /** Their products with the rows of the shortlist. */
  @Benchmark
  public float[][] products() throws IOException {
    return packed.products(0, transformed, Tasks::inTurn);
  }

  private int[] rounds() {
    int first = Math.max(calls / 4, Math.min(calls, 50) / 2);
    int count = Math.clamp(calls / 8, 2, AdaptiveSearch.ROUNDS);
    return IntStream.rangeClosed(0, count)
        .map(round -> first + (calls - first) * round / count)
        .toArray();
  }

  /** The kernel form of all rounds. */
  @Benchmark
  public KernelRegression kernelFits() {
    KernelRegression kernel = new KernelRegression(calls);
    int[] rounds = rounds();
    for (int round = 0; round < rounds.length; round++) {
      while (kernel.size() < rounds[round]) {
        kernel.add(Arrays.copyOf(products[kernel.size()], kernel.size() + 1));
      }
      kernel.fit(Arrays.copyOf(targets, rounds[round]), round <= 2);
    }
    return kernel;
  }

  /** The linear form of the rounds that have one. */
  @Benchmark
  public RidgeEstimator.Fit linearFits() {
    RidgeEstimator ridge = RidgeEstimator.create(ANCHORS, calls, statistics.variance());
    RidgeEstimator.Fit fit = RidgeEstimator.Fit.NONE;
    int[] rounds = rounds();
    for (int round : new int[] {0, 1, 3}) {
      if (round < rounds.length) {
        while (ridge.size() < rounds[round]) {
          ridge.add(rows[ridge.size()]);
        }
        fit = ridge.refit(Arrays.copyOf(targets, rounds[round]));
      }
    }
    return fit;
  }

  /** Estimates of the shortlist, once. */
  @Benchmark
  public float[] estimates() {
    float[] sums = new float[rows.length];
    fitted.addEstimates(products, norms, sums.length, sums);
    return sums;
  }

  /** Deviations of the best estimates, once, of all that was scored. */
  @Benchmark
  public double[] deviations() {
    int last = rows.length;
    int[] slots = IntStream.range(Math.max(0, last - CONTENDERS), last).toArray();
    return fitted.deviations(products, norms, slots);
  }

  /** The score that the tenth best of 20,000 is expected to have, once. */
  @Benchmark
  public double threshold() {
    double[] means = IntStream.range(0, CONTENDERS).mapToDouble(i -> 1 - i / 300.0).toArray();
    double[] deviations = new double[CONTENDERS];
    Arrays.fill(deviations, 0.1);
    int[] ranks = IntStream.rangeClosed(1, calls).toArray();
    double[] residuals = new double[calls];
    return new Outlook(
            means,
            deviations,
            20_000 - calls,
            0,
            0.1,
            new Surprises(ranks, targets, residuals, 0.1),
            IntStream.range(calls + 1, rows.length + 1).toArray(),
            rows.length + 1)
        .threshold(targets, 10);
  }
}
