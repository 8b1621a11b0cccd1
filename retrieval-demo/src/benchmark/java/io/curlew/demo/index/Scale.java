package io.curlew.demo.index;

import io.curlew.cur.AdaptiveSearch;
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
import io.curlew.lucene.Feature;
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
import java.util.PriorityQueue;
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
 * and milliseconds outside the model at a budget of 200 on one thread, for numbers of documents and
 * of anchors, float and byte rows. A first stage names 2,000 documents, as an inverted index does,
 * so that its own scan is not measured.
 *
 * <p>Arguments: the module's directory, an index whose rows are real, a directory for scratch
 * indexes, the largest number of documents.
 */
public final class Scale {

  private static final int BUDGET = 200;
  private static final int LIST = 2000;
  private static final int WARM_UP = 60;
  private static final int QUERIES = 100;
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
      scale.measure(most / share, 400, "float", share == 1);
    }
    for (int anchors : new int[] {100, 200}) {
      scale.measure(most / 4, anchors, "float", false);
    }
    for (int share : new int[] {8, 4, 2, 1}) {
      scale.measure(most / share, 400, "byte", false);
    }
    BenchmarkReport report =
        new BenchmarkReport(
            Scale.class, Map.of("budget", BUDGET, "list", LIST, "queries", QUERIES));
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
      int[][] lists = lists(reader, rows);
      double[] times = new double[QUERIES];
      for (int i = -WARM_UP; i < QUERIES; i++) {
        int q = Math.floorMod(i, lists.length);
        Feature list = new GivenScores(query -> byRank(lists[q]));
        long start = System.nanoTime();
        SearchResult found =
            searcher.search(
                new AdaptiveSearch(),
                List.of(list),
                rows,
                SearchRequest.of(rows.query(q), 10, BUDGET));
        if (i >= 0) {
          times[i] = (System.nanoTime() - start - found.modelNanos()) / 1e6;
        }
      }
      Arrays.sort(times);
      result.put("segments", reader.leaves().size());
      result.put("overheadMsP50", times[QUERIES / 2]);
      result.put("overheadMsP90", times[QUERIES * 9 / 10]);
    }
  }

  private static GivenScores.Scores byRank(int[] list) {
    float[] scores = new float[list.length];
    for (int rank = 0; rank < list.length; rank++) {
      scores[rank] = 1f / (1 + rank);
    }
    return GivenScores.Scores.sorted(list, scores);
  }

  /** For each of some queries the best of a sample of the documents, by one of its two scores. */
  private static int[][] lists(DirectoryReader reader, SyntheticRows rows) throws IOException {
    int queries = 20;
    int documents = reader.maxDoc();
    int step = Math.max(1, documents / 50_000);
    List<PriorityQueue<float[]>> best = new ArrayList<>();
    for (int q = 0; q < queries; q++) {
      best.add(new PriorityQueue<>(Comparator.comparingDouble(pair -> pair[0])));
    }
    for (LeafReaderContext leaf : reader.leaves()) {
      var ids = leaf.reader().getBinaryDocValues(SCHEMA.requireId());
      for (int d = 0; d < leaf.reader().maxDoc(); d++) {
        if (ids.advanceExact(d) && (leaf.docBase + d) % step == 0) {
          int number = Integer.parseInt(ids.binaryValue().utf8ToString().substring(1));
          float[] row = rows.row(number);
          for (int q = 0; q < queries; q++) {
            best.get(q).add(new float[] {row[q % rows.anchors()], leaf.docBase + d});
            if (best.get(q).size() > LIST) {
              best.get(q).poll();
            }
          }
        }
      }
    }
    return best.stream()
        .map(
            queue ->
                queue.stream()
                    .sorted(Comparator.comparingDouble(pair -> -pair[0]))
                    .mapToInt(pair -> (int) pair[1])
                    .toArray())
        .toArray(int[][]::new);
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
