package io.curlew.attention.scoring;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the documents that were cut, and tells a listener. */
final class TruncationCount {
  private final TruncationListener listener;
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong documents = new AtomicLong();
  private final AtomicLong droppedTokens = new AtomicLong();

  TruncationCount(TruncationListener listener) {
    this.listener = listener;
  }

  /**
   * Counts a text, and a document that was cut.
   *
   * @param tokens how many tokens it has
   * @param kept how many of them are left
   */
  void add(String document, int tokens, int kept) {
    read.incrementAndGet();
    if (tokens > kept) {
      documents.incrementAndGet();
      droppedTokens.addAndGet(tokens - kept);
      listener.truncated(document, tokens, kept);
    }
  }

  /** All of them, cut or not. */
  long read() {
    return read.get();
  }

  long documents() {
    return documents.get();
  }

  long droppedTokens() {
    return droppedTokens.get();
  }
}
