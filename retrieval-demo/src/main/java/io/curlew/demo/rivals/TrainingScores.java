package io.curlew.demo.rivals;

import io.curlew.cur.model.InteractionModel;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A sparse matrix of a model's scores that rivals are fitted on: training queries, and for each of
 * them some documents. The training queries are the first {@value #QUERIES} anchor queries.
 */
record TrainingScores(List<Query> queries) {

  static final int QUERIES = 200;

  /**
   * One training query.
   *
   * @param vector its dense vector
   * @param documents numbers, none of them twice
   * @param scores theirs
   */
  record Query(float[] vector, int[] documents, float[] scores) {}

  /** The number of scores. */
  long calls() {
    return queries.stream().mapToLong(query -> query.documents().length).sum();
  }

  /** The documents that have a score, ascending. */
  int[] documents() {
    return queries.stream()
        .flatMapToInt(query -> Arrays.stream(query.documents()))
        .sorted()
        .distinct()
        .toArray();
  }

  /**
   * These scores by the places of queries and documents.
   *
   * @param vectors dense ones of {@link #documents}, in their order
   */
  SparseScores sparse(float[][] vectors) {
    int[] places = documents();
    int[] query = new int[(int) calls()];
    int[] item = new int[query.length];
    double[] score = new double[query.length];
    int size = 0;
    for (int q = 0; q < queries.size(); q++) {
      int[] some = queries.get(q).documents();
      for (int i = 0; i < some.length; i++) {
        query[size] = q;
        item[size] = Arrays.binarySearch(places, some[i]);
        score[size++] = queries.get(q).scores()[i];
      }
    }
    float[][] asked = queries.stream().map(Query::vector).toArray(float[][]::new);
    return new SparseScores(asked, vectors, query, item, score);
  }

  /**
   * Calls a model for the heads of dense lists and for documents at random.
   *
   * @param head documents of each list
   * @param random documents beside them, drawn for each query anew
   */
  static TrainingScores called(
      CurlewIndex index,
      DenseVectors vectors,
      InteractionModel model,
      int head,
      int random,
      long seed)
      throws IOException {
    int[] all = index.searcher().documents();
    Random draws = new Random(seed);
    List<String> texts = texts(index);
    float[][] dense = index.queryEmbedder().embed(texts);
    List<Query> queries = new ArrayList<>();
    try (Progress progress = Progress.start("Scores of training queries", texts.size())) {
      for (int q = 0; q < dense.length; q++) {
        int[] list = vectors.nearest(dense[q], head);
        int[] others = draws.ints(random, 0, all.length).map(i -> all[i]).toArray();
        int[] some =
            IntStream.concat(IntStream.of(list), IntStream.of(others)).distinct().toArray();
        List<String> documents = index.searcher().texts(some);
        float[] scores = model.score(List.of(texts.get(q)), documents)[0];
        queries.add(new Query(dense[q], some, scores));
        progress.step(1);
      }
    }
    return new TrainingScores(queries);
  }

  /**
   * The scores of the heads of dense lists, from the rows of an index that hold them.
   *
   * @param head documents of each list
   */
  static TrainingScores ofRows(CurlewIndex index, DenseVectors vectors, int head)
      throws IOException {
    float[][] dense = index.queryEmbedder().embed(texts(index));
    List<Query> queries = new ArrayList<>();
    for (int q = 0; q < dense.length; q++) {
      int[] list = vectors.nearest(dense[q], head);
      float[][] rows = index.searcher().rows(list);
      float[] scores = new float[list.length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = rows[i][q];
      }
      queries.add(new Query(dense[q], list, scores));
    }
    return new TrainingScores(queries);
  }

  private static List<String> texts(CurlewIndex index) {
    List<String> anchors = index.anchors().queries();
    return anchors.subList(0, Math.min(QUERIES, anchors.size()));
  }
}
