package io.curlew.demo.evaluate;

import io.curlew.cur.model.InteractionModel;
import io.curlew.data.Dataset;
import io.curlew.data.TextQuery;
import io.curlew.data.eval.Judgements;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.IndexedDocuments;
import io.curlew.demo.index.SavedScores;
import io.curlew.demo.rivals.MuveraModel;
import io.curlew.lucene.AnchorRowWriter;
import io.curlew.lucene.FirstStage;
import io.curlew.lucene.TextEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures methods and budgets against exhaustive exact scoring and against judgements. Exact
 * scores are computed once and replayed, so a method's time is what it spends outside the model.
 */
public final class Evaluator {

  static final int[] RECALL_AT = {1, 10, 100};
  static final int DEPTH = 100;

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
    requireSameDocuments(documents);
    List<TextQuery> queries =
        EvaluatedQueries.draw(dataset.testQueries(), judgements, index, documents, options);
    List<TextQuery> exactQueries =
        queries.subList(0, Math.min(options.exactQueries(), queries.size()));
    ExactScores exact = scores(model, exactQueries, documents);
    MethodResult exactRanking = exact.rank("exact", exactQueries, documents, null);
    Map<String, List<String>> exactTop = exactRanking.rankings();
    double msPerCall = ModelTime.perCall(index, queries, documents.texts(), options.seed());

    Map<String, MethodResult> known = new HashMap<>(); // rankings that need no search
    known.put("exact", exactRanking);
    Map<String, FirstStage> firstStages = new HashMap<>();
    if (uses("maxsim")) {
      ExactScores maxsim = scores(index.lateInteraction(), queries, documents);
      firstStages.put("maxsim", maxsim.firstStage(documents.numbers()));
      known.put("maxsim", maxsim.rank("maxsim", queries, documents, exactTop));
    }
    if (uses("muvera")) {
      MuveraModel muvera = new MuveraModel(index.lateInteraction(), options.seed());
      firstStages.put("muvera", scores(muvera, queries, documents).firstStage(documents.numbers()));
    }

    TextEmbedder embedder = precomputed(texts(queries));
    Methods methods = new Methods(index, embedder, firstStages, options.seed());
    Measurement measurement =
        new Measurement(options.allExact() ? exact : model, queries, exactTop, options.budgets());
    List<MethodResult> results = new ArrayList<>();
    for (String method : options.methods()) {
      MethodResult ranking = known.get(method);
      if (ranking == null) {
        results.addAll(measurement.of(method, method, index.searcher(), methods));
      } else if (!ranking.isEmpty()) {
        results.add(ranking);
      }
    }
    List<EvaluationReport.IndexSize> sizes = new ArrayList<>();
    sizes.add(new EvaluationReport.IndexSize("adaptive", index.bytes()));
    for (Path path : options.others()) {
      String name = "adaptive@" + path.getFileName();
      try (CurlewIndex other = index.beside(path)) {
        sizes.add(new EvaluationReport.IndexSize(name, other.bytes()));
        Methods ofOther = new Methods(other, embedder, firstStages, options.seed());
        results.addAll(measurement.of(name, "adaptive", other.searcher(), ofOther));
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
        Long.parseLong(index.description(AnchorRowWriter.CALLS, "0")),
        msPerCall,
        judgements,
        results,
        sizes,
        analysis);
  }

  private void requireSameDocuments(IndexedDocuments documents) throws IOException {
    for (Path path : options.others()) {
      try (CurlewIndex other = index.beside(path)) {
        requireSame(path, IndexedDocuments.of(other), documents);
      }
    }
  }

  private static void requireSame(Path path, IndexedDocuments others, IndexedDocuments documents) {
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

  private boolean uses(String firstStage) {
    return options.methods().stream()
        .anyMatch(method -> method.equals(firstStage) || method.endsWith("-" + firstStage));
  }

  private ExactScores scores(
      InteractionModel model, List<TextQuery> queries, IndexedDocuments documents)
      throws IOException {
    return ExactScores.compute(model, texts(queries), documents.texts(), options.scores());
  }

  private static List<String> texts(List<TextQuery> queries) {
    return queries.stream().map(TextQuery::text).distinct().toList();
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
}
