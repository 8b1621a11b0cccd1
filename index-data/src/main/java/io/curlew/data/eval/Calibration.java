package io.curlew.data.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The recall that searches expected of themselves against what they found.
 *
 * @param budget of the searches
 * @param bins of as many queries each, by expected recall
 * @param error the expected calibration error: the mean over queries of the distance between a
 *     bin's expected and realised recall
 */
public record Calibration(int budget, List<Bin> bins, double error) {

  private static final int BINS = 10;

  /** Queries with similar expectations; means of expected and of realised recall. */
  record Bin(int queries, double expected, double realised) {}

  /**
   * Bins queries.
   *
   * @param expected recall of every query, as the search said
   * @param realised of the same queries
   */
  public static Calibration of(int budget, List<Double> expected, List<Double> realised) {
    List<Integer> order =
        IntStream.range(0, expected.size())
            .boxed()
            .sorted(Comparator.comparingDouble(expected::get))
            .toList();
    List<Bin> bins = new ArrayList<>();
    double error = 0;
    int count = Math.min(BINS, order.size());
    for (int b = 0; b < count; b++) {
      List<Integer> bin = order.subList(b * order.size() / count, (b + 1) * order.size() / count);
      double meanExpected = mean(bin, expected);
      double meanRealised = mean(bin, realised);
      bins.add(new Bin(bin.size(), meanExpected, meanRealised));
      error += bin.size() * Math.abs(meanExpected - meanRealised) / order.size();
    }
    return new Calibration(budget, List.copyOf(bins), error);
  }

  private static double mean(List<Integer> queries, List<Double> values) {
    return queries.stream().mapToDouble(values::get).average().orElse(0);
  }
}
