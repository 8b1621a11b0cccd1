package io.curlew.demo.train;

import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.bert.Tensor;
import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.model.InteractionModel;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.SavedScores;
import io.curlew.demo.train.TrainingSet.Query;
import io.curlew.lucene.CurSearcher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model overrates: for each query the best documents by its own scores that are wrong, found
 * in the whole collection by adaptive search with few calls. Trained on the first stages' lists
 * alone a model never sees these, and the deeper it is applied the worse it ranks.
 */
final class Mistakes {

  /** Kept of each query. */
  private static final int DEPTH = 8;

  private static final String JOB = "job";
  private static final String LISTS = "lists";
  private static final float NONE = -1;

  private Mistakes() {}

  /**
   * Searches, or reads what an earlier run has found; one that was stopped goes on.
   *
   * @param index with cheap anchor rows, whatever the model
   * @param calls of the model for each query
   * @param file to keep them in; the scores are kept beside it until all is found
   */
  static Map<Query, int[]> find(
      List<Query> queries,
      CurlewIndex index,
      Negatives negatives,
      TrainingSet set,
      InteractionModel model,
      int calls,
      Path file)
      throws IOException {
    String job = model.fingerprint() + "; " + calls + " calls; " + queries.size() + " queries";
    if (Files.exists(file)) {
      try (InputStream stream = Files.newInputStream(file)) {
        SafetensorsFile saved = SafetensorsFile.read(stream);
        Tensor lists = saved.arrays().get(LISTS);
        if (saved.require(JOB).equals(job) && lists != null) {
          return fromTensor(queries, lists.values());
        }
      }
      Progress.log("the mistakes in " + file + " are of another job, and are searched anew");
    }
    float[] lists = new float[queries.size() * DEPTH];
    Arrays.fill(lists, NONE);
    Path scores = file.resolveSibling(file.getFileName() + ".scores");
    try (SavedScores saved = SavedScores.open(model, scores);
        Progress progress = Progress.start("Searching for mistakes", queries.size())) {
      CurSearcher searcher = index.searcherFor(model);
      for (int q = 0; q < queries.size(); q++) {
        Query query = queries.get(q);
        SearchResult result =
            new AdaptiveSearch()
                .search(
                    searcher.space(query.text(), index.features(), saved, set.filter()),
                    SearchRequest.of(query.text(), calls, calls));
        int[] best =
            result.hits().stream()
                .filter(Hit::exact)
                .mapToInt(Hit::document)
                .limit(2 * DEPTH)
                .toArray();
        int[] wrong = negatives.wrong(query, best);
        for (int i = 0; i < Math.min(DEPTH, wrong.length); i++) {
          lists[q * DEPTH + i] = wrong[i];
        }
        progress.step(1);
      }
    }
    new SafetensorsFile(
            Map.of(JOB, job), Map.of(LISTS, new Tensor(new long[] {queries.size(), DEPTH}, lists)))
        .write(file);
    Files.deleteIfExists(scores);
    return fromTensor(queries, lists);
  }

  /** Document numbers are exact as float32 up to 16 million. */
  private static Map<Query, int[]> fromTensor(List<Query> queries, float[] lists) {
    Map<Query, int[]> mistakes = new LinkedHashMap<>();
    for (int q = 0; q < queries.size(); q++) {
      float[] list = Arrays.copyOfRange(lists, q * DEPTH, (q + 1) * DEPTH);
      int found = 0;
      while (found < DEPTH && list[found] != NONE) {
        found++;
      }
      int[] documents = new int[found];
      Arrays.setAll(documents, i -> (int) list[i]);
      mistakes.put(queries.get(q), documents);
    }
    return mistakes;
  }
}
