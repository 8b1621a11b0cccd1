package io.curlew.lowrank;

import org.ejml.data.DMatrixRMaj;

/** What is required of arguments; every message names the rule and the value. */
final class Shapes {

  private Shapes() {}

  static void requireEqual(String what, int value, String other, int otherValue) {
    if (value != otherValue) {
      throw new IllegalArgumentException(
          what + " must equal " + other + ", got: " + value + " and " + otherValue);
    }
  }

  static void requireAtLeast(String what, int least, long value) {
    if (value < least) {
      throw new IllegalArgumentException(what + " must be at least " + least + ", got: " + value);
    }
  }

  static void requireAtMost(String what, int most, long value) {
    if (value > most) {
      throw new IllegalArgumentException(what + " must be at most " + most + ", got: " + value);
    }
  }

  /** All entries must be numbers. */
  static void requireFinite(DMatrixRMaj m) {
    double[] data = m.data;
    int n = m.getNumElements();
    // 0 x is NaN if x is NaN or infinite, and NaN stays: independent sums keep the loop short.
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    double sum4 = 0;
    double sum5 = 0;
    double sum6 = 0;
    double sum7 = 0;
    int i = 0;
    for (; i <= n - 8; i += 8) {
      sum0 += 0 * data[i];
      sum1 += 0 * data[i + 1];
      sum2 += 0 * data[i + 2];
      sum3 += 0 * data[i + 3];
      sum4 += 0 * data[i + 4];
      sum5 += 0 * data[i + 5];
      sum6 += 0 * data[i + 6];
      sum7 += 0 * data[i + 7];
    }
    for (; i < n; i++) {
      sum0 += 0 * data[i];
    }
    if (sum0 + sum1 + sum2 + sum3 + sum4 + sum5 + sum6 + sum7 != 0) {
      for (i = 0; i < n; i++) {
        if (!Double.isFinite(data[i])) {
          throw new IllegalArgumentException(
              "entries must be finite, got: "
                  + data[i]
                  + " at row "
                  + i / m.numCols
                  + ", column "
                  + i % m.numCols);
        }
      }
    }
  }
}
