package io.curlew.demo.index;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.RerankSearch;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.TextQuery;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.Feature;
import io.curlew.testing.BenchmarkReport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a search costs outside the model at several budgets, next to what re-ranking the
 * dense list costs, a k-NN query of Lucene on the dense vectors, and a single-threaded scan of the
 * rows with Lucene's {@code VectorUtil}. Queries are training queries of the data set, scores those
 * of the index's model, all computed beforehand, so that a call costs next to nothing. And what a
 * search holds of the heap.
 *
 * <pre>
 * retrieval-demo/bin/curlew index --dataset wordnet --documents all --index INDEX
 * mvn -q -pl retrieval-demo -am -DskipTests -Psearch-benchmarks test -Dbenchmark=io.curlew.demo.index.SearchSpeed -Dbenchmark.arguments=INDEX
 * </pre>
 */
final class SearchSpeed {

  private static final String ANCHORS = CurSchema.DEFAULT.anchors();
  private static final int[] BUDGETS = {20, 50, 100, 200, 500};
  private static final int BUDGET = 200; // of threads and clients
  private static final int WARM_UP = 200;
  private static final int QUERIES = 600; // for each budget
  private static final int QUERIES_IN_TURN = 60;
  private static final int DIFFERENT_QUERIES = 100;
  private static final int NEIGHBOURS = 100;
  private static final int QUERIES_HELD = 5;

  private final DirectoryReader reader;
  private final CurlewIndex index;
  private final Map<String, Integer> documents = new HashMap<>();
  private final float[][] rows;
  private final List<String> queries;
  private final float[][] scores; // [queries][documents]
  private final List<Feature> firstStage;
  private final float[][] vectors; // of the queries

  private SearchSpeed(CurlewIndex index, DirectoryReader reader) throws IOException {
    this.index = index;
    this.reader = reader;
    this.queries =
        Datasets.queriesOf(index).trainQueries().stream()
            .map(TextQuery::text)
            .filter(query -> !index.anchors().queries().contains(query))
            .distinct()
            .limit(DIFFERENT_QUERIES)
            .toList();
    int[] ordinals = index.searcher().documents();
    List<String> texts = index.searcher().texts(ordinals);
    rows = index.searcher().rows(ordinals);
    for (int d = 0; d < ordinals.length; d++) {
      documents.put(texts.get(d), d);
    }
    scores = index.model().score(queries, texts);
    vectors = index.queryEmbedder().embed(queries);
    firstStage =
        List.of(
            Feature.dense(
                CurSchema.DEFAULT.dense(),
                asked -> new float[][] {vectors[queries.indexOf(asked.getFirst())]}));
  }

  public static void main(String[] args) throws Exception {
    Path path = Path.of(args[1]); // the first is the module
    try (CurlewIndex index = CurlewIndex.open(path);
        FSDirectory directory = FSDirectory.open(path);
        DirectoryReader reader = DirectoryReader.open(directory);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      new SearchSpeed(index, reader).run(threads);
    }
  }

  private void run(ExecutorService threads) throws Exception {
    print(
        "%d documents, %d anchors, %d segments",
        rows.length, index.anchors().size(), reader.leaves().size());
    CurSearcher alone = searcher(null);
    CurSearcher parallel = searcher(threads);
    double scan = median(scans());
    print("one full scan with VectorUtil, one thread: %.2f ms", scan);
    BenchmarkReport report =
        new BenchmarkReport(
            SearchSpeed.class,
            Map.of(
                "documents",
                rows.length,
                "anchors",
                index.anchors().size(),
                "segments",
                reader.leaves().size()));
    budgets(alone, report);
    measure(parallel, 0, WARM_UP);
    double[] ratios = new double[5];
    double[] throughput = new double[5];
    for (int i = 0; i < ratios.length; i++) { // in turn, so that noise meets both
      double one = median(measure(alone, 100 * i, 100));
      double two = median(measure(parallel, 100 * i, 100));
      ratios[i] = one / two;
      throughput[i] = clients(2) / clients(1);
    }
    double[] scanRatios = new double[30];
    for (int i = 0; i < scanRatios.length; i++) {
      scanRatios[i] = scanTime(null) / scanTime(threads);
    }
    print("the scan alone on two threads: %.2f times faster", median(scanRatios));
    print("parallel leaves, two threads: latency %.2f times better", median(ratios));
    print("two clients: %.2f times the throughput of one", median(throughput));
    report.add(
        Map.of(
            "scanMs", scan,
            "scanOnTwoThreads", median(scanRatios),
            "searchOnTwoThreads", median(ratios),
            "twoClients", median(throughput)));
    report.write();
  }

