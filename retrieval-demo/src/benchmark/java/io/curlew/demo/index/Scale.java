package io.curlew.demo.index;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.BestScores;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.ModelScores;
import io.curlew.lucene.AnchorField;
import io.curlew.lucene.AnchorRowWriter;
import io.curlew.lucene.AnchoredDocument;
import io.curlew.lucene.ComputedField;
import io.curlew.lucene.CurCodec;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.IndexChange;
import io.curlew.lucene.IndexingListener;
import io.curlew.lucene.IndexingOptions;
import io.curlew.testing.BenchmarkReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;

/**
 * What indexing and searching cost as the collection grows: documents and seconds a million, bytes,
 * and milliseconds outside the model and the share found of the ten best at budgets of 50 and 200
 * on one thread, for numbers of documents and of anchors, byte and float rows. A first stage names
 * 2,000 documents, as an inverted index does, so that its own scan is not measured: the best by the
 * exact score and a noise as wide. And one that knows nothing names as many at random.
 *
 * <p>Arguments: the module's directory, an index whose rows are real, a directory for scratch
 * indexes, the largest number of documents.
 */
public final class Scale {

  private static final int[] BUDGETS = {50, 200};
  private static final int K = 10;
  private static final int LIST = 2000;
  private static final int WARM_UP = 60;
  private static final int QUERIES = 300;
  private static final int DIFFERENT_QUERIES = 20;
  private static final CurSchema SCHEMA = CurSchema.DEFAULT;

  private final SyntheticRows all;
  private final Path scratch;
  private final List<Map<String, Object>> results = new ArrayList<>();

  private Scale(SyntheticRows all, Path scratch) {
    this.all = all;
    this.scratch = scratch;
  }

  public static void main(String[] args) throws Exception {
    Path scratch = Path.of(args[2]);
    int most = Integer.parseInt(args[3]);
    Scale scale = new Scale(SyntheticRows.of(Path.of(args[1])), scratch);
    for (int share : new int[] {8, 4, 2, 1}) {
      scale.measure(most / share, 400, "byte", share == 1);
    }
    for (int anchors : new int[] {100, 200}) {
      scale.measure(most / 4, anchors, "byte", false);
    }
    for (int share : new int[] {8, 1}) {
      scale.measure(most / share, 400, "float", false);
    }
    BenchmarkReport report =
        new BenchmarkReport(
            Scale.class, Map.of("budgets", BUDGETS, "list", LIST, "queries", QUERIES));
    scale.results.forEach(report::add);
    report.write();
  }

  private void measure(int documents, int anchors, String kind, boolean plainToo)
      throws IOException {
    SyntheticRows rows = all.withAnchors(anchors);
    AnchorSet set =
        anchorSet(rows, documents, kind.equals("byte") ? RowEncoding.int8() : RowEncoding.floats());
    Path path = scratch.resolve(kind + "-" + documents + "-" + anchors);
    delete(path);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("documents", documents);
    result.put("anchors", anchors);
    result.put("rows", kind);
    index(path, rows, set, documents, result);
    if (plainToo) {
      Path plain = scratch.resolve("plain");
      delete(plain);
      result.put("plainSeconds", plain(plain, rows, set, documents));
      delete(plain);
    }
    result.put("bytes", size(path));
    search(path, rows, set, result);
    results.add(result);
    System.out.println(result);
    delete(path);
  }

  /** The anchors of synthetic rows, in an encoding learned from some of them. */
  public static AnchorSet anchorSet(
      SyntheticRows rows, int documents, RowEncoding.Choice encoding) {
    int sample = Math.min(2000, documents);
    List<String> texts = IntStream.range(0, sample).mapToObj(SyntheticRows::text).toList();
    List<String> queries = rows.anchorQueries();
    float[][] scores = ModelScores.anchorRows(rows, queries, texts);
    return AnchorSet.of(queries, rows.fingerprint(), scores, encoding);
  }

  /** Our writer; the time of the model is taken off. */
  public static void index(
      Path path, SyntheticRows rows, AnchorSet set, int documents, Map<String, Object> result)
      throws IOException {
    delete(path);
    AtomicLong modelNanos = new AtomicLong();
    IndexingOptions options =
        IndexingOptions.DEFAULT
            .withBatches(1024, 1 << 18)
            .withListener(
                new IndexingListener() {
                  @Override
                  public void scored(int count, long calls, long nanos) {
                    modelNanos.addAndGet(nanos);
                  }
                });
    long start = System.nanoTime();
    try (Directory directory = FSDirectory.open(path);
        IndexWriter lucene =
            new IndexWriter(
                directory, new IndexWriterConfig(new KeywordAnalyzer()).setCodec(CurCodec.flat()));
        AnchorRowWriter writer =
            AnchorRowWriter.over(
                lucene, List.of(ComputedField.anchorRows(SCHEMA.anchors(), set, rows)), options)) {
      writer.addStream(
          "scale",
          IntStream.range(0, documents)
              .mapToObj(d -> AnchoredDocument.of(document(d), SyntheticRows.text(d)))
              .map(IndexChange::add)
              .iterator());
    }
    result.put("indexSeconds", (System.nanoTime() - start) / 1e9);
    result.put("modelSeconds", modelNanos.get() / 1e9);
  }

  private static Document document(int d) {
    Document document = new Document();
    document.add(new StringField(SCHEMA.requireId(), "d" + d, Field.Store.YES));
    document.add(new BinaryDocValuesField(SCHEMA.requireId(), new BytesRef("d" + d)));
    document.add(new TextField(SCHEMA.text(), SyntheticRows.text(d), Field.Store.YES));
    return document;
  }

