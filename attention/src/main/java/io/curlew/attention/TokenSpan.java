package io.curlew.attention;

import java.util.ArrayList;
import java.util.List;

/**
 * Which tokens of one sequence are real: a run of consecutive ones, with padding on either side.
 * Padding takes no part in anything and its rows of the output are 0.
 *
 * @param start the first real token
 * @param length number of real tokens, 0 for a sequence that is all padding
 * @param leading how many of the first real tokens are landmarks of their own, such as [CLS] and
 *     the query part of a pair
 * @param trailing how many of the last real tokens are landmarks of their own, such as [SEP]
 */
public record TokenSpan(int start, int length, int leading, int trailing) {
  /**
   * @throws IllegalArgumentException if a number is negative
   */
  public TokenSpan {
    OptionRules.requireAtLeast(0, "start", start);
    OptionRules.requireAtLeast(0, "length", length);
    OptionRules.requireAtLeast(0, "leading", leading);
    OptionRules.requireAtLeast(0, "trailing", trailing);
  }

  /** Real tokens from {@code start} on, none of them protected. */
  public static TokenSpan of(int start, int length) {
    return new TokenSpan(start, length, 0, 0);
  }

  /** The same sequence with some of its tokens as landmarks of their own. */
  public TokenSpan withProtected(int first, int last) {
    return new TokenSpan(start, length, first, last);
  }

  /** For each of {@code batch} sequences, all of its tokens. */
  public static List<TokenSpan> whole(long batch, long tokens) {
    List<TokenSpan> spans = new ArrayList<>();
    for (long sequence = 0; sequence < batch; sequence++) {
      spans.add(of(0, Math.toIntExact(tokens)));
    }
    return spans;
  }

  /**
   * Sequences with their padding on the right.
   *
   * @param lengths number of real tokens of each
   */
  public static List<TokenSpan> ofLengths(int[] lengths) {
    List<TokenSpan> spans = new ArrayList<>();
    for (int length : lengths) {
      if (length < 0) {
        throw new IllegalArgumentException("valid lengths must not be negative, got: " + length);
      }
      spans.add(of(0, length));
    }
    return spans;
  }

  /** One past the last real token. */
  int end() {
    return Math.addExact(start, length);
  }

  boolean isWhole(long tokens) {
    return start == 0 && length == tokens;
  }
}
