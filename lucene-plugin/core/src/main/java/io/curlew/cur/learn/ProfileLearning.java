package io.curlew.cur.learn;

import io.curlew.cur.Estimates;
import io.curlew.cur.FirstStage;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RankingProfile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Learns a ranking profile for relevance from judged training queries: the weights of features with
 * the highest mean nDCG@10 of the score plus weighted features, by coordinate ascent and along the
 * ray of all weights. No model is called: the scores of anchor queries are known, and for others
 * what is expected of them before any call stands in.
 *
 * <p>A profile is given only where it ranks queries better that it was not learned from, by
 * five-fold cross-validation.
 */
public final class ProfileLearning {

  /** Fewer judged queries say nothing. */
  private static final int FEWEST = 20;

  private static final int FOLDS = 5;
  private static final int PASSES = 3;
  private static final int DEPTH = 10;

  /** Of each list, and of the best by the model's own score. */
  private static final int LIST = 200;

  /** Of weights, relative to the deviation of scores over that of the feature. */
  private static final double[] GRID = {
    0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.55, 0.75, 1, 1.4, 2, 3, 5, 10
  };

  /** Where the ascent begins: nothing, and everything, is a long way off. */
  private static final int MIDDLE = 7;

  private final List<Judged> queries = new ArrayList<>();
  private final List<String> names;
  private double[] units = new double[0];

  /** A judged query's documents: scores, features and grades. */
  private record Judged(double[] scores, double[][] features, int[] grades, double ideal) {}

  private ProfileLearning(List<String> names) {
    this.names = names;
  }

  /**
   * What was learned.
   *
   * @param queries that were judged
   * @param without the mean nDCG@10 by the model's score alone
   * @param with that of the profiles of the folds, on queries that they were not learned from
   */
  public record Outcome(RankingProfile profile, int queries, double without, double with) {}

  /**
   * Learns.
   *
   * @param anchors with what was learned on them so far
   * @param anchorQueries as they were learned from
   * @param judgements for anchors, by their places, documents of their spaces and grades
   * @param others judged queries that are no anchors
   */
  public static Outcome learn(
      AnchorSet anchors,
      AnchorQueries anchorQueries,
      Map<Integer, Map<Integer, Integer>> judgements,
      List<JudgedQuery> others)
      throws IOException {
    boolean whole = anchors.dimension() == anchors.size(); // else no score is known as it is
    int count = judgements.size() + others.size();
    if (!whole || count < FEWEST) {
      return new Outcome(RankingProfile.NONE, count, Double.NaN, Double.NaN);
    }
    ProfileLearning learning = new ProfileLearning(anchorQueries.space(0).features());
    for (Map.Entry<Integer, Map<Integer, Integer>> judged : judgements.entrySet()) {
      learning.addAnchor(
          anchors, anchorQueries.space(judged.getKey()), judged.getKey(), judged.getValue());
    }
    for (JudgedQuery query : others) {
      Estimates expected = FirstStage.expected(query.space(), LIST);
      double[] scores = new double[expected.scores().length];
      Arrays.setAll(scores, d -> expected.scores()[d]);
      learning.add(query.space(), expected.documents(), scores, query.grades());
    }
    return learning.learn();
  }

  /** Learns from what a model said of judged queries, see {@link CallLearning}. */
  static Outcome learn(List<CallLearning.Scored> queries) throws IOException {
    List<CallLearning.Scored> judged =
        queries.stream().filter(query -> !query.grades().isEmpty()).toList();
    if (judged.size() < FEWEST) {
      return new Outcome(RankingProfile.NONE, judged.size(), Double.NaN, Double.NaN);
    }
    ProfileLearning learning = new ProfileLearning(judged.getFirst().space().features());
    for (CallLearning.Scored query : judged) {
      learning.add(
          query.space(), query.documents(), WithinQuery.finite(query.scores()), query.grades());
    }
    return learning.learn();
  }

  /**
   * A judged query that is no anchor.
   *
   * @param grades of documents of the space
   */
  public record JudgedQuery(SearchSpace space, Map<Integer, Integer> grades) {}

  private void addAnchor(
      AnchorSet anchors, SearchSpace space, int anchor, Map<Integer, Integer> grades)
      throws IOException {
    float[] own = new float[anchors.size()];
    own[anchor] = 1;
    Set<Integer> pool = new LinkedHashSet<>();
    Arrays.stream(space.top(anchors.latent(own, 0), document -> false, LIST).documents())
        .forEach(pool::add);
    for (int f = 0; f < names.size(); f++) {
      Arrays.stream(space.list(f, LIST)).forEach(pool::add);
    }
    int[] documents = pool.stream().mapToInt(Integer::intValue).toArray();
    float[][] centred = space.rows(documents).values();
    add(
        space,
        documents,
        IntStream.range(0, documents.length).mapToDouble(d -> centred[d][anchor]).toArray(),
        grades);
  }

