package io.curlew.attention.scoring;

import java.util.Objects;

/**
 * How a cross-encoder reads pairs. Immutable: start from {@link #defaults()}, each {@code with}
 * method returns a changed copy. Of these, only the length limit changes scores.
 *
 * @param maxTokens longest pair, special tokens included; a longer one has its document cut
 * @param batchTokens tokens that are encoded at a time, padding included
 * @param threads calls that run side by side, of models that take one pair a call
 * @param truncationListener told of every document that was cut
 */
public record CrossEncoderOptions(
    int maxTokens, int batchTokens, int threads, TruncationListener truncationListener) {
  private static final int FEWEST_TOKENS = 5;
  private static final int BERT_TOKENS = 512;
  private static final int DEFAULT_BATCH_TOKENS = 2048;

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  public CrossEncoderOptions {
    if (maxTokens < FEWEST_TOKENS) {
      throw new IllegalArgumentException(
          "maxTokens must be at least " + FEWEST_TOKENS + ", got: " + maxTokens);
    }
    if (batchTokens < 1) {
      throw new IllegalArgumentException("batchTokens must be at least 1, got: " + batchTokens);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got: " + threads);
    }
    Objects.requireNonNull(truncationListener, "truncationListener");
  }

  /** Pairs of up to 512 tokens, 2,048 tokens at a time, a thread per available processor. */
  public static CrossEncoderOptions defaults() {
    return new CrossEncoderOptions(
        BERT_TOKENS,
        DEFAULT_BATCH_TOKENS,
        Runtime.getRuntime().availableProcessors(),
        TruncationListener.NONE);
  }

  /** Returns a copy for pairs of up to the given number of tokens. */
  public CrossEncoderOptions withMaxTokens(int tokens) {
    return new CrossEncoderOptions(tokens, batchTokens, threads, truncationListener);
  }

  /** Returns a copy that tells the given listener of every document that was cut. */
  public CrossEncoderOptions withTruncationListener(TruncationListener listener) {
    return new CrossEncoderOptions(maxTokens, batchTokens, threads, listener);
  }

  /** Returns a copy that runs the given number of calls side by side. */
  public CrossEncoderOptions withThreads(int count) {
    return new CrossEncoderOptions(maxTokens, batchTokens, count, truncationListener);
  }
}
