package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.TokenRows;
import io.curlew.testing.BenchmarkReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Forward time and memory of attention, one sequence, 12 heads of 64, 64 landmarks: Nystrom, exact
 * as three plain operations of the engine, and {@link ExactAttention}. Prints least and median
 * time, minor page faults and system time per call, and the most memory that was resident.
 *
 * <p>Arguments: {@code long} (512 to 32k tokens), {@code busy} (8k and 32k with one core kept busy)
 * or {@code drop-in}, or {@code short} (exact, Nystrom and the automatic choice, 32 to 2048 tokens,
 * for several numbers of landmarks). Run with {@code OMP_WAIT_POLICY=PASSIVE}:
 *
 * <pre>mvn -q -pl attention -am -DskipTests -Pencoder-comparison verify
 *   -Dmeasurement=io.curlew.attention.AttentionSpeed
 *   -Dmeasurement.arguments=long</pre>
 */
final class AttentionSpeed {
  private static final int HEADS = 12;
  private static final int SIZE = 64;
  private static final int LANDMARKS = 64;

  /** Plain operations take minutes beyond. */
  private static final int LONGEST_PLAIN = 8192;

  private static final BenchmarkReport REPORT =
      new BenchmarkReport(
          AttentionSpeed.class, Map.of("heads", HEADS, "headSize", SIZE, "landmarks", LANDMARKS));

  private AttentionSpeed() {}

  public static void main(String[] commandLine) throws Exception {
    String[] args = Measurement.arguments(commandLine);
    String mode = args.length > 0 ? args[0] : "long";
    switch (mode) {
      case "long" -> {
        growth();
        longInputs();
      }
      case "busy" -> {
        Thread spinner = new Thread(AttentionSpeed::spin);
        spinner.setDaemon(true);
        spinner.start();
        growth();
      }
      case "short" -> shortInputs();
      case "drop-in" -> dropIn();
      default ->
          throw new IllegalArgumentException("mode must be long, busy, short or drop-in: " + mode);
    }
    REPORT.write();
  }

  private static void spin() {
    double x = 1;
    while (x > 0) {
      x = Math.sqrt(x + 1);
    }
  }

  /** 8k and 32k in turn, so that whatever else the machine does meets both alike. */
  private static void growth() {
    NystromOptions options = NystromOptions.builder().setLandmarks(LANDMARKS).build();
    double[][] milliseconds = new double[2][31];
    try (NDManager manager = Arrays4.manager()) {
      NDArray[] at8k = inputs(manager, 8192);
      NDArray[] at32k = inputs(manager, 32768);
      for (int run = -2; run < milliseconds[0].length; run++) {
        for (int length = 0; length < 2; length++) {
          long start = System.nanoTime();
          once(
              manager,
              length == 0 ? at8k : at32k,
              (q, k, v) -> NystromKernel.attend(q, k, v, null, options));
          if (run >= 0) {
            milliseconds[length][run] = (System.nanoTime() - start) / 1e6;
          }
        }
      }
    }
    for (double[] times : milliseconds) {
      Arrays.sort(times);
    }
    int middle = milliseconds[0].length / 2;
    System.out.printf(
        Locale.ROOT,
        "8k: least %.1f ms, median %.1f ms; 32k: %.1f, %.1f; 32k to 8k: %.2f (least), %.2f"
            + " (median)%n",
        milliseconds[0][0],
        milliseconds[0][middle],
        milliseconds[1][0],
        milliseconds[1][middle],
        milliseconds[1][0] / milliseconds[0][0],
        milliseconds[1][middle] / milliseconds[0][middle]);
    for (int length = 0; length < 2; length++) {
      REPORT.add(
          Map.of(
              "attention",
              "nystrom, in turn",
              "tokens",
              length == 0 ? 8192 : 32768,
              "leastMs",
              milliseconds[length][0],
              "medianMs",
              milliseconds[length][middle]));
    }
  }

  private static NDArray[] inputs(NDManager manager, int tokens) {
    Random random = new Random(42);
    NDArray[] x = new NDArray[3];
    for (int i = 0; i < x.length; i++) {
      x[i] = Arrays4.normal(manager, random, DataType.FLOAT32, 1, HEADS, tokens, SIZE);
    }
    return x;
  }

  private static void longInputs() throws IOException {
    NystromOptions options = NystromOptions.builder().setLandmarks(LANDMARKS).build();
    Timing at4k = null;
    for (int tokens : new int[] {512, 1024, 2048, 4096, 8192, 16384, 32768}) {
      Timing timing = time(tokens, 15, (q, k, v) -> NystromKernel.attend(q, k, v, null, options));
      print("nystrom", tokens, timing);
      at4k = tokens == 4096 ? timing : at4k;
    }
    if (at4k == null) {
      return;
    }
    for (int tokens : new int[] {512, 1024, 2048, 4096, LONGEST_PLAIN}) {
      Timing plain = time(tokens, tokens > 4096 ? 3 : 5, AttentionSpeed::plainExact);
      print("exact, plain operations", tokens, plain);
      Timing blocks = time(tokens, tokens > 4096 ? 3 : 5, AttentionSpeed::blockExact);
      print("exact, in blocks", tokens, blocks);
      if (tokens == 4096) {
        System.out.printf(
            Locale.ROOT,
            "exact to nystrom at 4k: plain %.1f (least), %.1f (median); in blocks %.1f, %.1f%n",
            plain.least / at4k.least,
            plain.median / at4k.median,
            blocks.least / at4k.least,
            blocks.median / at4k.median);
      }
    }
  }

