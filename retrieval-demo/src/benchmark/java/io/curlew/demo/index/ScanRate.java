package io.curlew.demo.index;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.CurSearcher;
import io.curlew.testing.BenchmarkReport;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.FSDirectory;

/**
 * How near a full scan, with the choice of the 100 best, comes to the memory: bytes of rows in a
 * second, next to the rate at which as many threads merely add up the same files, mapped.
 *
 * <p>Arguments: the module's directory, an index whose rows are real, a directory for scratch
 * files, the number of documents.
 *
 * <pre>mvn -q -pl retrieval-demo -am -DskipTests -Psearch-benchmarks test
 *   -Dbenchmark=io.curlew.demo.index.ScanRate "-Dbenchmark.arguments=INDEX SCRATCH 500000"</pre>
 */
final class ScanRate {

  private static final int THREADS = 2;
  private static final int TURNS = 15;
  private static final long PIECE = 8 << 20;

  private ScanRate() {}

  public static void main(String[] args) throws Exception {
    SyntheticRows rows = SyntheticRows.of(Path.of(args[1]));
    int documents = Integer.parseInt(args[3]);
    BenchmarkReport report =
        new BenchmarkReport(
            ScanRate.class,
            Map.of("documents", documents, "anchors", rows.anchors(), "threads", THREADS));
    for (boolean bytes : new boolean[] {false, true}) {
      Path path = Files.createDirectories(Path.of(args[2])).resolve(bytes ? "bytes" : "floats");
      AnchorSet anchors =
          Scale.anchorSet(rows, documents, bytes ? RowEncoding.int8() : RowEncoding.floats());
      Scale.index(path, rows, anchors, documents, new LinkedHashMap<>());
      long size = (long) documents * rows.anchors() * (bytes ? Byte.BYTES : Float.BYTES);
      report.add(measure(bytes ? "bytes" : "floats", path, anchors, size));
    }
    report.write();
  }

  private static Map<String, ?> measure(String kind, Path path, AnchorSet anchors, long size)
      throws Exception {
    double[] sums = new double[TURNS];
    double[] scans = new double[TURNS];
    try (FSDirectory directory = FSDirectory.open(path);
        DirectoryReader reader = DirectoryReader.open(directory);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader, threads), CurSchema.DEFAULT, anchors);
      List<LongBuffer> pieces = map(path);
      long mapped = pieces.stream().mapToLong(piece -> 8L * piece.capacity()).sum();
      float[] weights = new float[anchors.dimension()];
      for (int a = 0; a < weights.length; a++) {
        weights[a] = (float) Math.sin(a);
      }
      List<LatentQuery> latent = List.of(anchors.latent(weights, 0));
      for (int i = -TURNS; i < TURNS; i++) { // the first warm up; in turn, so that noise meets both
        double sum = seconds(() -> sum(pieces, threads));
        double scan = seconds(() -> searcher.top(latent, 100));
        if (i >= 0) {
          sums[i] = mapped / sum / 1e9;
          scans[i] = size / scan / 1e9;
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s: sum %.1f GB/s, scan %.1f GB/s, %.2f of it%n",
        kind,
        median(sums),
        median(scans),
        median(scans) / median(sums));
    return Map.of("rows", kind, "sumGBs", median(sums), "scanGBs", median(scans));
  }

  private static double seconds(Callable<?> work) throws Exception {
    long start = System.nanoTime();
    work.call();
    return (System.nanoTime() - start) / 1e9;
  }

  /** The large files of an index, in pieces. */
  private static List<LongBuffer> map(Path index) throws IOException {
    List<LongBuffer> pieces = new ArrayList<>();
    try (Stream<Path> files = Files.list(index)) {
      for (Path file : files.filter(path -> path.toFile().length() > PIECE).toList()) {
        try (FileChannel channel = FileChannel.open(file)) {
          for (long from = 0; from < channel.size(); from += PIECE) {
            long length = Math.min(PIECE, channel.size() - from);
            pieces.add(
                channel
                    .map(FileChannel.MapMode.READ_ONLY, from, length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asLongBuffer());
          }
        }
      }
    }
    return pieces;
  }

  private static long sum(List<LongBuffer> pieces, ExecutorService threads) throws Exception {
    List<Callable<Long>> work = new ArrayList<>();
    pieces.forEach(piece -> work.add(() -> sum(piece)));
    long sum = 0;
    for (Future<Long> part : threads.invokeAll(work)) {
      sum += part.get();
    }
    return sum;
  }

  private static long sum(LongBuffer values) {
    long sum0 = 0;
    long sum1 = 0;
    long sum2 = 0;
    long sum3 = 0;
    for (int i = 0; i <= values.limit() - 4; i += 4) {
      sum0 += values.get(i);
      sum1 += values.get(i + 1);
      sum2 += values.get(i + 2);
      sum3 += values.get(i + 3);
    }
    return sum0 + sum1 + sum2 + sum3;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
