package io.curlew.demo.evaluate;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.ModelCall;
import io.curlew.cur.ModelCalls;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.TextQuery;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Models;
import io.curlew.lucene.DocumentScorer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The time of a model call, measured live. */
final class ModelTime {

  private static final int QUERIES = 20;
  private static final int DOCUMENTS = 50;
  private static final int WARM_UP = 100; // of calls that are as short as compiling them

  private ModelTime() {}

  /** Milliseconds of one call: the median over a few queries and random documents, uncached. */
  static double perCall(CurlewIndex index, List<TextQuery> queries, List<String> texts, long seed)
      throws IOException {
    if (index.fields().tokens() != null) {
      return perStoredCall(index, queries, seed);
    }
    if (!index.isLateInteraction()) {
      return perCall(index.model(), queries, texts, seed);
    }
    LateInteractionOptions uncached = index.reading().options().withCacheBytes(0);
    try (LateInteractionModel live =
        Models.lateInteraction(uncached, index.reading().attention())) {
      return perCall(index.reading().model(live), queries, texts, seed);
    }
  }

  /** Reading is left out, as of texts: a search does it outside its calls. */
  private static double perStoredCall(CurlewIndex index, List<TextQuery> queries, long seed)
      throws IOException {
    DocumentScorer scorer = index.scorer();
    int[] documents = index.searcher().documents();
    Random random = new Random(seed);
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < WARM_UP + QUERIES; i++) {
      int[] some =
          random.ints(DOCUMENTS, 0, documents.length).map(d -> documents[d]).distinct().toArray();
      String query = queries.get(i % queries.size()).text();
      ModelCalls calls = scorer.of(index.searcher().indexSearcher(), query);
      calls.of(some).run(); // the query is encoded
      ModelCall call = calls.of(some);
      long start = System.nanoTime();
      call.run();
      times.add((System.nanoTime() - start) / 1e6 / some.length);
    }
    return median(times.subList(WARM_UP, times.size()));
  }

  private static double perCall(
      InteractionModel model, List<TextQuery> queries, List<String> texts, long seed) {
    Random random = new Random(seed);
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < QUERIES; i++) {
      List<String> some =
          random.ints(DOCUMENTS, 0, texts.size()).mapToObj(texts::get).distinct().toList();
      long start = System.nanoTime();
      model.score(List.of(queries.get(i % queries.size()).text()), some);
      times.add((System.nanoTime() - start) / 1e6 / some.size());
    }
    return median(times);
  }

  private static double median(List<Double> times) {
    Collections.sort(times);
    return times.get(times.size() / 2);
  }
}
