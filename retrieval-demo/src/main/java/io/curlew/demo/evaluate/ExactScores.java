package io.curlew.demo.evaluate;

import io.curlew.cur.Hit;
import io.curlew.cur.SearchResult;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.TextQuery;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.IndexedDocuments;
import io.curlew.lucene.FirstStage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
   * @param exactTop the best documents of each query, or null if these scores are the exact ones
   */
  MethodResult rank(
      String method,
      List<TextQuery> asked,
      IndexedDocuments ranked,
      @Nullable Map<String, List<String>> exactTop) {
    MethodResult result = new MethodResult(method, 0);
    for (TextQuery query : asked) {
      SearchResult best = search(row(query.text()), ranked);
      result.add(
          query.id(),
          best,
          exactTop == null ? best.hits().stream().map(Hit::id).toList() : exactTop.get(query.id()));
    }
    return result;
  }

  private static SearchResult search(float[] scores, IndexedDocuments ranked) {
    long start = System.nanoTime();
    List<String> ids = ranked.ids();
    List<Hit> hits =
        IntStream.range(0, ranked.size())
            .boxed()
            .sorted(Comparator.comparingDouble((Integer d) -> -scores[d]).thenComparing(ids::get))
            .limit(Evaluator.DEPTH)
            .map(d -> new Hit(ids.get(d), ranked.numbers()[d], scores[d], true, 0))
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

  /**
   * Ranks an index by these scores.
   *
   * @param numbers of the documents in the index
   */
  FirstStage firstStage(int[] numbers) {
    return (searcher, query, accepted, filled) -> {
      Arrays.fill(filled, Float.NaN);
      float[] row = row(query);
      for (int d = 0; d < numbers.length; d++) {
        if (accepted.get(numbers[d])) {
          filled[numbers[d]] = row[d];
        }
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
