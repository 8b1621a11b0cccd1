package io.curlew.cur.model;

/**
 * The vectors of the tokens of some texts, one behind the other. Its arrays are not copied, and not
 * to be changed.
 *
 * @param dimension of a vector, at least 1
 * @param values the vectors, row by row; what is beyond the last token means nothing
 * @param starts for each text its first token, and at last the end: one more than there are texts
 */
public record TokenVectors(int dimension, float[] values, int[] starts) {

  /** Checks the sizes. */
  public TokenVectors {
    if (dimension < 1) {
      throw new IllegalArgumentException("dimension must be at least 1, got: " + dimension);
    }
    if (starts.length == 0) {
      throw new IllegalArgumentException("starts must have an end, got none");
    }
    long needed = (long) starts[starts.length - 1] * dimension;
    if (values.length < needed) {
      throw new IllegalArgumentException(
          "values must be at least " + needed + ", got: " + values.length);
    }
  }

  /** The number of texts. */
  public int texts() {
    return starts.length - 1;
  }

  /** The number of tokens of all texts. */
  public int tokens() {
    return starts[starts.length - 1];
  }

  /** The number of tokens of one text. */
  public int tokens(int text) {
    return starts[text + 1] - starts[text];
  }
}
