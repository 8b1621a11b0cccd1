package io.curlew.quantize;

import java.util.Arrays;

/**
 * Points of one group of coordinates, and their nearest codes.
 *
 * @param values row by row
 */
record Points(float[] values, int size) {

  /** Some coordinates of rows. */
  static Points of(float[][] rows, int from, int size) {
    float[] values = new float[rows.length * size];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], from, values, i * size, size);
    }
    return new Points(values, size);
  }

  int count() {
    return values.length / size;
  }

  /** The mean of all points. */
  double[] mean() {
    double[] mean = new double[size];
    for (int i = 0; i < values.length; i++) {
      mean[i % size] += values[i];
    }
    Arrays.setAll(mean, j -> mean[j] / count());
    return mean;
  }

  /** The nearest code of each point. */
  int[] nearest(float[] codes) {
    NearestCode search = NearestCode.of(codes, size);
    int[] nearest = new int[count()];
    for (int i = 0; i < nearest.length; i++) {
      nearest[i] = search.find(values, i * size);
    }
    return nearest;
  }
}
