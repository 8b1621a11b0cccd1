package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.curlew.attention.array.TokenRows;
import io.curlew.testing.BenchmarkReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Forward time of {@link NystromKernel} next to {@link PublishedNystrom}, which does the same in
 * the engine's plain operations: by itself, with a mask in the compatible form, and with the
 * convolution of the values; and of the automatic choice. 12 heads of 64, 64 landmarks, float32,
 * median of 20 runs that take turns. Outputs are compared first.
 *
 * <p>Arguments: numbers of tokens; without any, 512 to 32,768.
 *
 * <pre>mvn -q -pl attention -am -DskipTests -Pencoder-comparison verify
 *   -Dmeasurement=io.curlew.attention.NystromSpeed</pre>
 */
final class NystromSpeed {
  private static final int HEADS = 12;
  private static final int SIZE = 64;
  private static final int LANDMARKS = 64;
  private static final int STEPS = 6;
  private static final int KERNEL = 33;
  private static final int RUNS = 20;

  /** In float32, values of size 1. */
  private static final double TOLERANCE = 1e-5;

  /** Runs that are not counted, of everything: until the JVM has compiled what calls the engine. */
  private static final long WARM_UP_NANOS = 3_000_000_000L;

  private static final NystromOptions OURS =
      NystromOptions.builder().setLandmarks(LANDMARKS).optPinvIterations(STEPS).build();
  private static final NystromOptions COMPATIBLE =
      OURS.toBuilder().optCompatible(true).optInitialisation(Initialisation.WHOLE_BATCH).build();
  private static final NystromOptions AUTOMATIC = OURS.toBuilder().optExactWhenFaster(true).build();

  private NystromSpeed() {}

  public static void main(String[] commandLine) throws IOException {
    String[] args = Measurement.arguments(commandLine);
    int[] lengths =
        args.length == 0
            ? new int[] {512, 1024, 2048, 4096, 8192, 16384, 32768}
            : Arrays.stream(args).mapToInt(Integer::parseInt).toArray();
    BenchmarkReport report =
        new BenchmarkReport(
            NystromSpeed.class,
            Map.of("heads", HEADS, "headSize", SIZE, "landmarks", LANDMARKS, "runs", RUNS));
    for (int tokens : lengths) {
      for (int batch : tokens == 512 || tokens == 2048 ? new int[] {1, 8} : new int[] {1}) {
        try (NDManager manager = Arrays4.manager()) {
          measure(new Inputs(manager, batch, tokens), report);
        }
      }
    }
    report.write();
  }

  private static void measure(Inputs inputs, BenchmarkReport report) {
    List<Pair> pairs = pairs(inputs);
    List<Attention> subjects = new ArrayList<>();
    for (Pair pair : pairs) {
      pair.requireSame(inputs);
      subjects.add(pair.published);
      subjects.add(pair.ours);
    }
    subjects.add((q, k, v) -> NystromKernel.attendSpans(q, k, v, inputs.whole, AUTOMATIC));
    double[] medians = medians(inputs, subjects);
    for (int i = 0; i < pairs.size(); i++) {
      print(inputs, pairs.get(i).name, medians[2 * i], medians[2 * i + 1], report);
    }
    print(inputs, "automatic choice", medians[0], medians[2 * pairs.size()], report);
  }

  private static List<Pair> pairs(Inputs inputs) {
    return List.of(
        new Pair(
            "plain",
            (q, k, v) -> published(q, k, v, null, null, Initialisation.PER_MATRIX),
            (q, k, v) -> NystromKernel.attendSpans(q, k, v, inputs.whole, OURS)),
        new Pair(
            "compatible, mask",
            (q, k, v) -> published(q, k, v, inputs.mask, null, Initialisation.WHOLE_BATCH),
            (q, k, v) -> NystromKernel.attendSpans(q, k, v, inputs.padded, COMPATIBLE)),
        new Pair(
            "convolution",
            (q, k, v) -> published(q, k, v, null, inputs.weight, Initialisation.PER_MATRIX),
            (q, k, v) ->
                NystromKernel.attendSpans(q, k, v, inputs.whole, OURS)
                    .addi(ValueConvolution.apply(v, inputs.weight, inputs.whole))));
  }