  private void add(
      SearchSpace space, int[] documents, double[] scores, Map<Integer, Integer> grades)
      throws IOException {
    float[][] features = space.rows(documents).features();
    double[][] values = new double[names.size()][documents.length];
    for (int f = 0; f < values.length; f++) {
      for (int d = 0; d < documents.length; d++) {
        values[f][d] = Float.isFinite(features[f][d]) ? features[f][d] : 0;
      }
    }
    queries.add(
        new Judged(
            scores,
            values,
            Arrays.stream(documents).map(d -> grades.getOrDefault(d, 0)).toArray(),
            ideal(grades)));
  }

  private static double ideal(Map<Integer, Integer> grades) {
    int[] best =
        grades.values().stream()
            .sorted(Comparator.reverseOrder())
            .mapToInt(Integer::intValue)
            .limit(DEPTH)
            .toArray();
    return discounted(best);
  }

  private static double discounted(int[] grades) {
    double sum = 0;
    for (int i = 0; i < grades.length; i++) {
      sum += (Math.pow(2, grades[i]) - 1) / (Math.log(i + 2) / Math.log(2));
    }
    return sum;
  }

  private Outcome learn() {
    units = units();
    double without = mean(new double[names.size()], q -> true);
    double with = 0;
    for (int fold = 0; fold < FOLDS; fold++) {
      int f = fold;
      double[] weights = ascend(q -> q % FOLDS != f);
      long held = IntStream.range(0, queries.size()).filter(q -> q % FOLDS == f).count();
      with += mean(weights, q -> q % FOLDS == f) * held / queries.size();
    }
    if (!(with > without)) {
      return new Outcome(RankingProfile.NONE, queries.size(), without, with);
    }
    double[] weights = ascend(q -> true);
    Map<String, Double> byName = new LinkedHashMap<>();
    for (int f = 0; f < weights.length; f++) {
      byName.put(names.get(f), weights[f]);
    }
    return new Outcome(new RankingProfile(byName), queries.size(), without, with);
  }

  /** The deviation of scores over that of each feature, within queries. */
  private double[] units() {
    double score = 0;
    double[] sums = new double[names.size()];
    for (Judged query : queries) {
      score += variance(query.scores);
      for (int f = 0; f < sums.length; f++) {
        sums[f] += variance(query.features[f]);
      }
    }
    for (int f = 0; f < sums.length; f++) {
      sums[f] = sums[f] > 0 ? Math.sqrt(score / sums[f]) : 0;
    }
    return sums;
  }

  private static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0);
  }

  private double[] ascend(IntPredicate used) {
    Map<List<Integer>, Double> known = new HashMap<>();
    int[] best = new int[names.size()];
    Arrays.fill(best, MIDDLE);
    for (int pass = 0; pass < PASSES; pass++) {
      for (int f = 0; f < best.length; f++) {
        double highest = Double.NEGATIVE_INFINITY;
        int kept = best[f];
        for (int step = 0; step < GRID.length; step++) {
          best[f] = step;
          double value = smoothed(best, 0, used, known);
          if (value > highest) {
            highest = value;
            kept = step;
          }
        }
        best[f] = kept;
      }
    }
    return weights(best);
  }

  /** The mean over a place in the grid, with weight 2, and its neighbours, with 1 a side. */
  private double smoothed(
      int[] place, int from, IntPredicate used, Map<List<Integer>, Double> known) {
    if (from == place.length) {
      return known.computeIfAbsent(
          Arrays.stream(place).boxed().toList(), any -> mean(weights(place), used));
    }
    int here = place[from];
    double sum = 2 * smoothed(place, from + 1, used, known);
    for (int neighbour : new int[] {here - 1, here + 1}) {
      place[from] = Math.clamp(neighbour, 0, GRID.length - 1);
      sum += smoothed(place, from + 1, used, known);
    }
    place[from] = here;
    return sum / 4;
  }

  private double[] weights(int[] place) {
    double[] weights = new double[place.length];
    Arrays.setAll(weights, f -> GRID[place[f]] * units[f]);
    return weights;
  }

  private double mean(double[] weights, IntPredicate used) {
    return IntStream.range(0, queries.size())
        .filter(used)
        .mapToDouble(q -> ndcg(queries.get(q), weights))
        .average()
        .orElse(0);
  }

  /** Ties are ranked in the order in which the documents were given. */
  private static double ndcg(Judged query, double[] weights) {
    int n = query.scores.length;
    double[] sums = query.scores.clone();
    for (int f = 0; f < weights.length; f++) {
      for (int d = 0; weights[f] != 0 && d < n; d++) {
        sums[d] += weights[f] * query.features[f][d];
      }
    }
    double found = 0;
    for (int d = 0; d < n; d++) {
      if (query.grades[d] > 0) {
        int rank = 0;
        for (int other = 0; other < n; other++) {
          boolean tiedBefore = other < d && sums[other] == sums[d];
          rank += sums[other] > sums[d] || tiedBefore ? 1 : 0;
        }
        if (rank < DEPTH) {
          found += (Math.pow(2, query.grades[d]) - 1) / (Math.log(rank + 2) / Math.log(2));
        }
      }
    }
    return query.ideal > 0 ? found / query.ideal : 0;
  }
}
