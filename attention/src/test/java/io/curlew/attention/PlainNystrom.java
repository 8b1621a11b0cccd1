package io.curlew.attention;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Nystrom and exact attention of one head in plain Java and float64, written from the formulas, to
 * compare with. Rows are tokens.
 */
final class PlainNystrom {
  private PlainNystrom() {}

  static double[][] attend(double[][] q, double[][] k, double[][] v, int landmarks, int steps) {
    double scale = 1 / Math.sqrt(q[0].length);
    double[][] queryMeans = means(q, landmarks);
    double[][] keyMeans = means(k, landmarks);
    double[][] left = softmax(multiply(q, transpose(keyMeans)), scale);
    double[][] core = softmax(multiply(queryMeans, transpose(keyMeans)), scale);
    double[][] right = softmax(multiply(queryMeans, transpose(k)), scale);
    return multiply(multiply(left, inverse(core, steps)), multiply(right, v));
  }

  static double[][] exact(double[][] q, double[][] k, double[][] v) {
    return multiply(softmax(multiply(q, transpose(k)), 1 / Math.sqrt(q[0].length)), v);
  }

  private static double[][] inverse(double[][] core, int steps) {
    int size = core.length;
    double largest = 0;
    for (int column = 0; column < size; column++) {
      int fixed = column;
      largest = Math.max(largest, IntStream.range(0, size).mapToDouble(i -> core[i][fixed]).sum());
    }
    double[][] inverse = combine(0, 1 / largest, transpose(core));
    for (int step = 0; step < steps; step++) {
      double[][] product = multiply(core, inverse);
      double[][] inner = combine(7, -1, product);
      inner = combine(15, -1, multiply(product, inner));
      inner = combine(13, -1, multiply(product, inner));
      inverse = combine(0, 0.25, multiply(inverse, inner));
    }
    return inverse;
  }

  /** {@code diagonal I + factor matrix}. */
  private static double[][] combine(double diagonal, double factor, double[][] matrix) {
    double[][] result = new double[matrix.length][matrix[0].length];
    for (int i = 0; i < result.length; i++) {
      for (int j = 0; j < result[i].length; j++) {
        result[i][j] = factor * matrix[i][j] + (i == j ? diagonal : 0);
      }
    }
    return result;
  }

  private static double[][] means(double[][] rows, int count) {
    double[][] means = new double[count][rows[0].length];
    int shorter = count - rows.length % count;
    int next = 0;
    for (int segment = 0; segment < count; segment++) {
      int length = rows.length / count + (segment < shorter ? 0 : 1);
      for (int row = 0; row < length; row++, next++) {
        for (int i = 0; i < means[segment].length; i++) {
          means[segment][i] += rows[next][i] / length;
        }
      }
    }
    return means;
  }

  private static double[][] softmax(double[][] logits, double scale) {
    double[][] result = new double[logits.length][];
    for (int row = 0; row < logits.length; row++) {
      double largest = Arrays.stream(logits[row]).max().orElseThrow();
      result[row] = Arrays.stream(logits[row]).map(x -> Math.exp(scale * (x - largest))).toArray();
      double sum = Arrays.stream(result[row]).sum();
      for (int i = 0; i < result[row].length; i++) {
        result[row][i] /= sum;
      }
    }
    return result;
  }

  private static double[][] multiply(double[][] x, double[][] y) {
    double[][] result = new double[x.length][y[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int k = 0; k < y.length; k++) {
        for (int j = 0; j < y[0].length; j++) {
          result[i][j] += x[i][k] * y[k][j];
        }
      }
    }
    return result;
  }

  private static double[][] transpose(double[][] x) {
    double[][] result = new double[x[0].length][x.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x[0].length; j++) {
        result[j][i] = x[i][j];
      }
    }
    return result;
  }
}
