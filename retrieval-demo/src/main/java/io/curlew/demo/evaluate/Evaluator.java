package io.curlew.demo.evaluate;

import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.Dataset;
import io.curlew.data.TextQuery;
import io.curlew.data.eval.Judgements;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.IndexedDocuments;
import io.curlew.demo.index.Profiles;
import io.curlew.demo.index.SavedScores;
import io.curlew.demo.rivals.MuveraModel;
import io.curlew.lucene.Feature;
import io.curlew.lucene.TextEmbedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Measures methods and budgets against exhaustive exact scoring and against judgements. Exact
 * scores are computed once and replayed, so a method's time is what it spends outside the model;
 * where an index stores token vectors its calls are made.
 */
public final class Evaluator {

  static final int[] RECALL_AT = {1, 10, 100};
  static final int DEPTH = 100;

  /** In the directory of the scores: those that methods are fitted on. */
  private static final String FITTING = "fitting";

  private final CurlewIndex index;
  private final EvaluationOptions options;

  public Evaluator(CurlewIndex index, EvaluationOptions options) {
    this.index = index;
    this.options = options;
  }

  public EvaluationReport run(Dataset dataset) throws IOException {
    try (SavedScores fitting = SavedScores.open(index.model(), fittingFile())) {
      if (options.allExact() && options.cache() == null) {
        return run(dataset, index.model(), fitting);
      }
      try (SavedScores saved = SavedScores.open(index.model(), options.cache())) {
        return run(dataset, saved, fitting);
      }
    }
  }

  /** Where scores are kept that methods are fitted on; null if there is none or it is not asked. */
  private @Nullable Path fittingFile() throws IOException {
    Path directory = options.scores();
    if (directory == null || options.methods().stream().noneMatch(Methods::isFitted)) {
      return null;
    }
    return Files.createDirectories(directory).resolve(FITTING);
  }

  private EvaluationReport run(Dataset dataset, InteractionModel model, InteractionModel fitting)
      throws IOException {
    Judgements judgements = dataset.judgements();
    IndexedDocuments documents = IndexedDocuments.of(index);
    requireSameDocuments(documents);
    List<TextQuery> queries =
        EvaluatedQueries.draw(dataset.testQueries(), judgements, index, model, documents, options);
    List<TextQuery> exactQueries =
        queries.subList(0, Math.min(options.exactQueries(), queries.size()));
    ExactScores exact = scores(model, exactQueries, documents);
    double msPerCall = ModelTime.perCall(index, queries, documents.texts(), options.seed());

    Map<String, ExactScores> lookedUp = new HashMap<>(); // rankings that need no search
    if (uses("maxsim")) {
      lookedUp.put("maxsim", scores(index.lateScores(), queries, documents));
    }
    if (uses("muvera")) {
      MuveraModel muvera = new MuveraModel(index.lateInteraction(), options.seed());
      lookedUp.put("muvera", scores(index.reading().model(muvera), queries, documents));
    }
    Map<String, Feature> features = new HashMap<>();
    lookedUp.forEach((name, by) -> features.put(name, by.feature(name, documents.numbers())));

    TextEmbedder embedder = precomputed(texts(queries));
    Methods methods = new Methods(index, fitting, embedder, features, options.seed());
    RankingProfile learned = index.anchors().learned().profile();
    RankingProfile first = Profiles.of(options.profile(), index.anchors());
    RankingProfile other = first.isNone() ? learned : RankingProfile.NONE;
    Rankings ranked =
        new Rankings(
            index, options, model, exact, lookedUp, documents, queries, exactQueries, methods);
    List<MethodResult> results = new ArrayList<>(ranked.by(first));
    List<MethodResult> fused = first.equals(other) ? List.of() : ranked.by(other);
    Map<String, List<String>> exactTop = ranked.exactTop(first);
    Measurement measurement = ranked.measurement(first, exactTop);
    List<EvaluationReport.IndexSize> sizes = new ArrayList<>();
    sizes.add(new EvaluationReport.IndexSize("adaptive", index.bytes()));
    for (Path path : options.others()) {
      String name = "adaptive@" + path.getFileName();
      try (CurlewIndex compared = index.beside(path)) {
        sizes.add(new EvaluationReport.IndexSize(name, compared.bytes()));
        Methods ofOther = new Methods(compared, fitting, embedder, features, options.seed());
        results.addAll(measurement.of(name, "adaptive", compared, ofOther));
      }
    }
    InteractionModel asked = options.allExact() ? exact : model;
    List<DrowningCurve> pools =
        DrowningCurve.of(
            options.poolSize(),
            fused.isEmpty() ? List.of(first) : List.of(first, other),
            queries,
            judgements,
            query -> index.searcher().space(query.text(), methods.features("exact"), asked, null));
    Analysis analysis =
        options.allExact()
            ? Analysis.of(index, documents, queries, exact, exactTop, methods, results)
            : Analysis.NONE;
    return new EvaluationReport(
        dataset.name(),
        index.model().fingerprint(),
        documents.size(),
        queries,
        exactQueries.size(),
        index.anchors().size(),
        index.calls(),
        msPerCall,
        CutText.of(index),
        judgements,
        results,
        fused,
        List.of(first, other),
        sizes,
        pools,
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
