package io.curlew.data.file;

import java.util.Random;

/** Randomness of tests: a new seed every time, printed; {@code -Dcurlew.seed=N} repeats one. */
public final class Seeds {
  private Seeds() {}

  public static Random random(Class<?> test) {
    long seed = Long.getLong("curlew.seed", System.nanoTime());
    System.out.println(test.getSimpleName() + ": -Dcurlew.seed=" + seed);
    return new Random(seed);
  }
}
