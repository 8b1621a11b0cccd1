package io.curlew.demo.index;

import io.curlew.attention.scoring.TextRole;
import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
import io.curlew.data.Dataset;
import io.curlew.data.TextQuery;
import io.curlew.lucene.AnchorField;
import io.curlew.lucene.CurCodec;
import io.curlew.lucene.CurSchema;
import io.curlew.lucene.CurSearcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.VectorUtil;

/**
 * What recall the bytes of a document buy, by the format of its anchor row. Takes the float rows of
 * an index, writes them anew in each format and lets adaptive search answer training queries that
 * are not among the anchors; recall is against their exact ranking of all documents, which is
 * computed once and kept in a file. Statistics, projections and codebooks come from 2,000
 * documents. Writes a table and its plot.
 *
 * <pre>
 * retrieval-demo/bin/curlew index --dataset wordnet --index INDEX
 * java --add-modules jdk.incubator.vector -Xmx3g -Dai.djl.offline=true
 *   -cp "retrieval-demo/target/classes:retrieval-demo/target/test-classes:$(cat
 *   retrieval-demo/target/dependencies)" io.curlew.demo.index.RowFormatStudy INDEX SCORES-FILE
 *   retrieval-demo/doc
 * </pre>
 */
final class RowFormatStudy {

  private static final int QUERIES = 400;
  private static final int SAMPLE = 2000;
  private static final int[] BUDGETS = {100, 200};
  private static final int FIRST_SEED = 7;

  private final List<String> texts;
  private final float[][] rows;
  private final float[][] exact; // [queries][documents]
  private final float[][] firstStage;
  private final AnchorSet whole;
  private final float[][] sample;

  private RowFormatStudy(CurlewIndex index, Path file) throws IOException {
    CurSearcher searcher = index.searcher();
    int[] documents = searcher.documents();
    texts = searcher.texts(documents);
    rows = searcher.rows(documents);
    List<Integer> order = new ArrayList<>();
    for (int d = 0; d < rows.length; d++) {
      order.add(d);
    }
    Collections.shuffle(order, new Random(FIRST_SEED));
    sample = order.stream().limit(SAMPLE).map(d -> rows[d]).toArray(float[][]::new);
    AnchorSet read = index.anchors();
    whole = AnchorSet.of(read.queries(), read.modelFingerprint(), sample);
    List<String> queries = queries(index);
    if (Files.exists(file)) {
      exact = read(file, rows.length);
    } else {
      exact = ModelScores.checked(index.model(), queries, texts);
      write(file, exact);
    }
    float[][] vectors = index.queryEmbedder().embed(queries);
    firstStage = new float[QUERIES][rows.length];
    for (int from = 0; from < rows.length; from += 512) {
      int to = Math.min(rows.length, from + 512);
      float[][] some =
          index.lateInteraction().encoder().pooled(TextRole.DOCUMENT, texts.subList(from, to));
      for (int q = 0; q < QUERIES; q++) {
        for (int d = from; d < to; d++) {
          firstStage[q][d] = VectorUtil.dotProduct(vectors[q], some[d - from]);
        }
      }
    }
  }

  /** Training queries that are neither anchors nor evaluated. */
  private static List<String> queries(CurlewIndex index) throws IOException {
    Dataset dataset = Datasets.open("wordnet", Datasets.DEFAULT_DOCUMENTS, 42);
    Set<String> excluded = new HashSet<>(index.anchors().queries());
    for (TextQuery query : dataset.testQueries()) {
      excluded.add(query.text());
    }
    List<String> queries = new ArrayList<>(new HashSet<>(dataset.anchorQueryCandidates()));
    queries.removeAll(excluded);
    Collections.sort(queries);
    Collections.shuffle(queries, new Random(FIRST_SEED));
    return queries.subList(0, QUERIES);
  }

  public static void main(String[] args) throws Exception {
    Path doc = Path.of(args[2]);
    List<RowFormatPlot.Measured> measured = new ArrayList<>();
    try (CurlewIndex index = CurlewIndex.open(Path.of(args[0]))) {
      RowFormatStudy study = new RowFormatStudy(index, Path.of(args[1]));
      study.measure(measured);
    }
    Path table = doc.resolve("row-formats.csv");
    StringBuilder lines = new StringBuilder(RowFormatPlot.HEADER + "\n");
    measured.forEach(one -> lines.append(one.line()).append('\n'));
    Files.writeString(table, lines);
    RowFormatPlot.write(measured, doc.resolve("row-formats.png"));
  }

  private void measure(List<RowFormatPlot.Measured> measured) throws IOException {
    add(measured, "floats", whole);
    for (int dimensions : new int[] {256, 128, 64, 32}) {
      add(measured, "floats", anchors(RowEncoding.projected(dimensions, RowEncoding.floats())));
    }
    add(measured, "int8", anchors(RowEncoding.int8()));
    for (int dimensions : new int[] {256, 128, 64, 32}) {
      add(measured, "int8", anchors(RowEncoding.projected(dimensions, RowEncoding.int8())));
    }
    float[][] ends = oneBit();
    add(measured, "1 bit", whole.size() / 8, whole, row -> toOneBit(row, ends));
    for (int bytes : new int[] {8, 16, 32, 48, 64, 96, 128}) {
      add(measured, "codes", anchors(RowEncoding.productQuantized(bytes)));
    }
  }

