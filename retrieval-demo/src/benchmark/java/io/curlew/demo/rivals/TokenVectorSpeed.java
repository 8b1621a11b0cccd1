package io.curlew.demo.rivals;

import io.curlew.attention.scoring.EncodedText;
import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.attention.scoring.TextRole;
import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.ExactSearch;
import io.curlew.cur.FirstStage;
import io.curlew.cur.Hit;
import io.curlew.cur.ModelCall;
import io.curlew.cur.ModelCalls;
import io.curlew.cur.RerankSearch;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.data.TextQuery;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Datasets;
import io.curlew.demo.index.Models;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.DocumentScorer;
import io.curlew.lucene.Feature;
import io.curlew.testing.BenchmarkReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.LateInteractionRescorer;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.jspecify.annotations.Nullable;

/**
 * Which method is best at equal time where an index stores token vectors: what a call costs next to
 * encoding a document, and for adaptive search, the hybrid list re-ranked by us and by Lucene's
 * {@link LateInteractionRescorer}, and all documents, the time of a query and the share of the
 * exact top that it finds. A query's time has all but its encoding, which is the same for all. Ours
 * are timed on one thread, as Lucene's rescorer is, and on all cores.
 *
 * <pre>
 * retrieval-demo/bin/curlew index --dataset wordnet --store-tokens --index INDEX
 * mvn -q -pl retrieval-demo -am -DskipTests -Psearch-benchmarks test -Dbenchmark=io.curlew.demo.rivals.TokenVectorSpeed -Dbenchmark.arguments=INDEX
 * </pre>
 */
final class TokenVectorSpeed {

  private static final int[] BUDGETS = {20, 50, 100, 200, 500};
  private static final int[] LISTS = {20, 50, 100, 200, 500, 1000, 2000, 5000};
  private static final int DEPTH = 100;
  private static final int QUERIES = 100;
  private static final int WARM_UP = 20;
  private static final int MANY = 5000; // calls of a query, from which on there are fewer queries
  private static final int FEW = 20;
  private static final int CALLS = 50; // timed together
  private static final int TURNS = 100;

  private final CurlewIndex index;
  private final CurSearcher alone;
  private final List<String> queries;
  private final Map<String, float[]> vectors = new LinkedHashMap<>();
  private final Map<String, int[]> exact = new LinkedHashMap<>();
  private final List<Feature> features;
  private final DocumentScorer scorer;
  private final BenchmarkReport report;

  private TokenVectorSpeed(CurlewIndex index) throws IOException {
    this.index = index;
    this.alone =
        CurSearcher.open(
            new IndexSearcher(index.searcher().indexSearcher().getIndexReader()),
            index.fields().schema(),
            index.anchors());
    this.queries =
        Datasets.queriesOf(index).testQueries().stream()
            .map(TextQuery::text)
            .distinct()
            .limit(QUERIES)
            .toList();
    float[][] embedded = index.queryEmbedder().embed(queries);
    for (int q = 0; q < embedded.length; q++) {
      vectors.put(queries.get(q), embedded[q]);
    }
    this.features =
        index.features("hybrid", texts -> new float[][] {vectors.get(texts.getFirst())});
    this.scorer = index.scorer();
    this.report =
        new BenchmarkReport(
            TokenVectorSpeed.class, Map.of("documents", index.searcher().documentCount()));
  }

  public static void main(String[] args) throws Exception {
    try (CurlewIndex index = CurlewIndex.open(Path.of(args[1]))) { // the first is the module
      if (index.fields().tokens() == null) {
        throw new IllegalArgumentException("index must be made with --store-tokens, was not");
      }
      new TokenVectorSpeed(index).run();
    }
  }

  private void run() throws IOException {
    print(
        "%d documents, %d queries, %.1f MB on disk",
        index.searcher().documentCount(), queries.size(), index.bytes() / 1e6);
    calls();
    for (String query : queries) {
      exact.put(query, found(index.searcher(), new ExactSearch(), query, 1));
    }
    print("method, calls: ms on one thread, ms on all cores; recall@10, recall@%d", DEPTH);
    for (int n : LISTS) {
      if (n <= index.searcher().documentCount()) {
        ours("hybrid list", new RerankSearch(), n);
        measure("hybrid list by Lucene", n, query -> lucenes(query, hybrid(query, n)), null);
      }
    }
    int all = index.searcher().documentCount();
    ours("all documents", new ExactSearch(), all);
    measure("all documents by Lucene", all, query -> lucenes(query, alone.documents()), null);
    for (int budget : BUDGETS) {
      ours("adaptive", new AdaptiveSearch(), budget);
    }
    report.write();
  }

