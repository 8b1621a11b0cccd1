package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.model.InteractionModel;
import io.curlew.testing.AllowedHere;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bytes that a search allocates at 20,000 and at 1,000,000 documents with synthetic rows, and which
 * part of it grows with the index. {@code mvn verify -Pproofs -Dtest=AllocationProof
 * -Dsurefire.failIfNoSpecifiedTests=false}: about three minutes, a gigabyte of disk.
 */
@AllowedHere // only HotSpot tells the bytes that a thread has allocated
class AllocationProof {

  private static final int SMALL = 20_000;
  private static final int LARGE = Integer.getInteger("curlew.allocation.documents", 1_000_000);
  private static final int ANCHORS = 48;
  private static final int FACTORS = 6;
  private static final int BUDGET = 100;
  private static final int WARM_UP = 12;
  private static final int RUNS = 5;
  private static final String SCANS = "of it, a scan of the rows";

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private Path room;

  /** Scores are products of factors that a text's number makes, and a little of its own. */
  private static final class Model implements InteractionModel {
    @Override
    public String fingerprint() {
      return "factors";
    }

    @Override
    public float[][] score(List<String> queries, List<String> documents) {
      float[][] scores = new float[queries.size()][documents.size()];
      for (int q = 0; q < scores.length; q++) {
        float[] query = factors(queries.get(q));
        for (int d = 0; d < scores[q].length; d++) {
          scores[q][d] = product(query, factors(documents.get(d)));
        }
      }
      return scores;
    }

    @Override
    public void close() {}
  }

  private static float[] factors(String text) {
    Random random = new Random(Long.parseLong(text.substring(1)) * 0x9E3779B97F4A7C15L);
    float[] factors = new float[FACTORS];
    for (int f = 0; f < FACTORS; f++) {
      factors[f] = (float) random.nextGaussian();
    }
    return factors;
  }

  private static float product(float[] x, float[] y) {
    float sum = 0;
    for (int f = 0; f < x.length; f++) {
      sum += x[f] * y[f];
    }
    return sum;
  }

  private static AnchorSet anchors(Model model) {
    List<String> queries = IntStream.range(0, ANCHORS).mapToObj(a -> "q-" + (a + 1)).toList();
    List<String> sample = IntStream.range(0, 500).mapToObj(d -> "d" + (d + 1)).toList();
    return AnchorSet.create(queries, model, sample);
  }

  private static void index(Directory directory, AnchorSet anchors, int documents)
      throws IOException {
    AnchorField field = new AnchorField("anchors", anchors);
    float[][] queries =
        anchors.queries().stream().map(AllocationProof::factors).toArray(float[][]::new);
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer()).setCodec(CurCodec.flat());
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int d = 1; d <= documents; d++) {
        Document document = new Document();
        float[] factors = factors("d" + d);
        document.add(new StringField("id", "d" + d, Field.Store.YES));
        document.add(new StringField("text", "d" + d, Field.Store.YES));
        document.add(new LongField("first", d % 1000, Field.Store.NO));
        document.add(new LongField("untied", d, Field.Store.NO));
        float[] row = new float[ANCHORS];
        for (int a = 0; a < ANCHORS; a++) {
          row[a] = product(queries[a], factors);
        }
        field.addTo(document, row);
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
  }

  /** Does something, and tells how much this thread has allocated for it. */
  private interface Work {
    void run(int time) throws IOException;
  }

  private long allocated(Work work) throws IOException {
    for (int i = 0; i < WARM_UP; i++) {
      work.run(i);
    }
    long least = Long.MAX_VALUE;
    for (int i = 0; i < RUNS; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      work.run(WARM_UP + i);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private Map<String, Long> measure(int documents, Model model, AnchorSet anchors)
      throws IOException {
    Map<String, Long> bytes = new LinkedHashMap<>();
    try (Directory directory = FSDirectory.open(room.resolve("index" + documents))) {
      index(directory, anchors, documents);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader); // all in this thread
        searcher.setQueryCache(null);
        Query first = LongField.newDistanceFeatureQuery("first", 1, 1000, 100);
        Query filter = LongField.newRangeQuery("first", 0, 500);
        List<Feature> features = List.of(Feature.of("first", first));
        Query untied = LongField.newDistanceFeatureQuery("untied", 1, 1000, 100);
        List<Feature> untiedFeatures = List.of(Feature.of("untied", untied));
        CurSearcher opened = CurSearcher.open(searcher, CurSchema.DEFAULT, anchors);
        bytes.put(
            "CurSearcher.open, once for a reader",
            allocated(time -> CurSearcher.open(searcher, CurSchema.DEFAULT, anchors)));
        bytes.put(
            "the query by Lucene alone, top 500", allocated(time -> searcher.search(first, 500)));
        bytes.put(
            "CurSearcher.search",
            allocated(time -> opened.search(new AdaptiveSearch(), features, model, request(time))));
        bytes.put(
            "the same, a first stage without ties",
            allocated(
                time -> opened.search(new AdaptiveSearch(), untiedFeatures, model, request(time))));
        SearchResult once = opened.search(new AdaptiveSearch(), features, model, request(0));
        LatentQuery estimate = Objects.requireNonNull(once.estimate());
        bytes.put(
            SCANS,
            allocated(
                time -> {
                  SearchSpace space = opened.space(request(time).query(), features, model, null);
                  space.top(estimate, document -> false, 200);
                }));
        bytes.put(
            "CurSearcher.space with a filter",
            allocated(
                time -> {
                  SearchSpace space = opened.space(request(time).query(), features, model, filter);
                  assertTrue(space.size() > 0);
                }));
        bytes.put(
            "CurQuery on a new memo",
            allocated(
                time ->
                    searcher.search(
                        CurQuery.of(CurSchema.DEFAULT, anchors, model, request(time), features),
                        10)));
        TopDocs list = searcher.search(first, 500);
        bytes.put(
            "CurRescorer of 500 hits",
            allocated(
                time ->
                    new CurRescorer(
                            CurSchema.DEFAULT,
                            anchors,
                            DocumentScorer.of(DocumentText.stored("text"), model),
                            request(time))
                        .rescore(searcher, list, 10)));
      }
    }
    return bytes;
  }

  private static SearchRequest request(int time) {
    return SearchRequest.of("q" + (1000 + time), 10, BUDGET);
  }

  @Test
  @Tag("proof")
  void whatASearchAllocates() throws IOException {
    Model model = new Model();
    AnchorSet anchors = anchors(model);
    Map<String, Long> small = measure(SMALL, model, anchors);
    Map<String, Long> large = measure(LARGE, model, anchors);
    System.out.printf(
        Locale.ROOT, "%-40s %12d %12d documents: bytes, and a document%n", "", SMALL, LARGE);
    small.forEach(
        (what, bytes) ->
            System.out.printf(
                Locale.ROOT,
                "%-40s %,12d %,12d %8.3f%n",
                what,
                bytes,
                bytes + more(small, large, what),
                more(small, large, what) / (double) (LARGE - SMALL)));
    // Candidates of the scans, by slices of 8,192 documents, and ids where scores of the first
    // stage
    // tie, of which a larger index has more. The bound only keeps it from growing.
    for (String what : List.of("CurSearcher.search", "CurQuery on a new memo")) {
      long more = more(small, large, what);
      assertTrue(more < 24L * (LARGE - SMALL), what + ": " + more + " bytes more");
    }
  }

  private static long more(Map<String, Long> small, Map<String, Long> large, String what) {
    return large.getOrDefault(what, 0L) - small.getOrDefault(what, 0L);
  }
}