  private AnchorSet anchors(RowEncoding.Choice encoding) {
    return AnchorSet.of(whole.queries(), whole.modelFingerprint(), sample, encoding);
  }

  private void add(List<RowFormatPlot.Measured> measured, String format, AnchorSet anchors)
      throws IOException {
    RowEncoding encoding = anchors.encoding();
    int bytes = encoding.length() * (encoding.isBytes() ? 1 : Float.BYTES);
    add(measured, format, bytes, anchors, r -> r);
  }

  /** For each anchor the sample's mean, and the means of what is below and above it. */
  private float[][] oneBit() {
    float[][] ends = new float[whole.size()][];
    for (int a = 0; a < ends.length; a++) {
      int anchor = a;
      double mean = Arrays.stream(sample).mapToDouble(r -> r[anchor]).average().orElseThrow();
      double low =
          Arrays.stream(sample)
              .mapToDouble(r -> r[anchor])
              .filter(x -> x < mean)
              .average()
              .orElseThrow();
      double high =
          Arrays.stream(sample)
              .mapToDouble(r -> r[anchor])
              .filter(x -> x >= mean)
              .average()
              .orElseThrow();
      ends[a] = new float[] {(float) mean, (float) low, (float) high};
    }
    return ends;
  }

  private static float[] toOneBit(float[] row, float[][] ends) {
    float[] bits = new float[row.length];
    for (int a = 0; a < bits.length; a++) {
      bits[a] = row[a] < ends[a][0] ? ends[a][1] : ends[a][2];
    }
    return bits;
  }

  private void add(
      List<RowFormatPlot.Measured> measured,
      String format,
      int bytes,
      AnchorSet anchors,
      UnaryOperator<float[]> change)
      throws IOException {
    AnchorField field = new AnchorField("anchors", anchors);
    try (ByteBuffersDirectory directory = new ByteBuffersDirectory()) {
      IndexWriterConfig config =
          new IndexWriterConfig().setCodec(CurCodec.flat()).setRAMBufferSizeMB(512);
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (int d = 0; d < rows.length; d++) {
          Document document = new Document();
          String id = Integer.toString(d);
          document.add(new StringField("id", id, Field.Store.YES));
          document.add(new BinaryDocValuesField("id", new BytesRef(id)));
          field.addTo(document, change.apply(rows[d]));
          writer.addDocument(document);
        }
        writer.forceMerge(1); // document numbers are those of the rows
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        CurSearcher searcher =
            CurSearcher.open(
                new IndexSearcher(reader),
                CurSchema.DEFAULT,
                anchors,
                (unused, documents) -> Arrays.stream(documents).mapToObj(String::valueOf).toList());
        for (int budget : BUDGETS) {
          double[][] recall = new double[QUERIES][];
          for (int q = 0; q < QUERIES; q++) {
            recall[q] = recall(searcher, q, budget);
          }
          RowFormatPlot.Measured one = new RowFormatPlot.Measured(format, bytes, budget, recall);
          measured.add(one);
          System.out.println(one.line());
        }
      }
    }
  }

  private double[] recall(CurSearcher searcher, int q, int budget) throws IOException {
    GivenScores stage =
        new GivenScores(query -> new GivenScores.Scores(searcher.documents(), firstStage[q]));
    List<Hit> hits =
        searcher
            .search(
                new AdaptiveSearch(),
                List.of(stage),
                new Replay(searcher.anchors().queryModelFingerprint(), exact[q]),
                SearchRequest.of("query", 100, budget))
            .hits();
    float[] sorted = exact[q].clone();
    Arrays.sort(sorted);
    double[] recall = new double[2];
    for (int k : new int[] {10, 100}) {
      float least = sorted[sorted.length - k];
      long found = hits.stream().limit(k).filter(hit -> exact[q][hit.document()] >= least).count();
      recall[k == 10 ? 0 : 1] = (double) Math.min(k, found) / k;
    }
    return recall;
  }

  /** Exact scores by document number, which is the document's text here. */
  private record Replay(String fingerprint, float[] exact) implements InteractionModel {
    @Override
    public float[][] score(List<String> queries, List<String> documents) {
      float[] scores = new float[documents.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = exact[Integer.parseInt(documents.get(i))];
      }
      return new float[][] {scores};
    }

    @Override
    public void close() {}
  }

  private static void write(Path file, float[][] values) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length * values[0].length);
    for (float[] row : values) {
      for (float value : row) {
        bytes.putFloat(value);
      }
    }
    Files.write(file, bytes.array());
  }

  private static float[][] read(Path file, int columns) throws IOException {
    FloatBuffer values = ByteBuffer.wrap(Files.readAllBytes(file)).asFloatBuffer();
    float[][] rows = new float[values.remaining() / columns][columns];
    for (float[] row : rows) {
      values.get(row);
    }
    return rows;
  }
}
