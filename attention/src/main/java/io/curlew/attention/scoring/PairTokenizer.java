package io.curlew.attention.scoring;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.curlew.cur.model.QueryTooLongException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;

/**
 * Makes [CLS] query [SEP] document [SEP] of a pair and cuts the document where that is too long.
 * The tokenizer's own cutting is off: it would shorten the longer text, whichever that is.
 */
public final class PairTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final int maxTokens;

  private PairTokenizer(HuggingFaceTokenizer tokenizer, int maxTokens) {
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
  }

  /**
   * Reads a Hugging Face {@code tokenizer.json}.
   *
   * @param maxTokens longest pair, special tokens included
   */
  public static PairTokenizer read(InputStream stream, int maxTokens) throws IOException {
    Map<String, String> asIs =
        Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true");
    return new PairTokenizer(HuggingFaceTokenizer.newInstance(stream, asIs), maxTokens);
  }

  /**
   * Tokenizes one pair.
   *
   * @throws QueryTooLongException if the query leaves no room for a token of the document
   */
  public TokenizedPair tokenize(String query, String document) {
    Encoding encoding = tokenizer.encode(query, document);
    long[] ids = encoding.getIds();
    long[] types = encoding.getTypeIds();
    int queryEnd = 0;
    while (queryEnd < types.length && types[queryEnd] == 0) {
      queryEnd++;
    }
    int full = ids.length;
    if (full > maxTokens) {
      if (queryEnd + 2 > maxTokens) {
        throw new QueryTooLongException(
            "a query must leave room for the document within "
                + maxTokens
                + " tokens, got: "
                + queryEnd
                + " with special tokens in "
                + TextTokenizer.quote(query));
      }
      long closing = ids[full - 1];
      ids = Arrays.copyOf(ids, maxTokens);
      types = Arrays.copyOf(types, maxTokens);
      ids[maxTokens - 1] = closing;
    }
    return new TokenizedPair(ids, types, queryEnd, full);
  }

  /** Whether a query leaves room for a document, so that {@link #tokenize} takes it. */
  public boolean leavesRoom(String query) {
    return tokenizer.encode(query).getIds().length + 2 <= maxTokens;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
