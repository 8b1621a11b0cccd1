package io.curlew.demo.evaluate;

import io.curlew.cur.FirstStage;
import io.curlew.cur.ProfileBonus;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.data.TextQuery;
import io.curlew.data.eval.Evaluation;
import io.curlew.data.eval.Judgements;
import io.curlew.data.eval.PairedBootstrap;
import io.curlew.data.eval.Run;
import io.curlew.demo.console.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How relevance goes with the length of the hybrid list that the model re-ranks, up to a pool of
 * its first documents. A model that drowns ranks worse the more it is asked; then finding more of
 * its best documents helps nobody. R. Jacob, E. Lindgren, M. Zaharia, M. Carbin, O. Khattab, A.
 * Drozdov, "Drowning in documents: consequences of scaling reranker inference", 2024.
 *
 * @param profile of the ranking
 * @param pool documents of each query that were scored
 * @param compared the length that others are compared with: 50, or all of a smaller pool
 * @param points by length
 */
record DrowningCurve(String profile, int pool, int compared, List<Point> points) {

  private static final int[] LENGTHS = {10, 20, 50, 100, 200, 500, 1000};

  /** What other lengths are compared with. */
  private static final int SHORT = 50;

  private static final int DEPTH = 10;
  private static final long SEED = 1;

  /**
   * One length.
   *
   * @param difference of MRR@10 to the list that is compared with, with its 95 % interval
   */
  record Point(int length, double mrr, double ndcg, double difference, double low, double high) {}

  /**
   * Scores the pools, once, for all profiles.
   *
   * @param size of a pool, or all documents if there are fewer
   */
  static List<DrowningCurve> of(
      int size,
      List<RankingProfile> profiles,
      List<TextQuery> queries,
      Judgements judgements,
      SpaceOf spaces)
      throws IOException {
    if (size < 1 || judgements.queries().isEmpty()) {
      return List.of();
    }
    List<Map<Integer, Map<String, List<Run.Hit>>>> rankings = new ArrayList<>();
    profiles.forEach(profile -> rankings.add(new LinkedHashMap<>()));
    int pool = 0;
    try (Progress progress = Progress.start("Pools", queries.size())) {
      for (TextQuery query : queries) {
        SearchSpace space = spaces.of(query);
        int[] documents = FirstStage.hybrid(space, Math.min(size, space.size())).documents();
        float[] scores = space.score(documents).run();
        List<String> ids = space.ids(documents);
        pool = Math.max(pool, documents.length);
        for (int p = 0; p < profiles.size(); p++) {
          float[] bonus = ProfileBonus.of(space, profiles.get(p), documents);
          for (int length : lengths(documents.length)) {
            rankings
                .get(p)
                .computeIfAbsent(length, l -> new HashMap<>())
                .put(query.id(), best(ids, scores, bonus, length));
          }
        }
        progress.step(1);
      }
    }
    List<DrowningCurve> curves = new ArrayList<>();
    for (int p = 0; p < profiles.size(); p++) {
      curves.add(
          new DrowningCurve(
              profiles.get(p).toString(),
              pool,
              Math.min(SHORT, pool),
              points(rankings.get(p), Math.min(SHORT, pool), queries, judgements)));
    }
    return curves;
  }

  /** The documents that may answer a query, and its model. */
  @FunctionalInterface
  interface SpaceOf {
    SearchSpace of(TextQuery query) throws IOException;
  }

  private static int[] lengths(int pool) {
    return IntStream.concat(IntStream.of(LENGTHS).filter(l -> l < pool), IntStream.of(pool))
        .toArray();
  }

  /** The first of a list, in the model's order; ties in the list's. */
  private static List<Run.Hit> best(List<String> ids, float[] scores, float[] bonus, int length) {
    return IntStream.range(0, length)
        .boxed()
        .sorted(Comparator.comparingDouble(d -> -(scores[d] + bonus[d])))
        .limit(DEPTH)
        .map(d -> new Run.Hit(ids.get(d), scores[d] + bonus[d]))
        .toList();
  }

  private static List<Point> points(
      Map<Integer, Map<String, List<Run.Hit>>> rankings,
      int compared,
      List<TextQuery> queries,
      Judgements judgements) {
    Map<Integer, List<Double>> ranks = new LinkedHashMap<>();
    Map<Integer, Double> gains = new LinkedHashMap<>();
    rankings.forEach(
        (length, ranking) -> {
          Map<String, List<Run.Hit>> inOrder = new LinkedHashMap<>();
          queries.forEach(q -> inOrder.put(q.id(), ranking.getOrDefault(q.id(), List.of())));
          Run run = Run.of("pool", inOrder);
          ranks.put(
              length,
              List.copyOf(Evaluation.of(Relevance.MRR, run, judgements).perQuery().values()));
          gains.put(length, Evaluation.of(Relevance.NDCG, run, judgements).mean());
        });
    List<Point> points = new ArrayList<>();
    List<Double> ofShort = ranks.getOrDefault(compared, List.of());
    ranks.forEach(
        (length, values) -> {
          PairedBootstrap less = PairedBootstrap.ofDifferences(values, ofShort, SEED);
          points.add(
              new Point(
                  length,
                  values.stream().mapToDouble(Double::doubleValue).average().orElse(0),
                  gains.getOrDefault(length, Double.NaN),
                  less.value(),
                  less.low(),
                  less.high()));
        });
    return points;
  }
}
