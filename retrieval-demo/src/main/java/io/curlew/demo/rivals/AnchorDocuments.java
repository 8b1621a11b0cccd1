package io.curlew.demo.rivals;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.fit.RidgeEstimator;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.lowrank.ColumnSelection;
import io.curlew.lowrank.Truncation;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/**
 * Anchor documents of fixed anchor CUR, chosen offline by the column selection that serves held-out
 * anchor queries best: no call of the model, and no query that is evaluated.
 *
 * @param selection its name
 * @param documents their numbers, in the order of choice
 */
public record AnchorDocuments(String selection, int[] documents) {

  private static final int SAMPLE = 2000;
  private static final int HELD_OUT = 4; // every fourth anchor query
  private static final int TOP = 10;
  private static final int LIST = 50;

  public static AnchorDocuments choose(CurlewIndex index, int count, long seed) throws IOException {
    int[] sample = index.searcher().sample(SAMPLE, seed);
    int n = Math.min(count, sample.length);
    float[][] stored = index.searcher().rows(sample);
    AnchorSet anchors = index.anchors();
    double[][] rows =
        Arrays.stream(stored)
            .map(row -> toDoubles(anchors.encoding().unproject(row)))
            .toArray(double[][]::new);
    Map<String, ColumnSelection> selections = new LinkedHashMap<>();
    selections.put("uniform", ColumnSelection.uniform(seed));
    selections.put("pivoted-qr", ColumnSelection.pivotedQr());
    selections.put("leverage", ColumnSelection.leverage(seed));
    selections.put("kmeans", ColumnSelection.kMeans(seed));
    String best = "uniform";
    double bestRecall = -1;
    int[] train = IntStream.range(0, anchors.size()).filter(a -> a % HELD_OUT != 0).toArray();
    int[] heldOut = IntStream.range(0, anchors.size()).filter(a -> a % HELD_OUT == 0).toArray();
    if (train.length > 0) {
      double[][] known = columns(rows, train);
      for (Map.Entry<String, ColumnSelection> selection : selections.entrySet()) {
        int[] chosen = select(selection.getValue(), known, n);
        double recall = recall(known, rows, chosen, heldOut);
        if (recall > bestRecall) {
          bestRecall = recall;
          best = selection.getKey();
        }
      }
    }
    ColumnSelection winner = selections.getOrDefault(best, ColumnSelection.uniform(seed));
    int[] chosen = select(winner, rows, n);
    return new AnchorDocuments(best, IntStream.of(chosen).map(i -> sample[i]).toArray());
  }

  /** The share of a held-out query's best documents among the best of its fit. */
  private static double recall(double[][] known, double[][] rows, int[] chosen, int[] heldOut) {
    RidgeEstimator ridge = RidgeEstimator.create(known[0].length, chosen.length, scale(known));
    for (int d : chosen) {
      float[] row = new float[known[d].length];
      for (int a = 0; a < row.length; a++) {
        row[a] = (float) known[d][a];
      }
      ridge.add(row);
    }
    double found = 0;
    for (int query : heldOut) {
      double[] targets = IntStream.of(chosen).mapToDouble(d -> rows[d][query]).toArray();
      double[] weights = ridge.fit(targets).weights();
      double[] estimates = Arrays.stream(known).mapToDouble(row -> product(row, weights)).toArray();
      double[] exact = Arrays.stream(rows).mapToDouble(row -> row[query]).toArray();
      int[] list = top(estimates, LIST);
      Arrays.sort(list);
      found += IntStream.of(top(exact, TOP)).filter(d -> Arrays.binarySearch(list, d) >= 0).count();
    }
    return found / heldOut.length;
  }

  private static int[] select(ColumnSelection selection, double[][] rows, int count) {
    DMatrixRMaj matrix = new DMatrixRMaj(rows[0].length, rows.length);
    for (int d = 0; d < rows.length; d++) {
      for (int a = 0; a < rows[d].length; a++) {
        matrix.data[a * rows.length + d] = rows[d][a];
      }
    }
    int[] chosen = selection.select(matrix, Truncation.rank(Math.min(count, matrix.numRows)));
    boolean[] taken = new boolean[rows.length];
    IntStream.of(chosen).forEach(d -> taken[d] = true);
    int[] others = IntStream.range(0, rows.length).filter(d -> !taken[d]).toArray();
    int[] all = IntStream.concat(IntStream.of(chosen), IntStream.of(others)).toArray();
    return Arrays.copyOf(all, count);
  }

  private static double[][] columns(double[][] rows, int[] columns) {
    return Arrays.stream(rows)
        .map(row -> IntStream.of(columns).mapToDouble(a -> row[a]).toArray())
        .toArray(double[][]::new);
  }

  private static double scale(double[][] rows) {
    return Math.max(
        Double.MIN_NORMAL,
        Arrays.stream(rows).mapToDouble(row -> product(row, row)).average().orElse(1));
  }

  private static int[] top(double[] values, int n) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted((i, j) -> Double.compare(values[j], values[i]))
        .limit(n)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[] toDoubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
