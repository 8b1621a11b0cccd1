package io.curlew.attention;

import ai.djl.ndarray.NDArray;

/**
 * How the rows that stand for all others are chosen. Keys and queries each go through it, every
 * head by itself.
 *
 * <p>A choice must depend on nothing but the rows of its own head and sequence, and be the same on
 * every call. Where it picks or groups rows, that decision carries no gradient; the values that it
 * returns do.
 */
public interface LandmarkChoice {
  /**
   * Chooses landmarks.
   *
   * @param rows (batch, heads, tokens, headSize), no padding
   * @param count number of landmarks, at least 1 and at most tokens
   * @return (batch, heads, count, headSize), in the manager of {@code rows}
   */
  NDArray landmarks(NDArray rows, int count);

  /** A short name that {@link #named} understands, for saved models. */
  String name();

  /**
   * Means of segments of consecutive rows whose lengths differ by at most one, shorter ones first
   * (Xiong et al., Nystromformer, 2021). Linear and the fastest; right where neighbours are alike.
   */
  static LandmarkChoice segmentMeans() {
    return BuiltInLandmarks.SEGMENT_MEANS;
  }

  /**
   * Means of clusters: Lloyd's iterations, started from segment means. Costs {@code 4 * tokens *
   * count * headSize} operations an iteration, so that two of them cost as much as the attention.
   *
   * @param iterations at least 1
   */
  static LandmarkChoice kMeans(int iterations) {
    return BuiltInLandmarks.kMeans(iterations);
  }

  /**
   * The rows of largest leverage score, {@code x (X'X)^-1 x'}, in the order of the text (Drineas et
   * al., 2012): rows that the others do not explain. Costs {@code 4 * tokens * headSize^2}.
   */
  static LandmarkChoice leverage() {
    return BuiltInLandmarks.LEVERAGE;
  }

  /**
   * The first pivots of a QR factorisation with column pivoting of the rows' features under the
   * Gaussian kernel {@code exp(-|x - y|^2 / (2 sqrt(headSize)))}, found by the pivoted Cholesky
   * factorisation of its Gram matrix (Harbrecht et al., 2012; the kernel as in Chen et al.,
   * Skyformer, 2021). Costs {@code 2 * tokens * count^2} and {@code count} steps one after another.
   */
  static LandmarkChoice pivotedQr() {
    return BuiltInLandmarks.PIVOTED_QR;
  }

  /**
   * The built-in choice of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static LandmarkChoice named(String name) {
    if (name.startsWith(BuiltInLandmarks.K_MEANS)) {
      return kMeans(Integer.parseInt(name.substring(BuiltInLandmarks.K_MEANS.length())));
    }
    return switch (name) {
      case "segment-means" -> segmentMeans();
      case "leverage" -> leverage();
      case "pivoted-qr" -> pivotedQr();
      default ->
          throw new IllegalArgumentException(
              "landmark choice must be segment-means, k-means-N, leverage or pivoted-qr, got: "
                  + name);
    };
  }
}
