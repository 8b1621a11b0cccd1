package io.curlew.demo.rivals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Estimates;
import io.curlew.cur.FixedAnchors;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.InteractionModel;
import io.curlew.demo.index.GivenScores;
import io.curlew.demo.index.Scale;
import io.curlew.demo.index.SyntheticRows;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.Feature;
import io.curlew.testing.BenchmarkReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.FSDirectory;

/**
 * Anchor CUR as published, written plainly in NumPy, next to ours on the same scores and threads:
 * the fixed form by query and in a batch, and the adaptive form as whole searches at a budget of
 * 200. Exact scores are looked up, so what is timed is everything else. Documents are {@link
 * SyntheticRows}; the last anchors of the index are the queries, the others the anchors. The first
 * stage is the exact score with noise as wide as the scores are: NumPy starts with its best, ours
 * uses its scores as well, so recall of the two says little. Ours with rows as floats, as bytes,
 * and as bytes in 128 dimensions.
 *
 * <p>Arguments: the module's directory, an index whose rows are real, a directory for scratch
 * files, the number of documents. Needs {@code python3} with NumPy.
 *
 * <pre>mvn -q -pl retrieval-demo -am -DskipTests -Psearch-benchmarks test
 *   -Dbenchmark=io.curlew.demo.rivals.NumpyRival "-Dbenchmark.arguments=INDEX SCRATCH 117791"</pre>
 */
final class NumpyRival {

  private static final int QUERIES = 128;
  private static final int FIXED = 200;
  private static final int TOP = 100;
  private static final int BUDGET = 200;
  private static final int REPEATS = 5;
  private static final int FEW = 128; // dimensions
  private static final List<String> FIGURES = List.of("fixedMs", "batchMs", "adaptiveMs");

  private final SyntheticRows rows;
  private final int documents;
  private final float[][] exact; // [queries][documents]
  private final float[][] first; // [queries][documents], the first stage's scores
  private final int[] fixed; // the anchor documents

  private NumpyRival(SyntheticRows all, int documents) {
    this.rows = all.withAnchors(all.anchors() - QUERIES);
    this.documents = documents;
    this.exact = new float[QUERIES][documents];
    for (int d = 0; d < documents; d++) {
      float[] row = all.row(d);
      for (int q = 0; q < QUERIES; q++) {
        exact[q][d] = row[rows.anchors() + q];
      }
    }
    this.first = new float[QUERIES][documents];
    Random random = new Random(2);
    for (int q = 0; q < QUERIES; q++) {
      double width = deviation(exact[q]);
      for (int d = 0; d < documents; d++) {
        first[q][d] = (float) (exact[q][d] + width * random.nextGaussian());
      }
    }
    this.fixed = new Random(1).ints(0, documents).distinct().limit(FIXED).toArray();
  }

  public static void main(String[] args) throws Exception {
    Path script = Path.of(args[0]).resolve("src/benchmark/python/anchor_cur.py");
    SyntheticRows rows = SyntheticRows.of(Path.of(args[1]));
    Path scratch = Files.createDirectories(Path.of(args[2]));
    new NumpyRival(rows, Integer.parseInt(args[3])).run(script, scratch);
  }

  private void run(Path script, Path scratch) throws Exception {
    write(scratch);
    BenchmarkReport report =
        new BenchmarkReport(
            NumpyRival.class, Map.of("documents", documents, "anchors", rows.anchors()));
    print("%d documents, %d anchors, %d queries", documents, rows.anchors(), QUERIES);
    for (String kind : List.of("floats", "bytes", "bytes in " + FEW)) {
      RowEncoding.Choice values = kind.equals("floats") ? RowEncoding.floats() : RowEncoding.int8();
      AnchorSet anchors =
          Scale.anchorSet(
              rows,
              documents,
              kind.endsWith(FEW + "") ? RowEncoding.projected(FEW, values) : values);
      Path path = scratch.resolve("index");
      Scale.index(path, rows, anchors, documents, new LinkedHashMap<>());
      try (FSDirectory directory = FSDirectory.open(path);
          DirectoryReader reader = DirectoryReader.open(directory);
          ExecutorService threads = Executors.newFixedThreadPool(2)) {
        CurSearcher searcher =
            CurSearcher.open(new IndexSearcher(reader, threads), CurSchema.DEFAULT, anchors);
        report.add(Map.of("rows", kind, "turns", compare(kind, searcher, script, scratch)));
      }
    }
    report.write();
  }

  private List<Map<String, ?>> compare(String kind, CurSearcher searcher, Path script, Path scratch)
      throws Exception {
    List<Map<String, ?>> turns = new ArrayList<>();
    ours(searcher); // warms up
    Map<String, List<Double>> ratios = new TreeMap<>();
    for (int turn = 0; turn < 3; turn++) { // in turn, so that noise meets both
      JsonNode theirs = numpy(script, scratch);
      Map<String, Double> ours = ours(searcher);
      turns.add(Map.of("numpy", theirs, "ours", ours));
      print("NumPy %s%nours, %s %s", theirs, kind, ours);
      for (String figure : FIGURES) {
        double ratio =
            theirs.get(figure).asDouble() / Objects.requireNonNull(ours.get(figure), figure);
        ratios.computeIfAbsent(figure, unused -> new ArrayList<>()).add(ratio);
      }
    }
    ratios.forEach((figure, of) -> print("%s, NumPy / ours, %s: %.2f", kind, figure, median(of)));
    return turns;
  }

