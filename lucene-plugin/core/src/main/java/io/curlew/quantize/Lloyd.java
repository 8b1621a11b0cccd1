package io.curlew.quantize;

import java.util.Arrays;

/** K-means by Lloyd's iteration, from codes that are given. A code without points stays. */
final class Lloyd {

  private static final int ROUNDS = 8;

  private Lloyd() {}

  /** Codes moved to the means of their points, some rounds or until nothing changes. */
  static float[] refine(Points points, float[] start) {
    float[] codes = start;
    int[] assigned = new int[0];
    for (int round = 0; round < ROUNDS; round++) {
      int[] now = points.nearest(codes);
      if (Arrays.equals(now, assigned)) {
        break;
      }
      assigned = now;
      codes = means(points, assigned, codes);
    }
    return codes;
  }

  private static float[] means(Points points, int[] assigned, float[] codes) {
    int size = points.size();
    double[] sums = new double[codes.length];
    int[] counts = new int[codes.length / size];
    for (int i = 0; i < assigned.length; i++) {
      counts[assigned[i]]++;
      for (int j = 0; j < size; j++) {
        sums[assigned[i] * size + j] += points.values()[i * size + j];
      }
    }
    float[] means = codes.clone();
    for (int i = 0; i < means.length; i++) {
      if (counts[i / size] > 0) {
        means[i] = (float) (sums[i] / counts[i / size]);
      }
    }
    return means;
  }
}
