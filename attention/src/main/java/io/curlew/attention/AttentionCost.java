package io.curlew.attention;

/**
 * Which of exact and Nystrom attention is expected to be faster. The weights are nanoseconds in
 * DJL's PyTorch engine, between those that were measured on two AVX-512 cores and on two AVX2 cores
 * (see {@code AttentionSpeed} and {@code NystromSpeed} among the tests), on which products and
 * exponentials cost four times as much and a call the same. So 12 heads of 64 with 64 landmarks
 * change over at some 400 tokens: by their own weights the former would at 550, the latter below
 * 384. Landmarks are taken to be segment means: a choice that costs more is not counted.
 */
public final class AttentionCost {
  /** One multiply-add and one addition in a product of matrices. */
  private static final double PRODUCT = 0.019;

  /** One exponential with its share of a softmax. */
  private static final double EXPONENTIAL = 1.3;

  /** One value of the output, which is made in blocks and put together. */
  private static final double OUTPUT = 2;

  /** Some 60 calls into the engine. */
  private static final double CALLS = 1.5e6;

  /**
   * A step of the pseudo-inverse, per head and per row and value of the core. Its products are too
   * small for the cubic term to show.
   */
  private static final double STEP_ROW = 280;

  private static final double STEP_VALUE = 6.2;

  /** Some 60 more calls with a near field. */
  private static final double NEAR_CALLS = 6e6;

  private static final int NEAR_BLOCK_ROWS = 32;

  /** The values of its windows are gone through more often than those of the kernels. */
  private static final double NEAR_PASSES = 2;

  private AttentionCost() {}

  /**
   * Whether exact attention is expected to be faster for one sequence.
   *
   * @param heads number of heads
   * @param tokens number of tokens
   * @param headSize values per head
   * @param landmarks number of landmarks, protected tokens included
   */
  public static boolean exactIsFaster(
      long heads, long tokens, long headSize, int landmarks, NystromOptions options) {
    return exact(heads, tokens, headSize) <= nystrom(heads, tokens, headSize, landmarks, options);
  }

  private static double exact(double heads, double tokens, double headSize) {
    return heads * tokens * tokens * pair(headSize);
  }

  /** A logit, its exponential, and its share of a sum of values. */
  private static double pair(double size) {
    return 2 * PRODUCT * size + EXPONENTIAL;
  }

  private static double nystrom(
      double heads, double tokens, double headSize, double landmarks, NystromOptions options) {
    double kernels = tokens * (2 * landmarks * pair(headSize) + OUTPUT * headSize);
    double step = landmarks * (STEP_ROW + STEP_VALUE * landmarks);
    double total = CALLS + heads * (kernels + options.pinvIterations() * step);
    if (options.nearField() > 0) {
      double window = 2 * Math.max(NEAR_BLOCK_ROWS, 2.0 * options.nearField());
      double place = pair(headSize) + pair(landmarks + headSize);
      total += NEAR_CALLS + NEAR_PASSES * heads * tokens * window * place;
    }
    return total;
  }
}
