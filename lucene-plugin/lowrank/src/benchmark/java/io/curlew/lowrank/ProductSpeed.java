package io.curlew.lowrank;

import io.curlew.lowrank.ColumnRowProduct.Method;
import io.curlew.lowrank.ColumnRowProduct.Weights;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.ejml.data.DMatrixRMaj;
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
import org.openjdk.jmh.runner.RunnerException;

/**
 * The CR approximation where it pays: similarities X X^T of 1,500 documents over 20,000 terms whose
 * weights fall like Zipf's law, so that a few outer products carry most of the product. Error and
 * time against the full product.
 *
 * <pre>mvn -q -pl lucene-plugin/core -am -Pbenchmarks test
 *   -Dbenchmark=io.curlew.lowrank.ProductSpeed</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"--add-modules", "jdk.incubator.vector", "-Xmx3g"})
public class ProductSpeed {

  private static final int DOCUMENTS = 1500;
  private static final int TERMS = 20_000;

  @Param({"100", "400", "1600"})
  int kept = 100;

  private DMatrixRMaj x = new DMatrixRMaj(0, 0);
  private DMatrixRMaj y = new DMatrixRMaj(0, 0);

  @Setup
  public void create() {
    x = termWeights();
    y = Matrices.transpose(x);
  }

  /** Term i is in a document with probability 1 / sqrt(i + 1), with weight (i + 1)^-0.4 or so. */
  private static DMatrixRMaj termWeights() {
    SplittableRandom random = new SplittableRandom(42);
    DMatrixRMaj m = new DMatrixRMaj(DOCUMENTS, TERMS);
    for (int d = 0; d < DOCUMENTS; d++) {
      for (int i = 0; i < TERMS; i++) {
        if (random.nextDouble() < 1 / Math.sqrt(i + 1)) {
          m.set(d, i, (0.5 + random.nextDouble()) * Math.pow(i + 1, -0.4));
        }
      }
    }
    return m;
  }

  @Benchmark
  public DMatrixRMaj fullProduct() {
    return MatrixProduct.singleThreaded().multiply(x, y);
  }

  @Benchmark
  public DMatrixRMaj topNorm() {
    return ColumnRowProduct.approximate(x, y, kept, Method.topNorm(), Weights.NONE);
  }

  @Benchmark
  public DMatrixRMaj sampled() {
    return ColumnRowProduct.approximate(x, y, kept, Method.sampled(1), Weights.NONE);
  }

  @Benchmark
  public DMatrixRMaj topNormWithFullWeights() {
    return ColumnRowProduct.approximate(x, y, kept, Method.topNorm(), Weights.FULL);
  }

  /** Prints errors, then runs the benchmarks. */
  public static void main(String[] args) throws RunnerException {
    ProductSpeed speed = new ProductSpeed();
    speed.create();
    DMatrixRMaj exact = speed.fullProduct();
    double norm = Matrices.frobeniusNorm(exact);
    System.out.println(
        "relative Frobenius error: kept of 20000, top norm, sampled, top norm + full");
    for (int r : new int[] {100, 400, 1600}) {
      speed.kept = r;
      System.out.printf(
          Locale.ROOT,
          "%6d  %.4f  %.4f  %.4f%n",
          r,
          Matrices.frobeniusNorm(Matrices.subtract(exact, speed.topNorm())) / norm,
          Matrices.frobeniusNorm(Matrices.subtract(exact, speed.sampled())) / norm,
          Matrices.frobeniusNorm(Matrices.subtract(exact, speed.topNormWithFullWeights())) / norm);
    }
    SpeedReport.medians(ProductSpeed.class)
        .forEach((name, ms) -> System.out.printf(Locale.ROOT, "%-40s %9.2f ms%n", name, ms));
  }
}
