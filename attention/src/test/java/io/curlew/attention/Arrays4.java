package io.curlew.attention;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Random;

/** Arrays for tests, in PyTorch. */
final class Arrays4 {
  private Arrays4() {}

  static NDManager manager() {
    return NDManager.newBaseManager(Device.cpu(), "PyTorch");
  }

  /** Normally distributed values from a seeded generator of our own. */
  static NDArray normal(NDManager manager, Random random, DataType type, long... shape) {
    return of(manager, values(random, new Shape(shape).size()), type, shape);
  }

  static double[] values(Random random, long count) {
    return random.doubles(count).map(ignored -> random.nextGaussian()).toArray();
  }

  static NDArray of(NDManager manager, double[] values, DataType type, long... shape) {
    return manager.create(values, new Shape(shape)).toType(type, false);
  }

  static double[] toDoubles(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  static double largest(NDArray array) {
    double largest = 0;
    for (double value : toDoubles(array)) {
      if (Double.isNaN(value)) {
        return Double.NaN;
      }
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** Largest absolute difference; NaN if there is one anywhere. */
  static double difference(NDArray x, NDArray y) {
    if (!x.getShape().equals(y.getShape())) {
      throw new AssertionError("shapes differ: " + x.getShape() + " and " + y.getShape());
    }
    return largest(x.toType(DataType.FLOAT64, false).sub(y.toType(DataType.FLOAT64, false)));
  }

  /** Relative difference in the Frobenius norm. */
  static double relative(NDArray x, NDArray y) {
    double[] left = toDoubles(x);
    double[] right = toDoubles(y);
    double error = 0;
    double norm = 0;
    for (int i = 0; i < left.length; i++) {
      error += (left[i] - right[i]) * (left[i] - right[i]);
      norm += right[i] * right[i];
    }
    return Math.sqrt(error / norm);
  }
}
