package io.curlew.data.eval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One measure over one run.
 *
 * @param measure the measure's name
 * @param perQuery the measure of every query that is judged and has a non-empty ranking, in the
 *     order of the run; never empty
 * @param judgedQueries how many queries are judged, with or without a ranking
 */
public record Evaluation(String measure, Map<String, Double> perQuery, int judgedQueries) {
  /**
   * @throws IllegalArgumentException if there is no query, or fewer judged ones than measured ones
   */
  public Evaluation {
    if (perQuery.isEmpty()) {
      throw new IllegalArgumentException(
          "run and judgements must have a query in common, got: none of "
              + judgedQueries
              + " judged queries");
    }
    if (judgedQueries < perQuery.size()) {
      throw new IllegalArgumentException(
          "judged queries must be at least the "
              + perQuery.size()
              + " measured, got: "
              + judgedQueries);
    }
    perQuery = Collections.unmodifiableMap(new LinkedHashMap<>(perQuery));
  }

  /**
   * Measures a run. The order of its rankings is taken as it is: that is trec_eval's order for a
   * run that was {@linkplain Run#read read}, and the order trec_eval finds in the file for one that
   * will be {@linkplain Run#write written}.
   *
   * @throws IllegalArgumentException if no query is in both
   */
  public static Evaluation of(Measure measure, Run run, Judgements judgements) {
    Map<String, Double> perQuery = new LinkedHashMap<>();
    for (String query : run.queries()) {
      if (judgements.queries().contains(query) && !run.ranking(query).isEmpty()) {
        perQuery.put(query, measure.score(run.documents(query), judgements.judged(query)));
      }
    }
    return new Evaluation(measure.name(), perQuery, judgements.queries().size());
  }

  /**
   * The mean over the queries that are in both run and judgements: trec_eval without {@code -c}.
   */
  public double mean() {
    return sum() / perQuery.size();
  }

  /** The mean over all judged queries, absent ones counting 0: trec_eval with {@code -c}. */
  public double meanOverJudged() {
    return sum() / judgedQueries;
  }

  private double sum() {
    return perQuery.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
