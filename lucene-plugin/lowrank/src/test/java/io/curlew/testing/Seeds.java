package io.curlew.testing;

import java.util.Random;

/** A random generator whose seed is printed, and can be set with {@code -Dcurlew.seed=N}. */
public final class Seeds {

  private Seeds() {}

  /** The generator. */
  public static Random random() {
    long seed = Long.getLong("curlew.seed", System.nanoTime());
    System.out.println("seed of this run: -Dcurlew.seed=" + seed);
    return new Random(seed);
  }
}