  /** All budgets and rivals in turn, so that noise meets them all. */
  private void budgets(CurSearcher alone, BenchmarkReport report) throws IOException {
    int turns = QUERIES / QUERIES_IN_TURN;
    double[][] adaptive = new double[BUDGETS.length][0];
    double[][] reranked = new double[BUDGETS.length][0];
    double[] nearest = new double[0];
    for (int turn = -1; turn < turns; turn++) { // the first is not counted
      int from = (turn + 1) * QUERIES_IN_TURN;
      int count = turn < 0 ? WARM_UP : QUERIES_IN_TURN;
      for (int b = 0; b < BUDGETS.length; b++) {
        double[] ours = measure(alone, new AdaptiveSearch(), BUDGETS[b], from, count);
        double[] list = measure(alone, new RerankSearch(), BUDGETS[b], from, count);
        adaptive[b] = turn < 0 ? adaptive[b] : append(adaptive[b], ours);
        reranked[b] = turn < 0 ? reranked[b] : append(reranked[b], list);
      }
      double[] knn = nearest(from, count);
      nearest = turn < 0 ? nearest : append(nearest, knn);
    }
    print("k-NN query, k %d: p50 %.2f ms", NEIGHBOURS, median(nearest));
    for (int b = 0; b < BUDGETS.length; b++) {
      print(
          "%3d calls: p50 %.2f ms, p99 %.2f ms = %.2f p50; dense list re-ranked %.2f ms",
          BUDGETS[b],
          median(adaptive[b]),
          quantile(adaptive[b], 0.99),
          quantile(adaptive[b], 0.99) / median(adaptive[b]),
          median(reranked[b]));
      report.add(
          Map.of(
              "budget", BUDGETS[b],
              "p50Ms", median(adaptive[b]),
              "p99Ms", quantile(adaptive[b], 0.99),
              "rerankP50Ms", median(reranked[b]),
              "knnP50Ms", median(nearest),
              "heldMb", held(alone, BUDGETS[b])));
    }
  }

  /** Megabytes that a search holds at its largest, the median of some: what is live as it calls. */
  private double held(CurSearcher searcher, int budget) throws IOException {
    double[] largest = new double[QUERIES_HELD];
    for (int i = 0; i < largest.length; i++) {
      int query = i;
      long before = live();
      search(
          searcher,
          new AdaptiveSearch(),
          budget,
          i,
          () -> largest[query] = Math.max(largest[query], (live() - before) / 1e6));
    }
    print("%3d calls: holds %.2f MB", budget, median(largest));
    return median(largest);
  }

  private static long live() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static double[] append(double[] some, double[] more) {
    double[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  /** Milliseconds of Lucene's own k-NN query. */
  private double[] nearest(int from, int count) throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    double[] times = new double[count];
    for (int i = 0; i < count; i++) {
      float[] vector = vectors[(from + i) % vectors.length];
      long start = System.nanoTime();
      searcher.search(
          new KnnFloatVectorQuery(CurSchema.DEFAULT.dense(), vector, NEIGHBOURS), NEIGHBOURS);
      times[i] = (System.nanoTime() - start) / 1e6;
    }
    return times;
  }

  private CurSearcher searcher(@Nullable ExecutorService executor) throws IOException {
    return CurSearcher.open(
        new IndexSearcher(reader, executor), CurSchema.DEFAULT, index.anchors());
  }

  /** Queries per second of so many clients, each on its own thread. */
  private double clients(int count) throws Exception {
    CurSearcher alone = searcher(null);
    try (ExecutorService pool = Executors.newFixedThreadPool(count)) {
      AtomicInteger next = new AtomicInteger();
      List<Callable<Boolean>> work = new ArrayList<>();
      for (int c = 0; c < count; c++) {
        work.add(
            () -> {
              for (int q = next.getAndIncrement(); q < 100; q = next.getAndIncrement()) {
                search(alone, new AdaptiveSearch(), BUDGET, q);
              }
              return true;
            });
      }
      long start = System.nanoTime();
      pool.invokeAll(work);
      return 1e9 * 100 / (System.nanoTime() - start);
    }
  }

  /** Milliseconds outside the model. */
  private double[] measure(CurSearcher searcher, int from, int count) throws IOException {
    return measure(searcher, new AdaptiveSearch(), BUDGET, from, count);
  }

  private double[] measure(
      CurSearcher searcher, SearchMethod method, int budget, int from, int count)
      throws IOException {
    double[] times = new double[count];
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      SearchResult result = search(searcher, method, budget, from + i);
      times[i] = (System.nanoTime() - start - result.modelNanos()) / 1e6;
    }
    return times;
  }

