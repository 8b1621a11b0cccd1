package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;

/** Lloyd's iterations. A cluster that loses all of its rows keeps its centre. */
public final class KMeansLandmarks implements LandmarkSelector {
  private final int iterations;

  public KMeansLandmarks(int iterations) {
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "k-means iterations must be at least 1, got: " + iterations);
    }
    this.iterations = iterations;
  }

  @Override
  public NDArray landmarks(NDArray rows, int count) {
    NDArray centres = SegmentMeans.INSTANCE.landmarks(rows, count);
    NDArray fixed = rows.stopGradient();
    for (int iteration = 0; iteration < iterations; iteration++) {
      NDArray members = memberships(fixed, centres.stopGradient(), count);
      NDArray sizes = members.sum(new int[] {3}, true);
      NDArray means = members.matMul(rows).div(sizes.maximum(1));
      NDArray empty = sizes.eq(0).toType(rows.getDataType(), false);
      centres = means.add(centres.mul(empty));
    }
    return centres;
  }

  /** (batch, heads, count, tokens): 1 where a row is nearest to a centre, else 0. */
  private static NDArray memberships(NDArray rows, NDArray centres, int count) {
    // The squared length of the row itself is the same for every centre.
    NDArray squares = centres.square().sum(new int[] {3}, true).swapAxes(2, 3);
    NDArray distances = rows.matMul(centres.swapAxes(2, 3)).mul(-2).add(squares);
    return distances.argMin(3).oneHot(count, rows.getDataType()).swapAxes(2, 3);
  }
}