  private JsonNode numpy(Path script, Path scratch) throws Exception {
    Process process =
        new ProcessBuilder(
                "python3",
                script.toString(),
                scratch.toString(),
                "" + rows.anchors(),
                "" + documents,
                "" + QUERIES,
                "" + TOP,
                "" + BUDGET,
                "" + REPEATS)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    byte[] out = process.getInputStream().readAllBytes();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("NumPy must run, python3 ended with " + process.exitValue());
    }
    return new ObjectMapper().readTree(out);
  }

  private Map<String, Double> ours(CurSearcher searcher) throws IOException {
    int[] numbers = numbers(searcher);
    int[] chosen = Arrays.stream(fixed).map(d -> numbers[d]).toArray();
    FixedAnchors prepared =
        FixedAnchors.prepare(searcher.anchors(), searcher.texts(chosen), searcher.rows(chosen));
    List<String> queries = IntStream.range(0, QUERIES).mapToObj(q -> "query " + q).toList();
    InteractionModel model = new Lookup();
    Map<String, Double> figures = new LinkedHashMap<>();
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < REPEATS * QUERIES; i++) {
      long start = System.nanoTime();
      searcher.top(List.of(prepared.fit(model, queries.get(i % QUERIES))), TOP);
      times.add((System.nanoTime() - start) / 1e6);
    }
    figures.put("fixedMs", median(times));
    times.clear();
    List<Estimates> found = List.of();
    for (int i = 0; i < REPEATS; i++) {
      long start = System.nanoTime();
      found = searcher.top(prepared.fit(model, queries), TOP);
      times.add((System.nanoTime() - start) / 1e6 / QUERIES);
    }
    figures.put("batchMs", median(times));
    double fixedRecall = 0;
    for (int q = 0; q < QUERIES; q++) {
      fixedRecall += recall(searcher, q, found.get(q).documents()) / QUERIES;
    }
    times.clear();
    double adaptiveRecall = 0;
    List<Feature> firstStage =
        List.of(
            new GivenScores(
                query -> GivenScores.Scores.sorted(numbers, first[SyntheticRows.number(query)])));
    int searches = 60;
    for (int q = 0; q < searches; q++) {
      SearchRequest request = SearchRequest.of(queries.get(q), TOP, BUDGET);
      long start = System.nanoTime();
      List<Hit> hits = searcher.search(new AdaptiveSearch(), firstStage, model, request).hits();
      times.add((System.nanoTime() - start) / 1e6);
      adaptiveRecall +=
          recall(searcher, q, hits.stream().mapToInt(Hit::document).toArray()) / searches;
    }
    figures.put("adaptiveMs", median(times));
    figures.put("fixedRecall", fixedRecall);
    figures.put("adaptiveRecall", adaptiveRecall);
    return figures;
  }

  /** The numbers that the documents have in the index. */
  private int[] numbers(CurSearcher searcher) throws IOException {
    int[] numbers = searcher.documents();
    int[] byDocument = new int[documents];
    List<String> ids = searcher.ids(numbers);
    for (int i = 0; i < numbers.length; i++) {
      byDocument[Integer.parseInt(ids.get(i).substring(1))] = numbers[i];
    }
    return byDocument;
  }

  private double recall(CurSearcher searcher, int query, int[] found) throws IOException {
    float[] sorted = exact[query].clone();
    Arrays.sort(sorted);
    float bound = sorted[sorted.length - TOP];
    long hits =
        searcher.ids(found).stream()
            .filter(id -> exact[query][Integer.parseInt(id.substring(1))] >= bound)
            .count();
    return hits / (double) TOP;
  }

  /** Looks scores up, by the numbers in the texts. */
  private final class Lookup implements InteractionModel {
    @Override
    public String fingerprint() {
      return rows.fingerprint();
    }

    @Override
    public float[][] score(List<String> queries, List<String> texts) {
      int[] at = texts.stream().mapToInt(SyntheticRows::number).toArray();
      float[][] scores = new float[queries.size()][at.length];
      for (int q = 0; q < scores.length; q++) {
        float[] row = exact[SyntheticRows.number(queries.get(q))];
        for (int d = 0; d < at.length; d++) {
          scores[q][d] = row[at[d]];
        }
      }
      return scores;
    }

    @Override
    public void close() {}
  }

  private void write(Path scratch) throws IOException {
    float[][] byAnchor = new float[rows.anchors()][documents];
    for (int d = 0; d < documents; d++) {
      float[] row = rows.row(d);
      for (int a = 0; a < byAnchor.length; a++) {
        byAnchor[a][d] = row[a];
      }
    }
    write(scratch.resolve("anchors.f32"), byAnchor);
    write(scratch.resolve("queries.f32"), exact);
    write(scratch.resolve("first.f32"), first);
    ByteBuffer numbers = ByteBuffer.allocate(4 * fixed.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(fixed).forEach(numbers::putInt);
    Files.write(scratch.resolve("documents.i32"), numbers.array());
  }

  private static void write(Path file, float[][] matrix) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      for (float[] row : matrix) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * row.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(row);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
    }
  }

  private static double deviation(float[] values) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / values.length;
    return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
