package io.curlew.attention;

/**
 * Which of exact and Nystrom attention is faster, from counts of operations. The weights were
 * measured in DJL's PyTorch engine on two AVX-512 cores: see {@code AttentionSpeed} among the
 * tests.
 */
public final class AttentionCost {
  /** What one exponential, with its share of a softmax, costs in multiply-adds. */
  private static final double EXPONENTIAL = 40;

  /** Small products run at about a third of the speed of large ones. */
  private static final double SMALL_PRODUCT = 3;

  /** The fixed part: some 60 calls into the engine. */
  private static final double CALLS = 2e7;

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
    return heads * tokens * tokens * (2 * headSize + EXPONENTIAL);
  }

  private static double nystrom(
      double heads, double tokens, double headSize, double landmarks, NystromOptions options) {
    double kernels = 2 * tokens * landmarks * (2 * headSize + EXPONENTIAL);
    double products = 4.0 * options.pinvIterations();
    double inverse = SMALL_PRODUCT * products * landmarks * landmarks * landmarks;
    double near = 4.0 * tokens * options.nearField() * (2 * headSize + landmarks + 2 * EXPONENTIAL);
    return CALLS + heads * (kernels + inverse + near);
  }
}
