package io.curlew.attention.vq;

import java.util.Arrays;

/**
 * How a codebook is used by some vectors.
 *
 * @param vectors how many
 * @param codes of the codebook
 * @param used codes that are the nearest of at least one vector
 * @param perplexity 2 to the entropy of the codes in bits: as many equally frequent codes would say
 *     as much; between 1 and {@code used}
 */
public record CodebookUse(long vectors, int codes, int used, double perplexity) {

  /**
   * Counts codes.
   *
   * @param chosen the code of each vector, at least one
   * @param codes of the codebook, at least 1
   */
  public static CodebookUse of(long[] chosen, int codes) {
    if (codes < 1) {
      throw new IllegalArgumentException("codes must be at least 1, got: " + codes);
    }
    if (chosen.length == 0) {
      throw new IllegalArgumentException("vectors must be at least 1, got: 0");
    }
    long[] counts = new long[codes];
    for (long code : chosen) {
      if (code < 0 || code >= codes) {
        throw new IllegalArgumentException(
            "a code must be between 0 and " + (codes - 1) + ", got: " + code);
      }
      counts[(int) code]++;
    }
    double entropy = 0;
    for (long count : counts) {
      double share = (double) count / chosen.length;
      entropy -= count == 0 ? 0 : share * Math.log(share);
    }
    int used = (int) Arrays.stream(counts).filter(count -> count > 0).count();
    return new CodebookUse(chosen.length, codes, used, Math.exp(entropy));
  }

  /** Codes that no vector has. */
  public int dead() {
    return codes - used;
  }

  /** The used share of the codes, 0 to 1. */
  public double share() {
    return (double) used / codes;
  }
}
