package io.curlew.attention.scoring;

import io.curlew.attention.TokenSpan;

/**
 * What a cross-encoder is given for one pair.
 *
 * @param ids vocabulary ids
 * @param types 0 for the query's part, 1 for the document's
 * @param queryTokens length of the query's part, with the special tokens around it
 * @param fullLength number of tokens before the document was cut
 */
public record TokenizedPair(long[] ids, long[] types, int queryTokens, int fullLength) {
  /** The query's part and the closing token are landmarks of their own. */
  public TokenSpan span() {
    return TokenSpan.of(0, ids.length).withProtected(queryTokens, 1);
  }
}
