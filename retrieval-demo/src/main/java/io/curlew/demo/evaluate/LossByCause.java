package io.curlew.demo.evaluate;

import io.curlew.data.TextQuery;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.index.IndexedDocuments;
import io.curlew.simd.DotProduct;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Why adaptive search misses what it misses. The documents of the exact top k that a search did not
 * return are counted by the first cause that applies:
 *
 * <ul>
 *   <li>rank: a linear form of the query that is fitted to its exact scores on a large sample, with
 *       the other queries as further anchors, would not rank it among as many documents as the
 *       budget calls. A linear form cannot find it; the kernel form may;
 *   <li>anchors: with the index's anchors alone it would not, with the further ones it would;
 *   <li>budget: it would, but the fit on the documents that the budget allowed did not.
 * </ul>
 *
 * @param budget of the searches
 * @param k of the exact top k
 * @param total the loss: 1 - recall@k
 */
record LossByCause(int budget, int k, double total, double rank, double anchors, double fitted) {

  private static final int SAMPLE = 20_000;
  private static final double RIDGE = 1e-5; // of the mean diagonal: only against singularity

  /**
   * Splits the loss of searches.
   *
   * @param misses by query id: the places, among all documents, of the top documents not returned
   * @param k of the top documents
   */
  static LossByCause of(
      int budget,
      int k,
      List<TextQuery> queries,
      Map<String, int[]> misses,
      Ranks anchorRanks,
      Ranks allRanks) {
    double[] causes = new double[3];
    for (TextQuery query : queries) {
      for (int document : misses.getOrDefault(query.id(), new int[0])) {
        boolean byAnchors = anchorRanks.rank(query, document) <= budget;
        boolean byAll = allRanks.rank(query, document) <= budget;
        causes[byAnchors ? 2 : byAll ? 1 : 0]++;
      }
    }
    double scale = 1.0 / ((double) k * queries.size());
    return new LossByCause(
        budget,
        k,
        Arrays.stream(causes).sum() * scale,
        causes[0] * scale,
        causes[1] * scale,
        causes[2] * scale);
  }

  /** Estimates of a linear form that was fitted to everything. */
  static final class Ranks {
    private final Map<String, float[]> estimates = new HashMap<>();

    int rank(TextQuery query, int document) {
      float[] values = estimates.getOrDefault(query.id(), new float[0]);
      int rank = 1;
      for (float value : values) {
        if (value > values[document]) {
          rank++;
        }
      }
      return rank;
    }
  }

  /**
   * Fits every query to its exact scores.
   *
   * @param others whether other queries are anchors too: each half of the queries for the other
   */
  static Ranks ranks(
      CurlewIndex index,
      IndexedDocuments documents,
      List<TextQuery> queries,
      ExactScores exact,
      boolean others,
      long seed)
      throws IOException {
    float[][] rows = index.searcher().rows(documents.numbers());
    int[] sample =
        new Random(seed)
            .ints(0, rows.length)
            .distinct()
            .limit(Math.min(SAMPLE, rows.length))
            .toArray();
    Ranks ranks = new Ranks();
    for (int half = 0; half < (others ? 2 : 1); half++) {
      int chosen = half;
      List<TextQuery> fitted =
          IntStream.range(0, queries.size())
              .filter(q -> !others || q % 2 == chosen)
              .mapToObj(queries::get)
              .toList();
      List<float[]> further =
          IntStream.range(0, queries.size())
              .filter(q -> others && q % 2 != chosen)
              .mapToObj(q -> exact.row(queries.get(q).text()))
              .toList();
      fit(rows, further, sample, fitted, exact, ranks);
    }
    return ranks;
  }

  private static void fit(
      float[][] rows,
      List<float[]> further,
      int[] sample,
      List<TextQuery> queries,
      ExactScores exact,
      Ranks ranks) {
    int features = rows[0].length + further.size() + 1;
    DMatrixRMaj gram = new DMatrixRMaj(features, features);
    DMatrixRMaj right = new DMatrixRMaj(features, queries.size());
    // a thread for every share of the rows of the Gram matrix, from packed columns
    float[][] columns = columns(rows, further, sample);
    float[][] targets =
        queries.stream()
            .map(query -> pick(exact.row(query.text()), sample))
            .toArray(float[][]::new);
    DotProduct products = DotProduct.create();
    IntStream.range(0, features)
        .parallel()
        .forEach(
            i -> {
              for (int j = 0; j <= i; j++) {
                double product = products.of(columns[i], columns[j]);
                gram.set(i, j, product);
                gram.set(j, i, product);
              }
              for (int q = 0; q < targets.length; q++) {
                right.set(i, q, products.of(columns[i], targets[q]));
              }
            });
    double trace = IntStream.range(0, features).mapToDouble(i -> gram.get(i, i)).sum();
    for (int i = 0; i < features; i++) {
      gram.add(i, i, RIDGE * trace / features);
    }
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(features);
    if (!solver.setA(gram)) {
      throw new IllegalStateException("Gram matrix must be positive definite, it is not");
    }
    DMatrixRMaj weights = new DMatrixRMaj(features, queries.size());
    solver.solve(right, weights);
    IntStream.range(0, queries.size())
        .parallel()
        .forEach(
            q -> {
              float[] estimates = estimates(rows, further, weights, q, products);
              synchronized (ranks) {
                ranks.estimates.put(queries.get(q).id(), estimates);
              }
            });
  }

  private static float[] estimates(
      float[][] rows, List<float[]> further, DMatrixRMaj weights, int q, DotProduct products) {
    float[] anchors = new float[rows[0].length];
    for (int a = 0; a < anchors.length; a++) {
      anchors[a] = (float) weights.get(a, q);
    }
    float[] estimates = new float[rows.length];
    for (int d = 0; d < estimates.length; d++) {
      estimates[d] = products.of(anchors, rows[d]);
    }
    for (int o = 0; o < further.size(); o++) {
      float weight = (float) weights.get(anchors.length + o, q);
      float[] scores = further.get(o);
      for (int d = 0; d < estimates.length; d++) {
        estimates[d] += weight * scores[d];
      }
    }
    return estimates;
  }

  private static float[][] columns(float[][] rows, List<float[]> further, int[] sample) {
    int anchors = rows[0].length;
    float[][] columns = new float[anchors + further.size() + 1][];
    for (int a = 0; a < anchors; a++) {
      columns[a] = new float[sample.length];
      for (int i = 0; i < sample.length; i++) {
        columns[a][i] = rows[sample[i]][a];
      }
    }
    for (int o = 0; o < further.size(); o++) {
      columns[anchors + o] = pick(further.get(o), sample);
    }
    columns[columns.length - 1] = new float[sample.length];
    Arrays.fill(columns[columns.length - 1], 1);
    return columns;
  }

  private static float[] pick(float[] values, int[] places) {
    float[] picked = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      picked[i] = values[places[i]];
    }
    return picked;
  }
}
