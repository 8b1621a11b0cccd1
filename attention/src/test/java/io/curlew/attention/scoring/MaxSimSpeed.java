package io.curlew.attention.scoring;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.Measurement;
import io.curlew.testing.BenchmarkReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Anchor scoring without the encoder next to PyTorch's product of the same matrices: 400 queries of
 * 12 and of 32 content tokens against batches of documents as an index takes them, with 20, 60 and
 * 128 tokens, 384 values each. "Scoring" is all of a call from encoded texts to scores, packing of
 * queries and documents included; "kernel" is the same without packing of queries and means;
 * PyTorch makes the product and takes no maximum. Median of 9 runs that take turns.
 *
 * <p>The argument is the number of threads, for both; after it, numbers of query tokens:
 *
 * <pre>mvn -q -pl attention -am -DskipTests -Pencoder-comparison verify
 *   -Dmeasurement=io.curlew.attention.scoring.MaxSimSpeed -Dmeasurement.arguments=2</pre>
 */
final class MaxSimSpeed {
  private static final int DIMENSION = 384;
  private static final int QUERIES = 400;

  /** What an index scores at a time are 256 documents; of long ones fewer here. */
  private static final int DOCUMENTS = 256;

  private static final int TOKENS = 8192;

  /** Of PyTorch's product at a time: glibc maps larger arrays anew each time, which costs more. */
  private static final int PRODUCTS = 1 << 23;

  private static final int RUNS = 9;
  private static final int WARM_UP = 2;

  private MaxSimSpeed() {}

  public static void main(String[] commandLine) throws IOException {
    String[] args = Measurement.arguments(commandLine);
    int threads = args.length == 0 ? 2 : Integer.parseInt(args[0]);
    // Read once, when the engine is loaded.
    System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(threads));
    BenchmarkReport report =
        new BenchmarkReport(
            MaxSimSpeed.class, Map.of("threads", threads, "queries", QUERIES, "runs", RUNS));
    int[] queryLengths =
        args.length < 2
            ? new int[] {12, 32}
            : Arrays.stream(args).skip(1).mapToInt(Integer::parseInt).toArray();
    for (int queryTokens : queryLengths) {
      for (int documentTokens : new int[] {20, 60, 128}) {
        measure(threads, queryTokens, documentTokens, report);
      }
    }
    report.write();
  }

  private static void measure(
      int threads, int queryTokens, int documentTokens, BenchmarkReport report) {
    Random random = new Random(42);
    // The special tokens of a query take no part.
    List<EncodedText> queries = texts(QUERIES, queryTokens + 2, random);
    int count = Math.min(DOCUMENTS, TOKENS / documentTokens);
    List<EncodedText> documents = texts(count, documentTokens, random);
    PackedQueries packed = PackedQueries.of(queries);
    List<List<EncodedText>> blocks = blocks(documents, documentTokens);
    float[][] scores = new float[QUERIES][count];
    double operations = 2.0 * DIMENSION * QUERIES * queryTokens * (double) count * documentTokens;
    double[][] seconds = new double[3][RUNS];
    try (WorkerPool pool = new WorkerPool(threads, "maxsim");
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      NDArray left = matrix(manager, documents, false);
      NDArray right = matrix(manager, queries, true).transpose();
      Runnable[] subjects = {
        () -> MaxSim.score(PackedQueries.of(queries), documents, pool, scores, 0),
        () ->
            pool.forEach(blocks.size(), block -> MaxSim.largestProducts(packed, blocks.get(block))),
        () -> multiply(left, right)
      };
      for (int run = -WARM_UP; run < RUNS; run++) {
        for (int subject = 0; subject < subjects.length; subject++) {
          long start = System.nanoTime();
          subjects[subject].run();
          if (run >= 0) {
            seconds[subject][run] = (System.nanoTime() - start) / 1e9;
          }
        }
      }
    }
    double[] rates = new double[seconds.length];
    for (int subject = 0; subject < rates.length; subject++) {
      Arrays.sort(seconds[subject]);
      rates[subject] = operations / seconds[subject][RUNS / 2] / 1e9;
    }
    System.out.printf(
        Locale.ROOT,
        "%d threads, %d x %d query tokens, %d x %d document tokens, GFLOP/s: scoring %.1f, kernel"
            + " %.1f, PyTorch %.1f; scoring to PyTorch %.2f%n",
        threads,
        QUERIES,
        queryTokens,
        count,
        documentTokens,
        rates[0],
        rates[1],
        rates[2],
        rates[0] / rates[2]);
    report.add(
        Map.of(
            "queryTokens",
            queryTokens,
            "documents",
            count,
            "documentTokens",
            documentTokens,
            "scoringGflops",
            rates[0],
            "kernelGflops",
            rates[1],
            "pytorchGflops",
            rates[2]));
  }

  /** Documents that a unit of work takes, of 192 tokens together. */
  private static List<List<EncodedText>> blocks(List<EncodedText> documents, int tokens) {
    int perBlock = Math.max(1, 192 / tokens);
    List<List<EncodedText>> blocks = new ArrayList<>();
    for (int from = 0; from < documents.size(); from += perBlock) {
      blocks.add(documents.subList(from, Math.min(documents.size(), from + perBlock)));
    }
    return blocks;
  }

  private static void multiply(NDArray left, NDArray right) {
    long rows = left.getShape().get(0);
    long step = PRODUCTS / right.getShape().get(1);
    for (long from = 0; from < rows; from += step) {
      try (NDArray some = left.get(new NDIndex().addSliceDim(from, Math.min(rows, from + step)))) {
        some.matMul(right).close();
      }
    }
  }

  /** Vectors of the tokens, row by row; of content tokens only, if asked for. */
  private static NDArray matrix(NDManager manager, List<EncodedText> texts, boolean contentOnly) {
    int rows = texts.stream().mapToInt(t -> contentOnly ? t.contentTokens() : t.tokens()).sum();
    float[] values = new float[rows * DIMENSION];
    int row = 0;
    for (EncodedText text : texts) {
      for (int token = 0; token < text.tokens(); token++) {
        if (!contentOnly || !text.isSpecial(token)) {
          System.arraycopy(text.vectors(), token * DIMENSION, values, row++ * DIMENSION, DIMENSION);
        }
      }
    }
    return manager.create(values, new Shape(rows, DIMENSION)).duplicate();
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
