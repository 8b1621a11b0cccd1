package io.curlew.demo.evaluate;

import io.curlew.cur.Hit;
import io.curlew.cur.SearchResult;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.TextQuery;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.IndexedDocuments;
import io.curlew.lucene.Feature;
import io.curlew.lucene.rows.DocumentScores;
import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/** The exact scores of queries against all documents, computed once and replayed as a model. */
final class ExactScores implements InteractionModel {

  private final String fingerprint;
  private final float[][] scores;
  private final Map<String, Integer> queries = new HashMap<>();
  private final Map<String, Integer> documents = new HashMap<>();

  private ExactScores(
      String fingerprint, List<String> queries, List<String> documents, float[][] scores) {
    this.fingerprint = fingerprint;
    this.scores = scores;
    for (int q = 0; q < queries.size(); q++) {
      this.queries.put(queries.get(q), q);
    }
    for (int d = 0; d < documents.size(); d++) {
      this.documents.put(documents.get(d), d);
    }
  }

  /**
   * Computes the scores, or reads those that an earlier run has left.
   *
   * @param directory where they are kept, or null to forget them
   */
  static ExactScores compute(
      InteractionModel model,
      List<String> queries,
      List<String> documents,
      @Nullable Path directory)
      throws IOException {
    float[][] scores = new float[queries.size()][documents.size()];
    if (queries.isEmpty()) {
      return new ExactScores(model.fingerprint(), queries, documents, scores);
    }
    try (@Nullable ScoreFile file =
            directory == null
                ? null
                : ScoreFile.open(directory, model.fingerprint(), queries, documents);
        Progress progress =
            Progress.start("Scores of all documents by " + label(model), documents.size())) {
      int known = file == null ? 0 : file.read(scores);
      progress.step(known);
      for (int from = known; from < documents.size(); from += ScoreFile.BLOCK) {
        int to = Math.min(documents.size(), from + ScoreFile.BLOCK);
        float[][] block = model.score(queries, documents.subList(from, to));
        for (int q = 0; q < scores.length; q++) {
          System.arraycopy(block[q], 0, scores[q], from, to - from);
        }
        if (file != null) {
          file.append(scores, from, to);
        }
        progress.step(to - from);
      }
      if (file != null) {
        file.finish();
      }
    }
    return new ExactScores(model.fingerprint(), queries, documents, scores);
  }

  /** What a fingerprint begins with. */
  private static String label(InteractionModel model) {
    return model.fingerprint().split("[:,]", 2)[0];
  }

  /** The scores of one query, by document. */
  float[] row(String query) {
    return scores[index(queries, query)];
  }

  /**
   * Ranks all documents for each query, as a method that has called for all of them.
   *
   * @param bonus what a ranking profile adds to the scores of a query
   * @param exactTop the best documents of each query, or null if these scores are the exact ones
   */
  MethodResult rank(
      String method,
      List<TextQuery> asked,
      IndexedDocuments ranked,
      Function<TextQuery, float[]> bonus,
      @Nullable Map<String, List<String>> exactTop) {
    MethodResult result = new MethodResult(method, MethodResult.NO_BUDGET, /* fittingCalls= */ 0);
    for (TextQuery query : asked) {
      SearchResult best = search(row(query.text()), bonus.apply(query), ranked);
      result.add(
          query.id(),
          best,
          exactTop == null ? best.hits().stream().map(Hit::id).toList() : exactTop.get(query.id()));
    }
    return result;
  }

  private static SearchResult search(float[] scores, float[] bonus, IndexedDocuments ranked) {
    long start = System.nanoTime();
    List<String> ids = ranked.ids();
    List<Hit> hits =
        IntStream.range(0, ranked.size())
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer d) -> -(scores[d] + bonus[d]))
                    .thenComparing(ids::get))
            .limit(Evaluator.DEPTH)
            .map(d -> hit(ids.get(d), ranked.numbers()[d], scores[d], bonus[d]))
            .toList();
    return new SearchResult(
        hits,
        ranked.size(),
        0,
        System.nanoTime() - start,
        List.of(),
        SearchResult.Stop.BUDGET,
        null);
  }

  private static Hit hit(String id, int number, float score, float bonus) {
    return new Hit(id, number, score + bonus, score, true, 0);
  }

  /**
   * These scores as a feature.
   *
   * @param numbers of the documents in the index, ascending
   */
  Feature feature(String name, int[] numbers) {
    return new Feature() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public FeatureScores of(IndexView view, String query, FixedBitSet accepted) {
        float[] scores = row(query).clone();
        for (int d = 0; d < numbers.length; d++) {
          if (!accepted.get(numbers[d])) {
            scores[d] = Float.NaN;
          }
        }
        return new DocumentScores(view, numbers, scores);
      }
    };
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public float[][] score(List<String> queryTexts, List<String> texts) {
    float[][] result = new float[queryTexts.size()][texts.size()];
    for (int q = 0; q < result.length; q++) {
      float[] row = scores[index(queries, queryTexts.get(q))];
      for (int d = 0; d < texts.size(); d++) {
        result[q][d] = row[index(documents, texts.get(d))];
      }
    }
    return result;
  }

  private static int index(Map<String, Integer> map, String text) {
    Integer index = map.get(text);
    if (index == null) {
      throw new IllegalStateException("text must have been scored, got: " + text);
    }
    return index;
  }

  @Override
  public void close() {}
}
