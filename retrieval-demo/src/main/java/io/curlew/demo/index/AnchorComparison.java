package io.curlew.demo.index;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.fit.RidgeEstimator;
import io.curlew.demo.console.BadInputException;
import io.curlew.lucene.CurSearcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.FSDirectory;

/**
 * How well the anchor rows of two indexes of the same documents predict each other, by ridge
 * regression fitted on one half of a sample and measured on the other: near 1 both ways, the
 * anchors span the same, and either may serve.
 *
 * @param secondByFirst share of the variance explained
 * @param firstBySecond share of the variance explained
 * @param documents that both indexes hold, of a sample
 */
public record AnchorComparison(double secondByFirst, double firstBySecond, int documents) {

  private static final int SAMPLE = 2000;
  private static final long SEED = 42;

  /** Anchor scores of a sample of the documents of an index, by id. */
  public record Rows(List<String> ids, float[][] scores) {}

  /** Reads a sample; the same documents for indexes that hold the same. */
  public static Rows rows(Path index, AnchorSet anchors) throws IOException {
    try (FSDirectory directory = FSDirectory.open(index);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      CurSearcher searcher =
          CurSearcher.open(
              new IndexSearcher(reader),
              IndexFields.of(reader.getIndexCommit().getUserData()).schema(),
              anchors);
      int[] sample = searcher.sample(SAMPLE, SEED);
      float[][] scores =
          Arrays.stream(searcher.rows(sample))
              .map(anchors.encoding()::unproject)
              .toArray(float[][]::new);
      return new Rows(searcher.ids(sample), scores);
    }
  }

  public static AnchorComparison of(Rows first, Rows second) {
    Map<String, float[]> others = new HashMap<>();
    for (int d = 0; d < second.ids.size(); d++) {
      others.put(second.ids.get(d), second.scores[d]);
    }
    List<String> shared = first.ids.stream().filter(others::containsKey).toList();
    if (shared.size() < 2) {
      throw new BadInputException(
          "indexes must share at least 2 documents of their samples, got: " + shared.size());
    }
    float[][] x = new float[shared.size()][];
    float[][] y = new float[shared.size()][];
    int at = 0;
    for (int d = 0; d < first.ids.size(); d++) {
      float[] other = others.get(first.ids.get(d));
      if (other != null) {
        x[at] = first.scores[d];
        y[at++] = other;
      }
    }
    return new AnchorComparison(explained(x, y), explained(y, x), shared.size());
  }

  /** 1 - squared error / variance of y, on the second half. */
  private static double explained(float[][] x, float[][] y) {
    int half = x.length / 2;
    double scale = Arrays.stream(x).mapToDouble(AnchorComparison::squares).average().orElse(1);
    RidgeEstimator ridge =
        RidgeEstimator.create(x[0].length, half, Math.max(scale, Double.MIN_NORMAL));
    for (int d = 0; d < half; d++) {
      ridge.add(x[d]);
    }
    double error = 0;
    double variance = 0;
    for (int a = 0; a < y[0].length; a++) {
      double[] targets = new double[half];
      double mean = 0;
      for (int d = 0; d < half; d++) {
        targets[d] = y[d][a];
        mean += targets[d] / half;
      }
      double[] weights = ridge.fit(targets).weights();
      for (int d = half; d < x.length; d++) {
        double estimate = 0;
        for (int i = 0; i < weights.length; i++) {
          estimate += weights[i] * x[d][i];
        }
        error += (y[d][a] - estimate) * (y[d][a] - estimate);
        variance += (y[d][a] - mean) * (y[d][a] - mean);
      }
    }
    return variance == 0 ? 1 : 1 - error / variance;
  }

  private static double squares(float[] row) {
    double sum = 0;
    for (float value : row) {
      sum += (double) value * value;
    }
    return sum;
  }

  /** The singular values of a sample's rows, relative to the largest. */
  public static double[] spectrum(Rows rows) {
    return Spectrum.of(rows.scores);
  }

  /** How many values hold a share of the sum of the squares. */
  public static int holding(double[] spectrum, double share) {
    double sum = Arrays.stream(spectrum).map(value -> value * value).sum();
    double held = 0;
    int count = 0;
    while (count < spectrum.length && held < share * sum) {
      held += spectrum[count] * spectrum[count];
      count++;
    }
    return count;
  }
}
