package io.curlew.demo.index;

import io.curlew.demo.console.Progress;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much of the documents of an index late interaction has not read, which is kept with it: in
 * the user data of its commit. What was added is counted as well, what it replaced still is; where
 * indexing was gone on with, the documents before that are not counted.
 *
 * @param documents that were read
 * @param cutDocuments of them, those that lost tokens
 * @param tokens that they have; where passages overlap some count twice
 * @param cutTokens of them, those that were not read
 */
public record DocumentCuts(long documents, long cutDocuments, long tokens, long cutTokens) {

  static final DocumentCuts NONE = new DocumentCuts(0, 0, 0, 0);

  private static final String DOCUMENTS = "curlew.read.documents";
  private static final String CUT_DOCUMENTS = "curlew.cut.documents";
  private static final String TOKENS = "curlew.read.tokens";
  private static final String CUT_TOKENS = "curlew.cut.tokens";

  /** What an index says of itself, or null where it does not know. */
  static @Nullable DocumentCuts of(Map<String, String> userData) {
    String documents = userData.get(DOCUMENTS);
    return documents == null
        ? null
        : new DocumentCuts(
            Long.parseLong(documents),
            Long.parseLong(userData.getOrDefault(CUT_DOCUMENTS, "0")),
            Long.parseLong(userData.getOrDefault(TOKENS, "0")),
            Long.parseLong(userData.getOrDefault(CUT_TOKENS, "0")));
  }

  /** Nothing where nothing was read. */
  Map<String, String> userData() {
    return documents == 0
        ? Map.of()
        : Map.of(
            DOCUMENTS, Long.toString(documents),
            CUT_DOCUMENTS, Long.toString(cutDocuments),
            TOKENS, Long.toString(tokens),
            CUT_TOKENS, Long.toString(cutTokens));
  }

  DocumentCuts plus(DocumentCuts more) {
    return new DocumentCuts(
        documents + more.documents,
        cutDocuments + more.cutDocuments,
        tokens + more.tokens,
        cutTokens + more.cutTokens);
  }

  /** The share of the documents that lost tokens. */
  public double documentShare() {
    return (double) cutDocuments / Math.max(1, documents);
  }

  /** The share of the tokens that were not read. */
  public double tokenShare() {
    return (double) cutTokens / Math.max(1, tokens);
  }

  /** Says how much was not read, if anything was not. */
  void report(DocumentReading reading) {
    if (cutDocuments > 0) {
      Progress.log(describe(reading) + reading.hint());
    }
  }

  /** In words. */
  public String describe(DocumentReading reading) {
    return String.format(
        Locale.ROOT,
        "%.1f %% of the documents were cut, %s at %d tokens: %.1f %% of all tokens were not read",
        100 * documentShare(),
        reading.passages() ? "in passages" : "each",
        reading.maxTokens(),
        100 * tokenShare());
  }
}
