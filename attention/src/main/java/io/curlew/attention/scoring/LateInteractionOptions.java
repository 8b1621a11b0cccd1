package io.curlew.attention.scoring;

import java.util.Objects;

/**
 * How texts are encoded. Immutable: start from {@link #defaults()}, each {@code with} method
 * returns a changed copy. Of these, only the document limit changes scores.
 *
 * @param maxDocumentTokens documents are cut to this many tokens, special tokens included
 * @param modelTokens the most tokens that the model takes, special tokens included; a longer query
 *     is an error
 * @param threads encoder calls that run side by side, each on one core
 * @param cacheBytes memory for encoded texts that may be asked for again, such as anchor queries; 0
 *     turns the cache off
 * @param truncationListener told of every document that was cut
 */
public record LateInteractionOptions(
    int maxDocumentTokens,
    int modelTokens,
    int threads,
    long cacheBytes,
    TruncationListener truncationListener) {

  private static final int FEWEST_TOKENS = 3;
  private static final int BERT_TOKENS = 512;
  private static final int DEFAULT_DOCUMENT_TOKENS = 128;
  private static final long DEFAULT_CACHE_BYTES = 128L << 20;

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  public LateInteractionOptions {
    if (maxDocumentTokens < FEWEST_TOKENS || maxDocumentTokens > modelTokens) {
      throw new IllegalArgumentException(
          "maxDocumentTokens must be between "
              + FEWEST_TOKENS
              + " and modelTokens ("
              + modelTokens
              + "), got: "
              + maxDocumentTokens);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got: " + threads);
    }
    if (cacheBytes < 0) {
      throw new IllegalArgumentException("cacheBytes must not be negative, got: " + cacheBytes);
    }
    Objects.requireNonNull(truncationListener, "truncationListener");
  }

  /**
   * Documents of up to 128 tokens, a model of 512, a thread per available processor and 128 MiB of
   * cache.
   */
  public static LateInteractionOptions defaults() {
    return new LateInteractionOptions(
        DEFAULT_DOCUMENT_TOKENS,
        BERT_TOKENS,
        Runtime.getRuntime().availableProcessors(),
        DEFAULT_CACHE_BYTES,
        TruncationListener.NONE);
  }

  /** Returns a copy that cuts documents at the given number of tokens. */
  public LateInteractionOptions withMaxDocumentTokens(int tokens) {
    return new LateInteractionOptions(tokens, modelTokens, threads, cacheBytes, truncationListener);
  }

  /** Returns a copy for a model that takes the given number of tokens. */
  public LateInteractionOptions withModelTokens(int tokens) {
    return new LateInteractionOptions(
        maxDocumentTokens, tokens, threads, cacheBytes, truncationListener);
  }

  /** Returns a copy that runs the given number of encoder calls side by side. */
  public LateInteractionOptions withThreads(int count) {
    return new LateInteractionOptions(
        maxDocumentTokens, modelTokens, count, cacheBytes, truncationListener);
  }

  /** Returns a copy with the given cache size, in bytes. */
  public LateInteractionOptions withCacheBytes(long bytes) {
    return new LateInteractionOptions(
        maxDocumentTokens, modelTokens, threads, bytes, truncationListener);
  }

  /** Returns a copy that tells the given listener of every document that was cut. */
  public LateInteractionOptions withTruncationListener(TruncationListener listener) {
    return new LateInteractionOptions(
        maxDocumentTokens, modelTokens, threads, cacheBytes, listener);
  }
}
