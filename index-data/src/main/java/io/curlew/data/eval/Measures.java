package io.curlew.data.eval;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleBiFunction;

/**
 * The measures of trec_eval 9 that the evaluation needs, and the overlap of two rankings. A
 * document is relevant from grade 1; unjudged documents count as not relevant. A query without a
 * relevant document scores 0. All are linear in the length of the ranking, nDCG also sorts the
 * judged grades.
 */
public final class Measures {
  private static final int RELEVANT = 1;

  private Measures() {}

  /**
   * The share of the relevant documents that is in the first {@code k}; trec_eval {@code recall_k}.
   *
   * @throws IllegalArgumentException if {@code k} is below 1
   */
  public static Measure recall(int k) {
    requireCut(k);
    return named(
        "recall@" + k,
        (ranking, grades) -> {
          long relevant = relevantIn(grades);
          long found =
              first(k, ranking).stream().filter(document -> isRelevant(document, grades)).count();
          return relevant == 0 ? 0 : (double) found / relevant;
        });
  }

  /**
   * Normalised discounted cumulative gain of the first {@code k}: gain is the grade (0 if
   * negative), discount is log2(rank + 1), and the ideal ranking is over all judged documents, also
   * those not in the corpus; trec_eval {@code ndcg_cut_k}.
   *
   * @throws IllegalArgumentException if {@code k} is below 1
   */
  public static Measure ndcg(int k) {
    requireCut(k);
    return named(
        "ndcg@" + k,
        (ranking, grades) -> {
          List<Integer> ideal =
              grades.values().stream()
                  .sorted(Comparator.<Integer>naturalOrder().reversed())
                  .toList();
          List<Integer> got =
              ranking.stream().limit(k).map(document -> grades.getOrDefault(document, 0)).toList();
          double best = discountedGain(first(k, ideal));
          return best == 0 ? 0 : discountedGain(got) / best;
        });
  }

  /**
   * One over the rank of the first relevant document among the first {@code k}, else 0; trec_eval
   * {@code recip_rank} with {@code -M k}. Its mean is MRR.
   *
   * @throws IllegalArgumentException if {@code k} is below 1
   */
  public static Measure reciprocalRank(int k) {
    requireCut(k);
    return named(
        "mrr@" + k,
        (ranking, grades) -> {
          int rank = 0;
          for (String document : first(k, ranking)) {
            rank++;
            if (isRelevant(document, grades)) {
              return 1.0 / rank;
            }
          }
          return 0;
        });
  }

  /**
   * Precision averaged over the ranks of the relevant documents, those not returned counting 0;
   * trec_eval {@code map}.
   */
  public static Measure averagePrecision() {
    return named(
        "map",
        (ranking, grades) -> {
          double sum = 0;
          int found = 0;
          int rank = 0;
          for (String document : ranking) {
            rank++;
            if (isRelevant(document, grades)) {
              found++;
              sum += (double) found / rank;
            }
          }
          long relevant = relevantIn(grades);
          return relevant == 0 ? 0 : sum / relevant;
        });
  }

  /**
   * The share of the exact top {@code k} that is found in the returned top {@code k}. If the exact
   * list is shorter than {@code k}, the share of all of it.
   *
   * @param exactTop document ids by exact score, best first
   * @param returnedTop document ids as returned, best first
   * @throws IllegalArgumentException if {@code k} is below 1 or the exact list is empty
   */
  public static double overlapAt(List<String> exactTop, List<String> returnedTop, int k) {
    requireCut(k);
    if (exactTop.isEmpty()) {
      throw new IllegalArgumentException("exact ranking must not be empty, got: []");
    }
    Set<String> returned = new HashSet<>(first(k, returnedTop));
    List<String> exact = first(k, exactTop);
    return (double) exact.stream().filter(returned::contains).count() / exact.size();
  }

  private static void requireCut(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got: " + k);
    }
  }

  private static <T> List<T> first(int k, List<T> list) {
    return list.subList(0, Math.min(k, list.size()));
  }

  private static boolean isRelevant(String document, Map<String, Integer> grades) {
    return grades.getOrDefault(document, 0) >= RELEVANT;
  }

  private static long relevantIn(Map<String, Integer> grades) {
    return grades.values().stream().filter(grade -> grade >= RELEVANT).count();
  }

  private static double discountedGain(List<Integer> grades) {
    double sum = 0;
    int rank = 0;
    for (int grade : grades) {
      rank++;
      sum += Math.max(0, grade) * Math.log(2) / Math.log(rank + 1);
    }
    return sum;
  }

  private static Measure named(
      String name, ToDoubleBiFunction<List<String>, Map<String, Integer>> score) {
    return new NamedMeasure(name, score);
  }

  private record NamedMeasure(
      String name, ToDoubleBiFunction<List<String>, Map<String, Integer>> function)
      implements Measure {
    @Override
    public double score(List<String> ranking, Map<String, Integer> grades) {
      return function.applyAsDouble(ranking, grades);
    }
  }
}
