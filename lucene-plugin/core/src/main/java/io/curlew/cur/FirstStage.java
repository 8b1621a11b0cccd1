package io.curlew.cur;

import io.curlew.cur.anchor.FeatureStatistics;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.fit.Prior;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * The lists of a search's features as one list, best first: by the weights learned on training
 * queries, or where nothing was learned by reciprocal ranks (Cormack, Clarke, Buettcher 2009).
 * Where the lists are too short, documents at random follow.
 */
public final class FirstStage {

  /** Best documents of each feature that a search looks at closely. */
  public static final int LIST = 500;

  private static final IntPredicate NONE = document -> false;

  /** Of a document's rank in 1 / (rank + so much). */
  private static final int RANK_OFFSET = 60;

  private FirstStage() {}

  /**
   * The best documents by what the engine's features say, without a look at the anchors: what a
   * rival without anchors would re-rank.
   *
   * @param n so many, or all if there are fewer
   * @return with what the order is by
   */
  public static Estimates hybrid(SearchSpace space, int n) throws IOException {
    return filled(space, merged(space, n, lists(space, n)), n);
  }

  /**
   * The best documents by one feature, then those by the others.
   *
   * @param feature its name
   * @throws IllegalArgumentException if the space has no such feature
   */
  public static Estimates of(SearchSpace space, String feature, int n) throws IOException {
    int index = space.features().indexOf(feature);
    if (index < 0) {
      throw new IllegalArgumentException(
          "feature must be one of " + space.features() + ", got: " + feature);
    }
    int[] list = space.list(index, n);
    Estimates best = new Estimates(list, space.rows(list).features()[index]);
    return list.length == n
        ? best
        : filled(space, append(best, hybrid(space, n).documents(), n), n);
  }

  /**
   * What is expected before any call of the heads of the features' and the latent query's lists,
   * best first: by all that is known, the anchors included.
   *
   * @param n of each list
   */
  public static Estimates expected(SearchSpace space, int n) throws IOException {
    return new Shortlist(space, new Covariates(space), RankingProfile.NONE).begin(n, true);
  }

  static List<int[]> lists(SearchSpace space, int n) throws IOException {
    List<int[]> lists = new ArrayList<>();
    for (int f = 0; f < space.features().size(); f++) {
      lists.add(space.list(f, n));
    }
    return lists;
  }

  private static Estimates merged(SearchSpace space, int n, List<int[]> lists) throws IOException {
    if (lists.size() == 1) {
      int[] list = lists.getFirst();
      return new Estimates(list, space.rows(list).features()[0]);
    }
    Map<Integer, Double> byRank = reciprocalRanks(lists);
    int[] documents = documents(byRank);
    FeatureStatistics all = space.anchors().learned().features();
    FeatureStatistics some = all == null ? null : all.of(space.features());
    float[] scores =
        some == null
            ? scores(byRank)
            : weighted(Prior.learned(some.withoutMean()), space.rows(documents).features());
    int[] best = best(space, documents, scores, Math.min(n, documents.length));
    return new Estimates(pick(documents, best), pick(scores, best));
  }

  /** What the ranks of documents in some lists sum up to. */
  static Map<Integer, Double> reciprocalRanks(List<int[]> lists) {
    Map<Integer, Double> byRank = new LinkedHashMap<>();
    for (int[] list : lists) {
      for (int i = 0; i < list.length; i++) {
        byRank.merge(list[i], 1.0 / (RANK_OFFSET + i + 1), Double::sum);
      }
    }
    return byRank;
  }

  static int[] documents(Map<Integer, Double> byRank) {
    return byRank.keySet().stream().mapToInt(Integer::intValue).toArray();
  }

  static float[] scores(Map<Integer, Double> byRank) {
    float[] scores = new float[byRank.size()];
    int i = 0;
    for (double score : byRank.values()) {
      scores[i++] = (float) score;
    }
    return scores;
  }

  /** The places of the n documents of the highest scores, best first, ties by id. */
  static int[] best(SearchSpace space, int[] documents, float[] scores, int n) throws IOException {
    return new BestScores(some -> space.ids(pick(documents, some))).select(scores, NONE, n);
  }

  private static float[] weighted(Prior prior, float[][] covariates) {
    float[] sums = new float[covariates[0].length];
    for (int d = 0; d < sums.length; d++) {
      double sum = prior.intercept();
      for (int i = 0; i < covariates.length; i++) {
        float value = covariates[i][d];
        sum += Float.isFinite(value) ? prior.weights()[i] * value : 0;
      }
      sums[d] = (float) sum;
    }
    return sums;
  }

  /** Documents that are not in a list, to make it n long: at random, below all that are in it. */
  static Estimates others(SearchSpace space, int[] list, int n) throws IOException {
    Estimates more = append(new Estimates(list, new float[list.length]), space.sample(n, 0), n);
    int[] documents = Arrays.copyOfRange(more.documents(), list.length, more.documents().length);
    float[] scores = new float[documents.length];
    Arrays.fill(scores, -Float.MAX_VALUE);
    return new Estimates(documents, scores);
  }

  private static Estimates filled(SearchSpace space, Estimates list, int n) throws IOException {
    return list.documents().length >= n ? list : append(list, space.sample(n, 0), n);
  }

  /** A list and, of another, what is not in it, with a score of 0; n documents at most. */
  private static Estimates append(Estimates list, int[] others, int n) {
    Set<Integer> listed = new HashSet<>();
    Arrays.stream(list.documents()).forEach(listed::add);
    int[] more =
        Arrays.stream(others)
            .filter(d -> !listed.contains(d))
            .limit(n - list.documents().length)
            .toArray();
    return list.append(new Estimates(more, new float[more.length]));
  }

  /** Values at some places, in the order of these. */
  static float[] pick(float[] values, int[] places) {
    float[] picked = new float[places.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = values[places[i]];
    }
    return picked;
  }

  private static int[] pick(int[] documents, int[] indices) {
    return Arrays.stream(indices).map(i -> documents[i]).toArray();
  }
}
