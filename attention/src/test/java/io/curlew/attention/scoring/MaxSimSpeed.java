package io.curlew.attention.scoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How fast {@link MaxSim} is: 400 queries of 12 content tokens against 2,000 documents of 20
 * tokens, 384 values each, by one thread and by two.
 *
 * <p>Run, after {@code mvn -pl attention -am -DskipTests verify} (for this class nothing but the
 * two folders has to be on the class path):
 *
 * <pre>
 * java --add-modules jdk.incubator.vector -cp attention/target/classes:attention/target/test-classes
 *   io.curlew.attention.scoring.MaxSimSpeed</pre>
 */
final class MaxSimSpeed {

  private static final int DIMENSION = 384;

  private MaxSimSpeed() {}

  public static void main(String[] args) {
    Random random = new Random(42);
    List<EncodedText> queries = texts(400, 14, random);
    List<EncodedText> documents = texts(2000, 20, random);
    MaxSimKernel kernel = MaxSimKernel.fastest();
    for (int threads = 1; threads <= 2; threads++) {
      measure(queries, documents, kernel, threads);
    }
  }

  private static void measure(
      List<EncodedText> queries, List<EncodedText> documents, MaxSimKernel kernel, int threads) {
    double operations = 2.0 * DIMENSION * 400 * 12 * 2000 * 20;
    double[] seconds = new double[5];
    try (WorkerPool pool = new WorkerPool(threads, "maxsim")) {
      for (int run = -2; run < seconds.length; run++) {
        long start = System.nanoTime();
        QueryPanels panels = QueryPanels.pack(queries, kernel);
        float[][] scores = new float[queries.size()][documents.size()];
        MaxSim.score(panels, documents, pool, scores, 0);
        if (run >= 0) {
          seconds[run] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    Arrays.sort(seconds);
    System.out.printf(
        Locale.ROOT,
        "%s, %d threads: best %.2f s, %.1f GFLOP/s; median %.2f s, %.1f GFLOP/s%n",
        kernel.getClass().getSimpleName(),
        threads,
        seconds[0],
        operations / seconds[0] / 1e9,
        seconds[2],
        operations / seconds[2] / 1e9);
  }

  /** Random texts of which the first and last token are special. */
  static List<EncodedText> texts(int count, int tokens, Random random) {
    List<EncodedText> texts = new ArrayList<>();
    for (int text = 0; text < count; text++) {
      float[] raw = new float[tokens * DIMENSION];
      for (int i = 0; i < raw.length; i++) {
        raw[i] = (float) random.nextGaussian();
      }
      boolean[] special = new boolean[tokens];
      special[0] = true;
      special[tokens - 1] = true;
      texts.add(EncodedText.of(raw, special));
    }
    return texts;
  }
}
