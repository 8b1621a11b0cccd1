package io.curlew.data.eval;

import java.util.List;
import java.util.Map;

/**
 * How good one ranking is. {@link Measures} has the usual ones; {@link Evaluation} takes one over a
 * run.
 */
public interface Measure {
  /** The name with its cut, for instance {@code ndcg@10}. */
  String name();

  /**
   * The quality of one ranking, 0 to 1.
   *
   * @param ranking document ids, best first, each once
   * @param grades all judged documents of the query with their grades, also those that no ranking
   *     can hold
   */
  double score(List<String> ranking, Map<String, Integer> grades);
}
