package io.curlew.demo;

import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Candidates;
import io.curlew.cur.FixedAnchorSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.InteractionModel;
import io.curlew.cur.RerankSearch;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.data.Dataset;
import io.curlew.data.Judgements;
import io.curlew.data.TextQuery;
import io.curlew.lucene.CurIndexWriter;
import io.curlew.lucene.FirstStage;
import io.curlew.lucene.TextEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Measures methods and budgets against exhaustive exact scoring and against judgements. Exact
 * scores are computed once and replayed, so a method's time is what it spends outside the model.
 */
final class Evaluator {

  static final int[] RECALL_AT = {1, 10, 100};
  private static final int DEPTH = 100;
  private static final int WARM_UP = 20;
  private static final int TIMED_QUERIES = 20;
  private static final int TIMED_DOCUMENTS = 50;

  private final CurlewIndex index;
  private final EvaluationOptions options;

  Evaluator(CurlewIndex index, EvaluationOptions options) {
    this.index = index;
    this.options = options;
  }

  EvaluationReport run(Dataset dataset) throws IOException {
    if (options.allExact() && options.cache() == null) {
      return run(dataset, index.model());
    }
    try (SavedScores saved = SavedScores.open(index.model(), options.cache())) {
      return run(dataset, saved);
    }
  }

  private EvaluationReport run(Dataset dataset, InteractionModel model) throws IOException {
    Judgements judgements = dataset.judgements();
    Candidates all =
        index.searcher().candidates("all", (searcher, query, accepted, scores) -> {}, null);
    int[] documents = all.all();
    List<String> ids = all.ids(documents);
    List<String> texts = all.texts(documents);
    List<TextQuery> queries = queries(dataset, judgements, new HashSet<>(ids));
    List<String> queryTexts = texts(queries);
    List<TextQuery> exactQueries =
        queries.subList(0, Math.min(options.exactQueries(), queries.size()));
    ExactScores exact = ExactScores.compute(model, texts(exactQueries), texts);
    ExactScores maxsim =
        ExactScores.compute(
            index.lateInteraction(), options.usesMaxsim() ? queryTexts : List.of(), texts);
    TextEmbedder embedder = precomputed(queryTexts);
    double msPerCall = timeModel(queries, texts);

    Map<String, List<String>> exactTop = new HashMap<>();
    MethodResult exactResult = new MethodResult("exact", 0);
    MethodResult maxsimResult = new MethodResult("maxsim", 0);
    for (TextQuery query : exactQueries) {
      SearchResult result = exactSearch(exact.row(query.text()), documents, ids);
      List<String> top = result.hits().stream().map(Hit::id).toList();
      exactTop.put(query.id(), top);
      exactResult.add(query.id(), result, top);
    }
    for (TextQuery query : options.usesMaxsim() ? queries : List.<TextQuery>of()) {
      maxsimResult.add(
          query.id(),
          exactSearch(maxsim.row(query.text()), documents, ids),
          exactTop.get(query.id()));
    }
    InteractionModel asked = options.allExact() ? exact : model;
    List<MethodResult> results = new ArrayList<>();
    for (String method : options.methods()) {
      if (method.equals("exact") || method.equals("maxsim")) {
        MethodResult ranking = method.equals("exact") ? exactResult : maxsimResult;
        if (!ranking.isEmpty()) {
          results.add(ranking);
        }
      } else {
        FirstStage firstStage =
            method.endsWith("maxsim")
                ? maxsim.firstStage(documents)
                : CurlewIndex.firstStage(method.endsWith("bm25") ? "bm25" : "dense", embedder);
        for (int budget : options.budgets()) {
          results.add(measure(method, budget, queries, asked, firstStage, exactTop));
        }
      }
    }
    return new EvaluationReport(
        dataset.name(),
        index.model().fingerprint(),
        ids.size(),
        queries,
        index.anchors().size(),
        Long.parseLong(index.description(CurIndexWriter.CALLS, "0")),
        msPerCall,
        judgements,
        results);
  }

  private static List<String> texts(List<TextQuery> queries) {
    return queries.stream().map(TextQuery::text).distinct().toList();
  }

  private List<TextQuery> queries(Dataset dataset, Judgements judgements, Set<String> ids)
      throws IOException {
    int outside = judgements.countOutside(ids);
    if (outside > 0) {
      Progress.log("warning: " + outside + " judgements are of documents not in the index");
    }
    Set<String> anchors = new HashSet<>(index.anchors().queries());
    List<TextQuery> queries = new ArrayList<>();
    for (TextQuery query : dataset.testQueries()) {
      boolean found =
          judgements.judged(query.id()).entrySet().stream()
              .anyMatch(judged -> judged.getValue() > 0 && ids.contains(judged.getKey()));
      if (found && !anchors.contains(query.text())) {
        queries.add(query);
      }
    }
    if (queries.isEmpty()) {
      throw new BadInputException(
          "queries with a relevant document in the index must be at least 1, got: 0");
    }
    Collections.shuffle(queries, new Random(options.seed()));
    queries = new ArrayList<>(queries.subList(0, Math.min(options.queries(), queries.size())));
    if (options.allExact()) {
      queries.sort(Comparator.comparing(TextQuery::id));
    }
    return queries;
  }

