package io.curlew.attention;

/** Ranges of numbers that users set. */
final class OptionRules {
  private OptionRules() {}

  static void requireAtLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", got: " + value);
    }
  }

  static void requireNotNegative(String name, double value) {
    if (!(value >= 0) || value == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(name + " must be finite and not negative, got: " + value);
    }
  }
}