  /** The same fields by a plain writer of Lucene, one document after the other. */
  private static double plain(Path path, SyntheticRows rows, AnchorSet set, int documents)
      throws IOException {
    AnchorField field = new AnchorField(SCHEMA.anchors(), set);
    long modelNanos = 0;
    long start = System.nanoTime();
    try (Directory directory = FSDirectory.open(path);
        IndexWriter writer =
            new IndexWriter(
                directory,
                new IndexWriterConfig(new KeywordAnalyzer()).setCodec(CurCodec.flat()))) {
      for (int d = 0; d < documents; d++) {
        long scoring = System.nanoTime();
        float[] row = rows.row(d);
        modelNanos += System.nanoTime() - scoring;
        Document document = document(d);
        field.addTo(document, row);
        writer.addDocument(document);
      }
      writer.commit();
    }
    return (System.nanoTime() - start - modelNanos) / 1e9;
  }

  private static void search(
      Path path, SyntheticRows rows, AnchorSet set, Map<String, Object> result) throws IOException {
    try (Directory directory = FSDirectory.open(path);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher searcher = CurSearcher.open(new IndexSearcher(reader), SCHEMA, set);
      result.put("segments", reader.leaves().size());
      int[] numbers = numbers(reader);
      List<Map<Integer, Float>> exact = new ArrayList<>();
      GivenScores.Scores[] lists = new GivenScores.Scores[DIFFERENT_QUERIES];
      for (int q = 0; q < DIFFERENT_QUERIES; q++) {
        float[] scores = scores(rows, rows.query(q), numbers);
        exact.add(best(scores, K));
        lists[q] = listed(best(withNoise(scores, q), LIST));
      }
      for (int budget : BUDGETS) {
        search(searcher, rows, lists, exact, budget, "", result);
      }
      for (int q = 0; q < DIFFERENT_QUERIES; q++) {
        lists[q] = listed(best(withNoise(new float[numbers.length], q), LIST));
      }
      search(searcher, rows, lists, exact, BUDGETS[0], "OfRandomList", result);
    }
  }

  private static void search(
      CurSearcher searcher,
      SyntheticRows rows,
      GivenScores.Scores[] lists,
      List<Map<Integer, Float>> exact,
      int budget,
      String name,
      Map<String, Object> result)
      throws IOException {
    double[] times = new double[QUERIES];
    double found = 0;
    for (int i = -WARM_UP; i < QUERIES; i++) {
      int q = Math.floorMod(i, lists.length);
      long start = System.nanoTime();
      SearchResult searched =
          searcher.search(
              new AdaptiveSearch(),
              List.of(new GivenScores(query -> lists[q])),
              rows,
              SearchRequest.of(rows.query(q), K, budget));
      if (i >= 0) {
        times[i] = (System.nanoTime() - start - searched.modelNanos()) / 1e6;
        found +=
            searched.hits().stream()
                .filter(hit -> exact.get(q).containsKey(hit.document()))
                .count();
      }
    }
    Arrays.sort(times);
    result.put("ms" + budget + name + "P50", times[QUERIES / 2]);
    result.put("ms" + budget + name + "P99", times[QUERIES * 99 / 100]);
    result.put("recall" + budget + name, found / QUERIES / K);
  }

  /** The numbers of all documents of the index, by ordinal. */
  private static int[] numbers(DirectoryReader reader) throws IOException {
    int[] numbers = new int[reader.maxDoc()];
    for (LeafReaderContext leaf : reader.leaves()) {
      var ids = leaf.reader().getBinaryDocValues(SCHEMA.requireId());
      for (int d = 0; d < leaf.reader().maxDoc(); d++) {
        if (ids.advanceExact(d)) {
          String id = ids.binaryValue().utf8ToString();
          numbers[leaf.docBase + d] = Integer.parseInt(id.substring(1));
        }
      }
    }
    return numbers;
  }

  private static float[] scores(SyntheticRows rows, String query, int[] numbers) {
    float[] scores = new float[numbers.length];
    IntStream.range(0, numbers.length)
        .parallel()
        .forEach(
            d ->
                scores[d] =
                    rows.score(List.of(query), List.of(SyntheticRows.text(numbers[d])))[0][0]);
    return scores;
  }

  /** Noise of the scores' own deviation, or of 1 if they are all the same. */
  private static float[] withNoise(float[] scores, int seed) {
    double mean = IntStream.range(0, scores.length).mapToDouble(d -> scores[d]).average().orElse(0);
    double variance =
        IntStream.range(0, scores.length)
            .mapToDouble(d -> (scores[d] - mean) * (scores[d] - mean))
            .average()
            .orElse(0);
    double deviation = variance > 0 ? Math.sqrt(variance) : 1;
    Random random = new Random(seed);
    float[] noisy = new float[scores.length];
    for (int d = 0; d < noisy.length; d++) {
      noisy[d] = (float) (scores[d] + deviation * random.nextGaussian());
    }
    return noisy;
  }

  /** The documents of the n highest scores, best first. */
  private static Map<Integer, Float> best(float[] scores, int n) throws IOException {
    Map<Integer, Float> best = new LinkedHashMap<>();
    for (int document : new BestScores().select(scores, d -> false, n)) {
      best.put(document, scores[document]);
    }
    return best;
  }

  private static GivenScores.Scores listed(Map<Integer, Float> best) {
    int[] documents = best.keySet().stream().mapToInt(Integer::intValue).toArray();
    float[] scores = new float[documents.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = best.getOrDefault(documents[i], 0f);
    }
    return GivenScores.Scores.sorted(documents, scores);
  }

  private static long size(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      try (Stream<Path> files = Files.walk(path)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }
}
