package io.curlew.quantize;

import java.util.Arrays;

/**
 * Which consecutive coordinates share a byte. A coordinate of variance v is worth log2(v / t) / 2
 * bits, or none below the level t at which all add up to the bits there are (reverse water-filling:
 * the least squared error for independent normal coordinates; Cover and Thomas, "Elements of
 * Information Theory", section 10.3.3). Groups are cut so that each is worth as much as any other:
 * few coordinates where they vary much, many where they vary little.
 *
 * @param sizes coordinates of each group, at least 1 each, not to be changed; coordinates beyond
 *     their sum are worth nothing
 */
public record BitAllocation(int[] sizes) {

  private static final int BITS = 8;
  private static final int BISECTIONS = 200;

  /** Checks the sizes. */
  public BitAllocation {
    sizes = sizes.clone();
    if (sizes.length == 0) {
      throw new IllegalArgumentException("groups must be at least 1, got: 0");
    }
    for (int size : sizes) {
      if (size < 1) {
        throw new IllegalArgumentException("a group must have at least 1 coordinate, got: " + size);
      }
    }
  }

  /**
   * Allocates bytes.
   *
   * @param variances of coordinates, best falling; at least as many as bytes
   * @param bytes at least 1
   */
  public static BitAllocation of(double[] variances, int bytes) {
    if (bytes < 1 || bytes > variances.length) {
      throw new IllegalArgumentException(
          "bytes must be between 1 and the number of coordinates, "
              + variances.length
              + ", got: "
              + bytes);
    }
    double[] worth = worth(variances, BITS * bytes);
    int dimensions = bytes;
    for (int i = 0; i < worth.length; i++) {
      dimensions = worth[i] > 0 ? Math.max(dimensions, i + 1) : dimensions;
    }
    int[] sizes = new int[bytes];
    double left = Arrays.stream(worth).sum();
    int next = 0;
    for (int g = 0; g < bytes; g++) {
      double share = left / (bytes - g);
      int end = g == bytes - 1 ? dimensions : dimensions - (bytes - 1 - g); // one for each other
      double taken = worth[next];
      int from = next++;
      while (next < end && (g == bytes - 1 || taken + worth[next] / 2 <= share)) {
        taken += worth[next++];
      }
      left -= taken;
      sizes[g] = next - from;
    }
    return new BitAllocation(sizes);
  }

  /** Bits for each coordinate, which add up to the total unless nothing varies. */
  private static double[] worth(double[] variances, double total) {
    double high = Arrays.stream(variances).max().orElse(0);
    double low = high * Double.MIN_NORMAL;
    double[] worth = new double[variances.length];
    for (int i = 0; i < BISECTIONS && low > 0; i++) {
      double level = Math.sqrt(low) * Math.sqrt(high);
      Arrays.setAll(worth, j -> Math.max(0, Math.log(variances[j] / level) / Math.log(2) / 2));
      if (Arrays.stream(worth).sum() > total) {
        low = level;
      } else {
        high = level;
      }
    }
    return worth;
  }

  /** The number of groups, which is the bytes of a vector. */
  public int bytes() {
    return sizes.length;
  }

  /** The coordinates that are kept: the first of them. */
  public int dimensions() {
    return Arrays.stream(sizes).sum();
  }
}
