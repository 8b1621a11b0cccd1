package io.curlew.attention.scoring;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.curlew.cur.model.QueryTooLongException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;

/**
 * Splits texts into tokens, adds the special ones and applies the length limits. The tokenizer's
 * own cutting and padding are off: files often bring settings for both, and they would act
 * silently. Safe from several threads.
 */
final class TextTokenizer implements AutoCloseable {

  private static final int QUOTED_CHARACTERS = 80;

  private final HuggingFaceTokenizer tokenizer;
  private final int maxDocumentTokens;
  private final int modelTokens;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, LateInteractionOptions options) {
    this.tokenizer = tokenizer;
    this.maxDocumentTokens = options.maxDocumentTokens();
    this.modelTokens = options.modelTokens();
  }

  static TextTokenizer read(InputStream tokenizer, LateInteractionOptions options)
      throws IOException {
    Map<String, String> asIs =
        Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true");
    return new TextTokenizer(HuggingFaceTokenizer.newInstance(tokenizer, asIs), options);
  }

  /**
   * Tokenizes one text.
   *
   * @throws QueryTooLongException if it is a query that the model cannot take whole
   */
  TokenizedText tokenize(TextRole role, String text) {
    Encoding encoding = tokenizer.encode(text);
    long[] ids = encoding.getIds();
    boolean[] special = new boolean[ids.length];
    for (int token = 0; token < ids.length; token++) {
      special[token] = encoding.getSpecialTokenMask()[token] != 0;
    }
    if (role == TextRole.DOCUMENT) {
      return cut(ids, special);
    }
    if (ids.length > modelTokens) {
      throw new QueryTooLongException(
          "a query must have at most "
              + modelTokens
              + " tokens, special tokens included, got: "
              + ids.length
              + " in "
              + quote(text));
    }
    return new TokenizedText(ids, special, ids.length);
  }

  /** Takes out tokens in front of the special tokens that end the text. */
  private TokenizedText cut(long[] ids, boolean[] special) {
    int length = ids.length;
    if (length <= maxDocumentTokens) {
      return new TokenizedText(ids, special, length);
    }
    int closing = 0;
    while (closing < maxDocumentTokens && special[length - 1 - closing]) {
      closing++;
    }
    long[] keptIds = Arrays.copyOf(ids, maxDocumentTokens);
    boolean[] keptSpecial = Arrays.copyOf(special, maxDocumentTokens);
    System.arraycopy(ids, length - closing, keptIds, maxDocumentTokens - closing, closing);
    Arrays.fill(keptSpecial, maxDocumentTokens - closing, maxDocumentTokens, true);
    return new TokenizedText(keptIds, keptSpecial, length);
  }

  /** A text as errors show it. */
  static String quote(String text) {
    return text.length() <= QUOTED_CHARACTERS
        ? "\"" + text + "\""
        : "\"" + text.substring(0, QUOTED_CHARACTERS) + "...\"";
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
