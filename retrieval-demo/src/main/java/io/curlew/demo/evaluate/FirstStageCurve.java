package io.curlew.demo.evaluate;

import io.curlew.cur.FirstStage;
import io.curlew.cur.SearchSpace;
import io.curlew.data.TextQuery;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.rivals.FirstLists;
import io.curlew.lucene.Feature;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Recall of a first stage's list re-ranked, for every length of the list, without searching: a list
 * holds an exact top document if the first stage ranks it within the list's length.
 *
 * @param name of the first stage
 * @param k of the exact top k
 * @param recall by length of the list, from 0 to the longest looked at
 */
record FirstStageCurve(String name, int k, double[] recall) {

  /** The longest list looked at. */
  static final int LONGEST = 5000;

  /**
   * Ranks the exact top documents.
   *
   * @param exactTop best documents of every query, by id
   */
  static List<FirstStageCurve> of(
      String name,
      List<Feature> features,
      CurlewIndex index,
      List<TextQuery> queries,
      Map<String, List<String>> exactTop)
      throws IOException {
    List<Integer> cuts = List.of(10, 100);
    double[][] found = new double[cuts.size()][LONGEST + 1];
    int counted = 0;
    for (TextQuery query : queries) {
      List<String> top = exactTop.get(query.id());
      if (top == null) {
        continue;
      }
      counted++;
      SearchSpace space = index.searcher().space(query.text(), features, index.model(), null);
      List<String> list = space.ids(list(space, name));
      Map<String, Integer> ranks = HashMap.newHashMap(list.size());
      for (int rank = 0; rank < list.size(); rank++) {
        ranks.put(list.get(rank), rank + 1);
      }
      for (int i = 0; i < found.length; i++) {
        int k = Math.min(cuts.get(i), top.size());
        for (String id : top.subList(0, k)) {
          Integer rank = ranks.get(id);
          if (rank != null) {
            found[i][rank] += 1.0 / k;
          }
        }
      }
    }
    for (double[] share : found) {
      for (int length = 1; length < share.length; length++) {
        share[length] += share[length - 1];
      }
      for (int length = 0; length < share.length; length++) {
        share[length] /= Math.max(1, counted);
      }
    }
    return List.of(
        new FirstStageCurve(name, cuts.get(0), found[0]),
        new FirstStageCurve(name, cuts.get(1), found[1]));
  }

  private static int[] list(SearchSpace space, String name) throws IOException {
    return switch (name) {
      case "rrf" -> FirstLists.reciprocalRanks(space, LONGEST);
      case "latent" -> FirstLists.latent(space, LONGEST);
      default ->
          space.features().contains(name)
              ? FirstStage.of(space, name, LONGEST).documents()
              : FirstStage.hybrid(space, LONGEST).documents();
    };
  }

  /** The calls that the list needs for a recall: its length; -1 if the longest is too short. */
  int callsFor(double wanted) {
    for (int length = 0; length < recall.length; length++) {
      if (recall[length] >= wanted - 1e-9) {
        return length;
      }
    }
    return -1;
  }
}
