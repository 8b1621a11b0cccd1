package io.curlew.demo.rivals;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** A sparse matrix of scores, and the dense vectors of its queries and items. */
final class SparseScores {

  private final float[][] queries;
  private final float[][] items;
  private final int[] query; // of each score
  private final int[] item;
  private final double[] score;
  private final int[][] ofQuery;
  private final int[][] ofItem;

  /**
   * Scores of some pairs, none of them twice.
   *
   * @param queries their vectors, {@code [queries][d]}
   * @param items their vectors, {@code [items][d]}
   * @param query the query of each score
   * @param item the item of each score
   */
  SparseScores(float[][] queries, float[][] items, int[] query, int[] item, double[] score) {
    this.queries = queries;
    this.items = items;
    this.query = query;
    this.item = item;
    this.score = score;
    this.ofQuery = grouped(query, queries.length);
    this.ofItem = grouped(item, items.length);
  }

  private static int[][] grouped(int[] keys, int groups) {
    int[] sizes = new int[groups];
    Arrays.stream(keys).forEach(key -> sizes[key]++);
    int[][] grouped = new int[groups][];
    Arrays.setAll(grouped, group -> new int[sizes[group]]);
    for (int i = keys.length - 1; i >= 0; i--) {
      grouped[keys[i]][--sizes[keys[i]]] = i;
    }
    return grouped;
  }

  int size() {
    return score.length;
  }

  float[][] queries() {
    return queries;
  }

  float[][] items() {
    return items;
  }

  int query(int i) {
    return query[i];
  }

  int item(int i) {
    return item[i];
  }

  double score(int i) {
    return score[i];
  }

  /** The places of a query's scores. */
  int[] ofQuery(int which) {
    return ofQuery[which];
  }

  /** The places of an item's scores. */
  int[] ofItem(int which) {
    return ofItem[which];
  }

  /** The scores without some, and these alone: one in {@code share}, drawn at random. */
  SparseScores[] heldOut(int share, long seed) {
    Random random = new Random(seed);
    boolean[] out = new boolean[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = random.nextInt(share) == 0;
    }
    return new SparseScores[] {part(i -> !out[i]), part(i -> out[i])};
  }

  private SparseScores part(IntPredicate taken) {
    int[] places = IntStream.range(0, size()).filter(taken).toArray();
    return new SparseScores(
        queries,
        items,
        Arrays.stream(places).map(i -> query[i]).toArray(),
        Arrays.stream(places).map(i -> item[i]).toArray(),
        Arrays.stream(places).mapToDouble(i -> score[i]).toArray());
  }
}