  private SearchResult search(CurSearcher searcher, SearchMethod method, int budget, int i)
      throws IOException {
    return search(searcher, method, budget, i, () -> {});
  }

  private SearchResult search(
      CurSearcher searcher, SearchMethod method, int budget, int i, Runnable beforeCall)
      throws IOException {
    int q = i % queries.size();
    InteractionModel model =
        new InteractionModel() {
          @Override
          public String fingerprint() {
            return index.model().fingerprint();
          }

          @Override
          public float[][] score(List<String> asked, List<String> texts) {
            beforeCall.run();
            float[] known = new float[texts.size()];
            for (int d = 0; d < known.length; d++) {
              known[d] = scores[q][documents.getOrDefault(texts.get(d), 0)];
            }
            return new float[][] {known};
          }

          @Override
          public void close() {}
        };
    return searcher.search(method, firstStage, model, SearchRequest.of(queries.get(q), 10, budget));
  }

  private double[] scans() throws Exception {
    double[] times = new double[40];
    for (int i = 0; i < times.length; i++) {
      times[i] = scanTime(null);
    }
    return Arrays.copyOfRange(times, 10, times.length);
  }

  /** Milliseconds of one scan of all rows, on the calling thread or in slices on two others. */
  private double scanTime(@Nullable ExecutorService threads) throws Exception {
    float[] weights = rows[0];
    List<Callable<Float>> slices = new ArrayList<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      int size = leaf.reader().maxDoc();
      for (int from = 0; from < size; from += 8192) {
        int first = from;
        int end = Math.min(size, from + 8192);
        slices.add(
            () -> {
              FieldInfo field = leaf.reader().getFieldInfos().fieldInfo(ANCHORS);
              return field.getVectorEncoding() == VectorEncoding.BYTE
                  ? sum(leaf.reader().getByteVectorValues(ANCHORS), first, end)
                  : sum(leaf.reader().getFloatVectorValues(ANCHORS), weights, first, end);
            });
      }
    }
    long start = System.nanoTime();
    float sum = 0;
    if (threads == null) {
      for (Callable<Float> slice : slices) {
        sum += slice.call();
      }
    } else {
      for (Future<Float> slice : threads.invokeAll(slices)) {
        sum += slice.get();
      }
    }
    double millis = (System.nanoTime() - start) / 1e6;
    if (Float.isNaN(sum)) { // the sum is looked at, so that it is computed
      throw new IllegalStateException("rows must be finite, got: " + sum);
    }
    return millis;
  }

  private static float sum(FloatVectorValues values, float[] weights, int from, int to)
      throws IOException {
    float sum = 0;
    for (int ord = from; ord < to; ord++) {
      sum += VectorUtil.dotProduct(weights, values.vectorValue(ord));
    }
    return sum;
  }

  private static float sum(ByteVectorValues values, int from, int to) throws IOException {
    byte[] weights = values.vectorValue(0).clone();
    float sum = 0;
    for (int ord = from; ord < to; ord++) {
      sum += VectorUtil.dotProduct(weights, values.vectorValue(ord));
    }
    return sum;
  }

  private static double median(double[] values) {
    return quantile(values, 0.5);
  }

  private static double quantile(double[] values, double q) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
