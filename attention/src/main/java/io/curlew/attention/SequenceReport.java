package io.curlew.attention;

import java.util.List;

/**
 * What was done for one sequence.
 *
 * @param exact whether its attention is exact
 * @param landmarks how many landmarks it had, protected tokens included; its number of tokens if
 *     exact
 * @param headErrors estimated relative error of each head of the approximation last tried; empty if
 *     none was estimated
 */
public record SequenceReport(boolean exact, int landmarks, List<Double> headErrors) {
  /** Copies the list. */
  public SequenceReport {
    headErrors = List.copyOf(headErrors);
  }

  /** The largest estimated error of a head, 0 if none was estimated. */
  public double largestError() {
    return headErrors.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }
}
