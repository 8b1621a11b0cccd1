package io.curlew.demo.train;

import java.util.List;

/** Texts of any length out of documents in tokens, one after the other, round and round. */
final class TextStream {
  private final List<long[]> documents;
  private int document;
  private int at = 1;

  /**
   * From the first document on.
   *
   * @param documents at least 1; ids between two special ones, at least one in one of them
   */
  TextStream(List<long[]> documents) {
    this.documents = documents;
  }

  /** So many tokens, the special ones included. */
  long[] next(int length) {
    long[] first = documents.get(document);
    long[] text = new long[length];
    text[0] = first[0];
    text[length - 1] = first[first.length - 1];
    for (int filled = 1; filled < length - 1; ) {
      long[] from = documents.get(document);
      int taken = Math.min(length - 1 - filled, from.length - 1 - at);
      System.arraycopy(from, at, text, filled, taken);
      filled += taken;
      at += taken;
      if (at == from.length - 1) {
        nextDocument();
      }
    }
    return text;
  }

  /** Goes on where a document begins. */
  void nextDocument() {
    document = (document + 1) % documents.size();
    at = 1;
  }
}