  private static NDArray published(
      NDArray q,
      NDArray k,
      NDArray v,
      @Nullable NDArray mask,
      @Nullable NDArray weight,
      Initialisation initialisation) {
    return PublishedNystrom.attend(q, k, v, mask, weight, LANDMARKS, STEPS, initialisation);
  }

  /** Milliseconds of each. */
  private static double[] medians(Inputs inputs, List<Attention> subjects) {
    double[][] times = new double[subjects.size()][RUNS];
    long warm = System.nanoTime() + WARM_UP_NANOS;
    List<Integer> order = new ArrayList<>(IntStream.range(0, times.length).boxed().toList());
    Random random = new Random(42);
    int run = -2;
    while (run < RUNS) {
      // By chance, so that what one leaves to the allocator meets all others alike.
      Collections.shuffle(order, random);
      for (int subject : order) {
        double milliseconds = inputs.time(subjects.get(subject));
        if (run >= 0) {
          times[subject][run] = milliseconds;
        }
      }
      run += run == -1 && System.nanoTime() < warm ? 0 : 1;
    }
    return Arrays.stream(times).mapToDouble(NystromSpeed::median).toArray();
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return (values[values.length / 2 - 1] + values[values.length / 2]) / 2;
  }

  private static void print(
      Inputs inputs, String name, double published, double ours, BenchmarkReport report) {
    System.out.printf(
        Locale.ROOT,
        "batch %d, n = %5d, %-16s: published %8.2f ms, ours %8.2f ms, ratio %.3f%n",
        inputs.batch,
        inputs.tokens,
        name,
        published,
        ours,
        ours / published);
    Map<String, Object> figure = new LinkedHashMap<>();
    figure.put("batch", inputs.batch);
    figure.put("tokens", inputs.tokens);
    figure.put("form", name);
    figure.put("publishedMs", published);
    figure.put("oursMs", ours);
    report.add(figure);
  }

  private interface Attention {
    NDArray attend(NDArray q, NDArray k, NDArray v);
  }

  private record Pair(String name, Attention published, Attention ours) {
    void requireSame(Inputs inputs) {
      try (NDManager scratch = inputs.q.getManager().newSubManager()) {
        double difference =
            Arrays4.difference(inputs.of(published, scratch), inputs.of(ours, scratch));
        if (!(difference <= TOLERANCE)) {
          throw new IllegalStateException(
              name + ": outputs must agree within " + TOLERANCE + ", got: " + difference);
        }
      }
    }
  }

  private static final class Inputs {
    final int batch;
    final int tokens;
    final NDArray q;
    final NDArray k;
    final NDArray v;
    final NDArray weight;
    final NDArray mask;
    final List<TokenSpan> whole;
    final List<TokenSpan> padded;

    Inputs(NDManager manager, int batch, int tokens) {
      this.batch = batch;
      this.tokens = tokens;
      Random random = new Random(42);
      this.q = Arrays4.normal(manager, random, DataType.FLOAT32, batch, HEADS, tokens, SIZE);
      this.k = Arrays4.normal(manager, random, DataType.FLOAT32, batch, HEADS, tokens, SIZE);
      this.v = Arrays4.normal(manager, random, DataType.FLOAT32, batch, HEADS, tokens, SIZE);
      this.weight = Arrays4.normal(manager, random, DataType.FLOAT32, HEADS, KERNEL);
      int valid = tokens * 3 / 4;
      this.mask = PublishedNystrom.keyMask(manager, batch, tokens, valid);
      this.whole = TokenSpan.whole(batch, tokens);
      this.padded = TokenSpan.whole(batch, valid);
    }

    NDArray of(Attention attention, NDManager scratch) {
      return attention.attend(
          TokenRows.all(scratch, q), TokenRows.all(scratch, k), TokenRows.all(scratch, v));
    }

    /** The engine computes at once on a processor: there is nothing to wait for. */
    double time(Attention attention) {
      try (NDManager scratch = q.getManager().newSubManager()) {
        long start = System.nanoTime();
        of(attention, scratch);
        return (System.nanoTime() - start) / 1e6;
      }
    }
  }
}
