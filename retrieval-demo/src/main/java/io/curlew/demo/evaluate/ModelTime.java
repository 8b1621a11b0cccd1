package io.curlew.demo.evaluate;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.model.InteractionModel;
import io.curlew.data.TextQuery;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.Models;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The time of a model call, measured live. */
final class ModelTime {

  private static final int QUERIES = 20;
  private static final int DOCUMENTS = 50;

  private ModelTime() {}

  /** Milliseconds of one call: the median over a few queries and random documents, uncached. */
  static double perCall(CurlewIndex index, List<TextQuery> queries, List<String> texts, long seed)
      throws IOException {
    if (index.model() != index.lateInteraction()) {
      return perCall(index.model(), queries, texts, seed);
    }
    LateInteractionOptions uncached = LateInteractionOptions.defaults().withCacheBytes(0);
    try (LateInteractionModel live = Models.lateInteraction(uncached)) {
      return perCall(live, queries, texts, seed);
    }
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
    Collections.sort(times);
    return times.get(times.size() / 2);
  }
}
