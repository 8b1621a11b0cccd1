package io.curlew.attention.nystrom;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.array.TokenRows;

/**
 * What attends to what.
 *
 * @param queries (batch, heads, rows, headSize), not scaled
 * @param keys (batch, heads, tokens, headSize)
 * @param values of the shape of the keys
 */
public record AttentionArrays(NDArray queries, NDArray keys, NDArray values) {
  /** Shape of the queries. */
  public Shape shape() {
    return queries.getShape();
  }

  /** Tokens {@code from} to {@code to} of sequences {@code first} to {@code last}. */
  public AttentionArrays slice(NDManager manager, long first, long last, long from, long to) {
    return new AttentionArrays(
        TokenRows.slice(manager, queries, first, last, from, to),
        TokenRows.slice(manager, keys, first, last, from, to),
        TokenRows.slice(manager, values, first, last, from, to));
  }

  /** Queries {@code from} to {@code to} alone, with all keys and values. */
  public AttentionArrays rows(NDManager manager, long from, long to) {
    return withQueries(TokenRows.slice(manager, queries, from, to));
  }

  /** Other queries to the same keys and values. */
  AttentionArrays withQueries(NDArray others) {
    return new AttentionArrays(others, keys, values);
  }
}
