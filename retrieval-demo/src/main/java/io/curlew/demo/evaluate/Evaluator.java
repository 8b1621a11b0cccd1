package io.curlew.demo.evaluate;

import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.Dataset;
import io.curlew.data.TextQuery;
import io.curlew.data.eval.Judgements;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.IndexedDocuments;
import io.curlew.demo.index.Models;
import io.curlew.demo.index.SavedScores;
import io.curlew.demo.rivals.MuveraModel;
import io.curlew.lucene.CurIndexWriter;
import io.curlew.lucene.CurSearcher;
import io.curlew.lucene.FirstStage;
import io.curlew.lucene.TextEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Measures methods and budgets against exhaustive exact scoring and against judgements. Exact
 * scores are computed once and replayed, so a method's time is what it spends outside the model.
 */
public final class Evaluator {

  static final int[] RECALL_AT = {1, 10, 100};
  static final int DEPTH = 100;
  private static final int WARM_UP = 20;
  private static final int TIMED_QUERIES = 20;
  private static final int TIMED_DOCUMENTS = 50;

  private final CurlewIndex index;
  private final EvaluationOptions options;

  public Evaluator(CurlewIndex index, EvaluationOptions options) {
    this.index = index;
    this.options = options;
  }

  public EvaluationReport run(Dataset dataset) throws IOException {
    if (options.allExact() && options.cache() == null) {
      return run(dataset, index.model());
    }
    try (SavedScores saved = SavedScores.open(index.model(), options.cache())) {
      return run(dataset, saved);
    }
  }

  private EvaluationReport run(Dataset dataset, InteractionModel model) throws IOException {
    Judgements judgements = dataset.judgements();
    IndexedDocuments documents = IndexedDocuments.of(index);
    for (Path path : options.others()) {
      try (CurlewIndex other = index.beside(path)) {
        checkSameDocuments(path, IndexedDocuments.of(other), documents);
      }
    }
    List<TextQuery> queries = queries(dataset, judgements, new HashSet<>(documents.ids()));
    List<TextQuery> exactQueries =
        queries.subList(0, Math.min(options.exactQueries(), queries.size()));
    ExactScores exact =
        ExactScores.compute(model, texts(exactQueries), documents.texts(), options.scores());
    double msPerCall = timeModel(queries, documents.texts());
    TextEmbedder embedder = precomputed(texts(queries));

    Map<String, List<String>> exactTop = new HashMap<>();
    MethodResult exactResult = new MethodResult("exact", 0);
    for (TextQuery query : exactQueries) {
      SearchResult result = exactSearch(exact.row(query.text()), documents);
      List<String> top = result.hits().stream().map(Hit::id).toList();
      exactTop.put(query.id(), top);
      exactResult.add(query.id(), result, top);
    }
    Map<String, FirstStage> firstStages = new HashMap<>();
    MethodResult maxsimResult = new MethodResult("maxsim", 0);
    if (uses("maxsim")) {
      ExactScores maxsim = all(index.lateInteraction(), queries, documents);
      firstStages.put("maxsim", maxsim.firstStage(documents.numbers()));
      for (TextQuery query : queries) {
        maxsimResult.add(
            query.id(), exactSearch(maxsim.row(query.text()), documents), exactTop.get(query.id()));
      }
    }
    if (uses("muvera")) {
      MuveraModel muvera = new MuveraModel(index.lateInteraction(), options.seed());
      firstStages.put("muvera", all(muvera, queries, documents).firstStage(documents.numbers()));
    }
    Methods methods = new Methods(index, embedder, firstStages, options.seed());
    InteractionModel asked = options.allExact() ? exact : model;
    List<MethodResult> results = new ArrayList<>();
    for (String method : options.methods()) {
      if (method.equals("exact") || method.equals("maxsim")) {
        MethodResult ranking = method.equals("exact") ? exactResult : maxsimResult;
        if (!ranking.isEmpty()) {
          results.add(ranking);
        }
        continue;
      }
      results.addAll(
          measureAll(method, method, index.searcher(), methods, asked, queries, exactTop));
    }
    List<EvaluationReport.IndexSize> sizes = new ArrayList<>();
    sizes.add(new EvaluationReport.IndexSize("adaptive", index.bytes()));
    for (Path path : options.others()) {
      String name = "adaptive@" + path.getFileName();
      try (CurlewIndex other = index.beside(path)) {
        sizes.add(new EvaluationReport.IndexSize(name, other.bytes()));
        Methods ofOther = new Methods(other, embedder, firstStages, options.seed());
        results.addAll(
            measureAll("adaptive", name, other.searcher(), ofOther, asked, queries, exactTop));
      }
    }
    Analysis analysis =
        options.allExact()
            ? Analysis.of(index, documents, queries, exact, exactTop, methods, results)
            : Analysis.NONE;
    return new EvaluationReport(
        dataset.name(),
        index.model().fingerprint(),
        documents.size(),
        queries,
        index.anchors().size(),
        Long.parseLong(index.description(CurIndexWriter.CALLS, "0")),
        msPerCall,
        judgements,
        results,
        sizes,
        analysis);
  }