  /** What one call costs, of documents at random. */
  private void calls() throws IOException {
    int[] all = alone.documents();
    Random random = new Random(1);
    double[] reading = new double[TURNS];
    double[] scoring = new double[TURNS];
    double[] rescoring = new double[TURNS];
    double[] encoding = new double[TURNS];
    double[] query = new double[TURNS];
    LateInteractionOptions uncached =
        LateInteractionOptions.defaults().withThreads(1).withCacheBytes(0);
    try (LateInteractionModel model = Models.lateInteraction(uncached)) {
      for (int turn = -WARM_UP; turn < TURNS; turn++) {
        int at = Math.max(turn, 0);
        String text = queries.get(Math.floorMod(turn, queries.size()));
        int[] documents = random.ints(CALLS, 0, all.length).map(d -> all[d]).distinct().toArray();
        List<String> texts = alone.texts(documents);
        ModelCalls calls = scorer.of(alone.indexSearcher(), text);
        calls.of(documents).run(); // the query is encoded
        long start = System.nanoTime();
        ModelCall call = calls.of(documents);
        reading[at] = since(start) / documents.length;
        start = System.nanoTime();
        call.run();
        scoring[at] = since(start) / documents.length;
        float[][] tokens = tokens(text);
        TopDocs list = list(documents);
        start = System.nanoTime();
        rescore(tokens, list);
        rescoring[at] = since(start) / documents.length;
        start = System.nanoTime();
        model.encode(texts);
        encoding[at] = since(start) / documents.length;
        start = System.nanoTime();
        model.encodeQueries(List.of(text));
        query[at] = since(start);
      }
    }
    print(
        "a call on one thread: %.4f ms to read, %.4f ms to score; Lucene's rescorer %.4f ms;"
            + " encoding %.3f ms; a query's encoding %.3f ms",
        median(reading), median(scoring), median(rescoring), median(encoding), median(query));
    report.add(
        Map.of(
            "readMs", median(reading),
            "scoreMs", median(scoring),
            "luceneMs", median(rescoring),
            "encodeMs", median(encoding),
            "encodeQueryMs", median(query)));
  }

  private interface Search {
    int[] of(String query) throws IOException;
  }

  private void ours(String name, SearchMethod method, int budget) throws IOException {
    measure(
        name,
        budget,
        query -> found(alone, method, query, budget),
        query -> found(index.searcher(), method, query, budget));
  }

  private void measure(String name, int calls, Search one, @Nullable Search all)
      throws IOException {
    List<String> asked = calls < MANY ? queries : queries.subList(0, FEW);
    double[] times = times(one, asked);
    double parallel = all == null ? Double.NaN : median(times(all, asked));
    double at10 = 0;
    double at100 = 0;
    for (String query : asked) {
      int[] found = one.of(query);
      int[] best = exact.getOrDefault(query, found);
      at10 += overlap(best, found, 10) / asked.size();
      at100 += overlap(best, found, DEPTH) / asked.size();
    }
    print("%s, %d: %.2f, %.2f; %.3f, %.3f", name, calls, median(times), parallel, at10, at100);
    Map<String, Object> figure = new LinkedHashMap<>();
    figure.put("method", name);
    figure.put("calls", calls);
    figure.put("oneThreadMs", median(times));
    if (all != null) {
      figure.put("allCoresMs", parallel);
    }
    figure.put("recall@10", at10);
    figure.put("recall@100", at100);
    report.add(figure);
  }

  private static double[] times(Search search, List<String> asked) throws IOException {
    double[] times = new double[asked.size()];
    for (int i = -Math.min(WARM_UP, times.length); i < times.length; i++) {
      String query = asked.get(Math.max(i, -i - 1));
      long start = System.nanoTime();
      search.of(query);
      times[Math.max(i, 0)] = since(start);
    }
    return times;
  }

  private int[] found(CurSearcher searcher, SearchMethod method, String query, int budget)
      throws IOException {
    return searcher
        .search(method, features, scorer, SearchRequest.of(query, DEPTH, budget))
        .hits()
        .stream()
        .mapToInt(Hit::document)
        .toArray();
  }

  private int[] hybrid(String query, int n) throws IOException {
    return FirstStage.hybrid(alone.space(query, features, scorer, null), n).documents();
  }

  private int[] lucenes(String query, int[] documents) throws IOException {
    ScoreDoc[] hits = rescore(tokens(query), list(documents)).scoreDocs;
    return Arrays.stream(hits).mapToInt(hit -> hit.doc).toArray();
  }

  private TopDocs rescore(float[][] tokens, TopDocs list) throws IOException {
    return LateInteractionRescorer.create(
            Objects.requireNonNull(index.fields().tokens()),
            tokens,
            VectorSimilarityFunction.DOT_PRODUCT)
        .rescore(alone.indexSearcher(), list, DEPTH);
  }

  private static TopDocs list(int[] documents) {
    return new TopDocs(
        new TotalHits(documents.length, TotalHits.Relation.EQUAL_TO),
        Arrays.stream(documents).mapToObj(d -> new ScoreDoc(d, 0)).toArray(ScoreDoc[]::new));
  }

  /** The vectors of a query's content tokens; it has been encoded before. */
  private float[][] tokens(String query) {
    EncodedText text =
        index.lateInteraction().encoder().encode(TextRole.QUERY, List.of(query)).getFirst();
    float[] values = text.embeddings();
    List<float[]> tokens = new ArrayList<>();
    for (int token = 0; token < text.tokens(); token++) {
      if (!text.isSpecial(token)) {
        int from = token * text.dimension();
        tokens.add(Arrays.copyOfRange(values, from, from + text.dimension()));
      }
    }
    return tokens.toArray(float[][]::new);
  }

  private static double overlap(int[] exact, int[] found, int k) {
    long shared =
        IntStream.of(exact)
            .limit(k)
            .filter(d -> IntStream.of(found).limit(k).anyMatch(other -> other == d))
            .count();
    return shared / (double) Math.min(k, exact.length);
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
