package io.curlew.attention.scoring;

/** Is told of every document that was cut, on the thread that asked for the encoding. */
@FunctionalInterface
public interface TruncationListener {

  /** Ignores every cut; {@link TokenEncoder#truncatedDocuments()} still counts them. */
  TruncationListener NONE = (document, tokens, kept) -> {};

  /**
   * Called once for each encoding of a document that lost tokens.
   *
   * @param document the whole text
   * @param tokens how many tokens it has, special tokens included
   * @param kept how many of them were encoded, special tokens included
   */
  void truncated(String document, int tokens, int kept);
}