  private static void checkSameDocuments(
      Path path, IndexedDocuments others, IndexedDocuments documents) {
    Set<String> shared = new HashSet<>(others.ids());
    shared.retainAll(new HashSet<>(documents.ids()));
    if (shared.size() != documents.size() || others.size() != documents.size()) {
      throw new BadInputException(
          "indexes compared must hold the same "
              + documents.size()
              + " documents, got: "
              + others.size()
              + " in "
              + path
              + ", "
              + shared.size()
              + " of them the same");
    }
  }

  /** One method at all budgets, with results of a name. */
  private List<MethodResult> measureAll(
      String method,
      String name,
      CurSearcher searcher,
      Methods methods,
      InteractionModel asked,
      List<TextQuery> queries,
      Map<String, List<String>> exactTop)
      throws IOException {
    FirstStage firstStage = methods.firstStage(Methods.firstStageName(method));
    List<MethodResult> measured = new ArrayList<>();
    for (int budget : options.budgets()) {
      Contender contender =
          new Contender(searcher, methods.search(method, budget), firstStage, asked);
      measured.add(measure(new MethodResult(name, budget), contender, queries, exactTop));
    }
    return measured;
  }

  private boolean uses(String firstStage) {
    return options.methods().stream()
        .anyMatch(method -> method.equals(firstStage) || method.endsWith("-" + firstStage));
  }

  private ExactScores all(
      InteractionModel model, List<TextQuery> queries, IndexedDocuments documents)
      throws IOException {
    return ExactScores.compute(model, texts(queries), documents.texts(), options.scores());
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

  private static SearchResult exactSearch(float[] scores, IndexedDocuments documents) {
    long start = System.nanoTime();
    List<String> ids = documents.ids();
    List<Hit> hits =
        IntStream.range(0, documents.size())
            .boxed()
            .sorted(Comparator.comparingDouble((Integer d) -> -scores[d]).thenComparing(ids::get))
            .limit(DEPTH)
            .map(d -> new Hit(ids.get(d), documents.numbers()[d], scores[d], true, 0))
            .toList();
    return new SearchResult(
        hits,
        documents.size(),
        0,
        System.nanoTime() - start,
        List.of(),
        SearchResult.Stop.BUDGET,
        null);
  }

  /** A method where it is measured. */
  private record Contender(
      CurSearcher searcher, SearchMethod method, FirstStage firstStage, InteractionModel model) {

    /** One search, timed as a user sees it: the first stage included. */
    SearchResult search(TextQuery query, int budget) throws IOException {
      long start = System.nanoTime();
      SearchResult result =
          searcher.search(method, firstStage, model, SearchRequest.of(query.text(), DEPTH, budget));
      return new SearchResult(
          result.hits(),
          result.calls(),
          result.modelNanos(),
          System.nanoTime() - start,
          result.rounds(),
          result.stop(),
          result.estimate());
    }
  }

  private static MethodResult measure(
      MethodResult result,
      Contender contender,
      List<TextQuery> queries,
      Map<String, List<String>> exactTop)
      throws IOException {
    for (TextQuery query : queries.subList(0, Math.min(WARM_UP, queries.size()))) {
      contender.search(query, result.budget());
    }
    try (Progress progress = Progress.start(result.tag(), queries.size())) {
      for (TextQuery query : queries) {
        result.add(query.id(), contender.search(query, result.budget()), exactTop.get(query.id()));
        progress.step(1);
      }
    }
    return result;
  }
}
