package io.curlew.attention;

import ai.djl.ndarray.NDArray;
import io.curlew.attention.nystrom.KMeansLandmarks;
import io.curlew.attention.nystrom.LandmarkSelector;
import io.curlew.attention.nystrom.LeverageLandmarks;
import io.curlew.attention.nystrom.PivotedQrLandmarks;
import io.curlew.attention.nystrom.SegmentMeans;

/**
 * A choice that saved models know by its name.
 *
 * @param selector what it does
 */
record BuiltInLandmarks(String name, LandmarkSelector selector) implements LandmarkChoice {
  static final LandmarkChoice SEGMENT_MEANS =
      new BuiltInLandmarks("segment-means", SegmentMeans.INSTANCE);
  static final LandmarkChoice LEVERAGE =
      new BuiltInLandmarks("leverage", LeverageLandmarks.INSTANCE);
  static final LandmarkChoice PIVOTED_QR =
      new BuiltInLandmarks("pivoted-qr", PivotedQrLandmarks.INSTANCE);

  /** Start of the name; the number of iterations follows. */
  static final String K_MEANS = "k-means-";

  static LandmarkChoice kMeans(int iterations) {
    return new BuiltInLandmarks(K_MEANS + iterations, new KMeansLandmarks(iterations));
  }

  @Override
  public NDArray landmarks(NDArray rows, int count) {
    return selector.landmarks(rows, count);
  }
}