  private TextEmbedder precomputed(List<String> queries) {
    float[][] vectors = index.queryEmbedder().embed(queries);
    Map<String, float[]> byText = new HashMap<>();
    for (int q = 0; q < vectors.length; q++) {
      byText.put(queries.get(q), vectors[q]);
    }
    return texts ->
        texts.stream().map(text -> byText.getOrDefault(text, new float[0])).toArray(float[][]::new);
  }

  /** The time of one call, measured without a cache on a few queries and random documents. */
  private double timeModel(List<TextQuery> queries, List<String> texts) throws IOException {
    Random random = new Random(options.seed());
    try (Models live =
        Models.open(
            index.description(CurlewIndex.MODEL, Models.LATE_INTERACTION),
            LateInteractionOptions.defaults().withCacheBytes(0))) {
      List<Double> times = new ArrayList<>();
      for (int i = 0; i < TIMED_QUERIES; i++) {
        List<String> some =
            random.ints(TIMED_DOCUMENTS, 0, texts.size()).mapToObj(texts::get).distinct().toList();
        long start = System.nanoTime();
        live.model().score(List.of(queries.get(i % queries.size()).text()), some);
        times.add((System.nanoTime() - start) / 1e6 / some.size());
      }
      Collections.sort(times);
      return times.get(times.size() / 2);
    }
  }

  private static SearchResult exactSearch(float[] scores, int[] documents, List<String> ids) {
    long start = System.nanoTime();
    List<Hit> hits =
        IntStream.range(0, documents.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer d) -> -scores[d]).thenComparing(ids::get))
            .limit(DEPTH)
            .map(d -> new Hit(ids.get(d), documents[d], scores[d], true, 0))
            .toList();
    return new SearchResult(
        hits,
        documents.length,
        0,
        System.nanoTime() - start,
        List.of(),
        SearchResult.Stop.BUDGET,
        null);
  }

  private MethodResult measure(
      String method,
      int budget,
      List<TextQuery> queries,
      InteractionModel asked,
      FirstStage firstStage,
      Map<String, List<String>> exactTop)
      throws IOException {
    SearchMethod search = searchMethod(method);
    MethodResult result = new MethodResult(method, budget);
    for (TextQuery query : queries.subList(0, Math.min(WARM_UP, queries.size()))) {
      search(search, firstStage, asked, query, budget);
    }
    try (Progress progress = Progress.start(result.tag(), queries.size())) {
      for (TextQuery query : queries) {
        result.add(
            query.id(), search(search, firstStage, asked, query, budget), exactTop.get(query.id()));
        progress.step(1);
      }
    }
    return result;
  }

  private SearchMethod searchMethod(String method) {
    return switch (method) {
      case "fixed" -> new FixedAnchorSearch(index.anchors(), options.seed());
      case "adaptive", "adaptive-maxsim" -> new AdaptiveSearch(index.anchors());
      default -> new RerankSearch();
    };
  }

  /** One search, timed as a user sees it: the first stage included. */
  private SearchResult search(
      SearchMethod method,
      FirstStage firstStage,
      InteractionModel asked,
      TextQuery query,
      int budget)
      throws IOException {
    long start = System.nanoTime();
    SearchResult result =
        index
            .searcher()
            .search(method, firstStage, asked, SearchRequest.of(query.text(), DEPTH, budget));
    return new SearchResult(
        result.hits(),
        result.calls(),
        result.modelNanos(),
        System.nanoTime() - start,
        result.rounds(),
        result.stop(),
        result.estimate());
  }

  /** Copies the figures of every result, for JSON. */
  static Map<String, Object> json(EvaluationReport report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("dataset", report.dataset());
    json.put("model", report.model());
    json.put("documents", report.documents());
    json.put("queries", report.queries().size());
    json.put("anchors", report.anchors());
    json.put("indexCalls", report.indexCalls());
    json.put("msPerCall", report.msPerCall());
    json.put("totalMsNote", "overhead + calls x the time per call, measured live on 20 queries");
    json.put("results", report.figures());
    json.put("mrrDifferences", report.differences());
    json.put("missesAgainstRerankDense", report.comparisons());
    return json;
  }
}
