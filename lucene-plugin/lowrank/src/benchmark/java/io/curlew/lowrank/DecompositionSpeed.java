package io.curlew.lowrank;

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

/**
 * Interpolative decompositions, pivoted QR and randomised SVD of rank 50, single-threaded. {@link
 * SpeedReport} runs this beside SciPy and scikit-learn and says how.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"--add-modules", "jdk.incubator.vector", "-Xmx2g"})
public class DecompositionSpeed {

  static final int RANK = 50;

  @Param({"geometric", "algebraic"})
  String spectrum = "geometric";

  private DMatrixRMaj square = new DMatrixRMaj(0, 0);
  private DMatrixRMaj tall = new DMatrixRMaj(0, 0);

  @Setup
  public void create() {
    square = BenchmarkMatrices.create(spectrum, 1000);
    tall = BenchmarkMatrices.create(spectrum, 20_000);
  }

  static InterpolativeDecomposition sketchedId(DMatrixRMaj m, long seed) {
    return InterpolativeDecomposition.compute(
        m, Truncation.rank(RANK), ColumnSelection.sketchedPivotedQr(seed));
  }

  static InterpolativeDecomposition pivotedId(DMatrixRMaj m) {
    return InterpolativeDecomposition.compute(
        m, Truncation.rank(RANK), ColumnSelection.pivotedQr());
  }

  static TruncatedSvd randomizedSvd(DMatrixRMaj m, long seed) {
    return TruncatedSvd.randomized(m, Truncation.rank(RANK), seed);
  }

  @Benchmark
  public InterpolativeDecomposition sketchedIdSquare() {
    return sketchedId(square, 0);
  }

  @Benchmark
  public InterpolativeDecomposition sketchedIdTall() {
    return sketchedId(tall, 0);
  }

  /** The pivoted QR, with its interpolation coefficients and an error estimate. */
  @Benchmark
  public InterpolativeDecomposition pivotedQrSquare() {
    return pivotedId(square);
  }

  @Benchmark
  public TruncatedSvd randomizedSvdSquare() {
    return randomizedSvd(square, 0);
  }
}
