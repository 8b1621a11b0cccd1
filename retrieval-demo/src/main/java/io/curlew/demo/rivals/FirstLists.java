package io.curlew.demo.rivals;

import io.curlew.cur.BestScores;
import io.curlew.cur.FirstStage;
import io.curlew.cur.SearchSpace;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Lists of the best documents before any call, for {@link ListRerank}. */
public final class FirstLists {

  /** Of a document's rank in 1 / (rank + so much), as published. */
  private static final int RANK_OFFSET = 60;

  /** The length of the lists that are merged by ranks, at least. */
  private static final int MERGED = 1000;

  private FirstLists() {}

  /**
   * The features' lists as one by reciprocal ranks, whatever was learned: the sum over the lists of
   * 1 / (60 + rank), ranks from 1. Cormack, Clarke, Buettcher, "Reciprocal rank fusion outperforms
   * Condorcet and individual rank learning methods", SIGIR 2009. Ties by external id.
   *
   * @param n so many, or all if there are fewer
   */
  public static int[] reciprocalRanks(SearchSpace space, int n) throws IOException {
    Map<Integer, Double> sums = new LinkedHashMap<>();
    for (int f = 0; f < space.features().size(); f++) {
      int[] list = space.list(f, Math.max(n, MERGED));
      for (int i = 0; i < list.length; i++) {
        sums.merge(list[i], 1.0 / (RANK_OFFSET + i + 1), Double::sum);
      }
    }
    int[] documents = sums.keySet().stream().mapToInt(Integer::intValue).toArray();
    float[] scores = new float[documents.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = sums.getOrDefault(documents[i], 0.0).floatValue();
    }
    return filled(space, best(space, documents, scores, n), n);
  }

  /**
   * By what is expected of documents with all that was learned, the latent query included: the list
   * that adaptive search starts from.
   *
   * @param n so many, or all if there are fewer
   */
  public static int[] latent(SearchSpace space, int n) throws IOException {
    int[] list = FirstStage.expected(space, Math.max(n, FirstStage.LIST)).documents();
    return filled(space, list, n);
  }

  /** The n best of some documents, ties by external id. */
  static int[] best(SearchSpace space, int[] documents, float[] scores, int n) throws IOException {
    int[] best =
        new BestScores(some -> space.ids(pick(documents, some))).select(scores, place -> false, n);
    return pick(documents, best);
  }

  /** The first n of a list; where it is too short the hybrid list follows. */
  static int[] filled(SearchSpace space, int[] list, int n) throws IOException {
    if (list.length >= n) {
      return Arrays.copyOf(list, n);
    }
    int[] others = without(FirstStage.hybrid(space, n).documents(), list);
    return IntStream.concat(Arrays.stream(list), Arrays.stream(others)).limit(n).toArray();
  }

  /** The documents of a list that are not among others, in its order. */
  static int[] without(int[] list, int[] others) {
    BitSet left = new BitSet();
    for (int document : others) {
      left.set(document);
    }
    return Arrays.stream(list).filter(document -> !left.get(document)).toArray();
  }

  private static int[] pick(int[] documents, int[] places) {
    return Arrays.stream(places).map(i -> documents[i]).toArray();
  }
}
