package io.curlew.lowrank;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A row skeleton of a score matrix in floats: 100 of 400 queries by 200,000 documents, 320 MB, with
 * the memory that it takes beside the scores.
 *
 * <pre>mvn -q -pl lucene-plugin/core -am -Pbenchmarks test
 *   -Dbenchmark=io.curlew.lowrank.FloatSpeed</pre>
 */
final class FloatSpeed {

  private static final int QUERIES = 400;
  private static final int DOCUMENTS = 200_000;
  private static final int LATENT = 150;

  private FloatSpeed() {}

  public static void main(String[] args) {
    float[][] scores = scores();
    for (int threads = 1; threads <= 2; threads++) {
      LinearOperator a = FloatRows.of(scores, MatrixProduct.withThreads(threads)).transposed();
      for (int run = 0; run < 3; run++) {
        System.gc(); // so that the peak is this run's
        List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans();
        pools.forEach(MemoryPoolMXBean::resetPeakUsage);
        long start = System.nanoTime();
        ColumnSkeleton skeleton =
            ColumnSkeleton.compute(a, Truncation.rank(100), Sketch.SPARSE_SIGN, run);
        System.out.printf(
            Locale.ROOT,
            "%d threads: %.0f ms, heap peak at most %d MB, error estimate %.3g%n",
            threads,
            (System.nanoTime() - start) / 1e6,
            pools.stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .mapToLong(pool -> pool.getPeakUsage().getUsed())
                    .sum()
                >> 20,
            skeleton.errorEstimate());
      }
    }
  }

  /** Falling latent dimensions and noise. */
  private static float[][] scores() {
    SplittableRandom random = new SplittableRandom(7);
    float[][] latent = new float[LATENT][DOCUMENTS];
    for (float[] row : latent) {
      for (int d = 0; d < DOCUMENTS; d++) {
        row[d] = (float) random.nextGaussian();
      }
    }
    float[][] scores = new float[QUERIES][DOCUMENTS];
    for (float[] row : scores) {
      for (int k = 0; k < LATENT; k++) {
        float weight = (float) (random.nextGaussian() * Math.pow(0.95, k));
        for (int d = 0; d < DOCUMENTS; d++) {
          row[d] += weight * latent[k][d];
        }
      }
      for (int d = 0; d < DOCUMENTS; d++) {
        row[d] += (float) (1e-2 * random.nextGaussian());
      }
    }
    return scores;
  }
}
