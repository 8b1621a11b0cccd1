package io.curlew.attention.scoring;

import io.curlew.cur.model.TokenVectors;
import java.util.Arrays;
import java.util.List;

/**
 * A text as a model sees it: one L2-normalised vector per token, special tokens included, and one
 * for the whole text. Immutable.
 *
 * <p>A token that the model maps to the zero vector stays zero; NaN and infinity stay what they are
 * (or become NaN) and show up in every score of the text.
 */
public final class EncodedText {

  private final int dimension;
  private final float[] embeddings;
  private final boolean[] special;
  private final float[] pooled;
  private final int contentTokens;
  private final int wholeTokens;

  private EncodedText(
      int dimension, float[] embeddings, boolean[] special, float[] pooled, int wholeTokens) {
    this.dimension = dimension;
    this.embeddings = embeddings;
    this.special = special;
    this.pooled = pooled;
    this.wholeTokens = wholeTokens;
    int content = 0;
    for (boolean isSpecial : special) {
      content += isSpecial ? 0 : 1;
    }
    this.contentTokens = content;
  }

  /**
   * Normalises a model's output. The whole-text vector is the normalised mean of the raw token
   * vectors, special tokens included, as in Sentence-BERT (Reimers and Gurevych, 2019).
   *
   * @param raw token vectors, row-major (tokens x dimension); not modified
   * @param special for each token, whether the tokenizer added it
   * @throws IllegalArgumentException if there is no token or the lengths do not fit together
   */
  public static EncodedText of(float[] raw, boolean[] special) {
    return of(raw, special, special.length);
  }

  /** The same of a text that may have been cut: with the tokens that it had before. */
  static EncodedText of(float[] raw, boolean[] special, int wholeTokens) {
    int tokens = special.length;
    if (tokens == 0 || raw.length == 0 || raw.length % tokens != 0) {
      throw new IllegalArgumentException(
          "raw must hold a vector of the same length for each of at least 1 token, got: "
              + raw.length
              + " values for "
              + tokens
              + " tokens");
    }
    int dimension = raw.length / tokens;
    float[] embeddings = raw.clone();
    double[] mean = new double[dimension];
    for (int token = 0; token < tokens; token++) {
      int start = token * dimension;
      double squares = 0;
      for (int i = 0; i < dimension; i++) {
        double value = raw[start + i];
        mean[i] += value;
        squares += value * value;
      }
      double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
      for (int i = start; i < start + dimension; i++) {
        embeddings[i] = (float) (raw[i] * scale);
      }
    }
    return new EncodedText(dimension, embeddings, special.clone(), normalise(mean), wholeTokens);
  }

  /** The token vectors of texts of one model, one behind the other. */
  static TokenVectors concatenate(List<EncodedText> texts) {
    int[] starts = new int[texts.size() + 1];
    for (int text = 0; text < texts.size(); text++) {
      starts[text + 1] = Math.addExact(starts[text], texts.get(text).tokens());
    }
    int dimension = texts.isEmpty() ? 1 : texts.getFirst().dimension;
    float[] values = new float[Math.multiplyExact(starts[texts.size()], dimension)];
    for (int text = 0; text < texts.size(); text++) {
      float[] vectors = texts.get(text).embeddings;
      System.arraycopy(vectors, 0, values, starts[text] * dimension, vectors.length);
    }
    return new TokenVectors(dimension, values, starts);
  }

  private static float[] normalise(double[] vector) {
    double squares = 0;
    for (double value : vector) {
      squares += value * value;
    }
    double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
    float[] result = new float[vector.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) (vector[i] * scale);
    }
    return result;
  }

  /** Length of a token vector. */
  public int dimension() {
    return dimension;
  }

  /** Number of tokens, special tokens included. */
  public int tokens() {
    return special.length;
  }

  /**
   * Number of tokens of the whole text, special ones included: more than it keeps if it was cut.
   */
  public int wholeTokens() {
    return wholeTokens;
  }

  /** Number of tokens that the text itself gave rise to: those that a query is scored by. */
  public int contentTokens() {
    return contentTokens;
  }

  /** Whether the tokenizer added this token, as it does [CLS] and [SEP]. */
  public boolean isSpecial(int token) {
    return special[token];
  }

  /** A copy of the normalised token vectors, row-major: tokens x dimension. */
  public float[] embeddings() {
    return embeddings.clone();
  }

  /** A copy of the normalised whole-text vector, of length {@link #dimension()}. */
  public float[] pooled() {
    return pooled.clone();
  }

  /** The token vectors themselves, to be read only. */
  float[] vectors() {
    return embeddings;
  }

  /** Memory held, without object headers. */
  long bytes() {
    return (long) Float.BYTES * (embeddings.length + pooled.length) + special.length;
  }

  @Override
  public String toString() {
    return "EncodedText[tokens="
        + tokens()
        + ", dimension="
        + dimension
        + ", hash="
        + Arrays.hashCode(embeddings)
        + "]";
  }
}