  /** The setting of highest quality, against exact attention. */
  private static void dropIn() throws IOException {
    NystromOptions options = NystromOptions.dropIn(LANDMARKS);
    for (int tokens : new int[] {512, 768, 1024, 1536, 2048, 4096, 8192}) {
      print(
          "drop-in setting",
          tokens,
          time(tokens, 7, (q, k, v) -> NystromKernel.attend(q, k, v, null, options)));
      if (tokens <= 4096) {
        print("exact, in blocks", tokens, time(tokens, 5, AttentionSpeed::blockExact));
      }
    }
  }

  private static void shortInputs() throws IOException {
    double worst = 0;
    for (int landmarks : new int[] {16, 32, 64, 128}) {
      NystromOptions options = NystromOptions.builder().setLandmarks(landmarks).build();
      NystromOptions automatic = options.toBuilder().optExactWhenFaster(true).build();
      for (int tokens :
          new int[] {32, 64, 96, 128, 192, 256, 320, 384, 448, 512, 640, 768, 1024, 1536}) {
        if (tokens <= landmarks) {
          continue;
        }
        Timing exact = time(tokens, 41, AttentionSpeed::blockExact);
        Timing nystrom =
            time(tokens, 41, (q, k, v) -> NystromKernel.attend(q, k, v, null, options));
        Timing choice =
            time(tokens, 41, (q, k, v) -> NystromKernel.attend(q, k, v, null, automatic));
        double ratio = choice.median / Math.min(exact.median, nystrom.median);
        boolean takesExact = AttentionCost.exactIsFaster(HEADS, tokens, SIZE, landmarks, automatic);
        double chosen = takesExact ? exact.median : nystrom.median;
        double wrong = chosen / Math.min(exact.median, nystrom.median);
        worst = Math.max(worst, wrong);
        System.out.printf(
            Locale.ROOT,
            "m = %3d, n = %4d: exact %6.2f ms, nystrom %6.2f ms, automatic %6.2f ms (%s), measured"
                + " %.2f, chosen to better %.2f%n",
            landmarks,
            tokens,
            exact.median,
            nystrom.median,
            choice.median,
            takesExact ? "exact" : "nystrom",
            ratio,
            wrong);
        REPORT.add(
            Map.of(
                "landmarks", landmarks,
                "tokens", tokens,
                "exactMs", exact.median,
                "nystromMs", nystrom.median,
                "automaticMs", choice.median));
      }
    }
    System.out.printf(Locale.ROOT, "largest of chosen to better: %.2f%n", worst);
  }

  private static NDArray blockExact(NDArray q, NDArray k, NDArray v) {
    Shape shape = q.getShape();
    return ExactAttention.attend(q, k, v, TokenSpan.whole(shape.get(0), shape.get(2)));
  }

  /** What one would write with the engine's operations. */
  private static NDArray plainExact(NDArray q, NDArray k, NDArray v) {
    return q.matMul(k.swapAxes(2, 3)).mul(1 / Math.sqrt(SIZE)).softmax(3).matMul(v);
  }

  private static Timing time(int tokens, int runs, Attention attention) throws IOException {
    try (NDManager manager = Arrays4.manager()) {
      NDArray[] x = inputs(manager, tokens);
      for (int run = 0; run < 3; run++) {
        once(manager, x, attention);
      }
      double[] milliseconds = new double[runs];
      long[] before = faultsAndTicks();
      for (int run = 0; run < runs; run++) {
        long start = System.nanoTime();
        once(manager, x, attention);
        milliseconds[run] = (System.nanoTime() - start) / 1e6;
      }
      long[] after = faultsAndTicks();
      Arrays.sort(milliseconds);
      return new Timing(
          milliseconds[0],
          milliseconds[runs / 2],
          (after[0] - before[0]) / runs,
          (after[1] - before[1]) * 10.0 / runs);
    }
  }

  private static void once(NDManager manager, NDArray[] x, Attention attention) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray[] local = new NDArray[x.length];
      for (int i = 0; i < x.length; i++) {
        local[i] = TokenRows.all(scratch, x[i]);
      }
      // The engine computes at once on a processor: there is nothing to wait for.
      attention.attend(local[0], local[1], local[2]);
    }
  }

  private static void print(String name, int tokens, Timing timing) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%-24s n = %5d: least %8.2f ms, median %8.2f ms, %6d faults, %5.1f ms system, resident"
            + " %s%n",
        name,
        tokens,
        timing.least,
        timing.median,
        timing.faults,
        timing.system,
        resident());
    REPORT.add(
        Map.of(
            "attention", name,
            "tokens", tokens,
            "leastMs", timing.least,
            "medianMs", timing.median,
            "faults", timing.faults,
            "systemMs", timing.system));
  }

  /** Minor faults, and system time in hundredths of a second (proc(5)). */
  private static long[] faultsAndTicks() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return new long[] {Long.parseLong(fields[7]), Long.parseLong(fields[12])};
  }

  private static String resident() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/status"));
    return lines.stream()
        .filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
        .map(line -> line.replaceAll("\\s+", " "))
        .toList()
        .toString();
  }

  private interface Attention {
    NDArray attend(NDArray q, NDArray k, NDArray v);
  }

  private record Timing(double least, double median, long faults, double system) {}
}
