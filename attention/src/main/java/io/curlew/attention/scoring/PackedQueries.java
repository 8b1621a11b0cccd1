package io.curlew.attention.scoring;

import io.curlew.simd.DotProduct;
import java.util.Arrays;
import java.util.List;

/**
 * The vectors of all content tokens of queries, one query after the other, as products take them.
 */
final class PackedQueries {
  private final int dimension;
  private final DotProduct.Vectors tokens;

  /** First token of each query, and the end of the last. */
  private final int[] starts;

  private PackedQueries(int dimension, DotProduct.Vectors tokens, int[] starts) {
    this.dimension = dimension;
    this.tokens = tokens;
    this.starts = starts;
  }

  /**
   * Packs.
   *
   * @throws IllegalArgumentException if a query has only special tokens, or the dimensions differ
   */
  static PackedQueries of(List<EncodedText> queries) {
    int[] starts = new int[queries.size() + 1];
    for (int query = 0; query < queries.size(); query++) {
      EncodedText text = queries.get(query);
      MaxSim.requireDimension(queries.get(0).dimension(), text.dimension());
      if (text.contentTokens() == 0) {
        throw new IllegalArgumentException(
            "a query must have at least 1 token that is not special, got: 0 in query " + query);
      }
      starts[query + 1] = Math.addExact(starts[query], text.contentTokens());
    }
    int dimension = queries.isEmpty() ? 0 : queries.get(0).dimension();
    float[][] tokens = new float[starts[queries.size()]][];
    int next = 0;
    for (EncodedText text : queries) {
      for (int token = 0; token < text.tokens(); token++) {
        if (!text.isSpecial(token)) {
          int from = token * dimension;
          tokens[next++] = Arrays.copyOfRange(text.vectors(), from, from + dimension);
        }
      }
    }
    return new PackedQueries(dimension, DotProduct.create().pack(tokens), starts);
  }

  int queries() {
    return starts.length - 1;
  }

  int dimension() {
    return dimension;
  }

  DotProduct.Vectors tokens() {
    return tokens;
  }

  /** First token of a query; the next query's first token is its end. */
  int start(int query) {
    return starts[query];
  }
}
