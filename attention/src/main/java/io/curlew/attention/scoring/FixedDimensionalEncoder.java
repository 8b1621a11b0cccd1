package io.curlew.attention.scoring;

import io.curlew.simd.DotProduct;
import java.util.Arrays;
import java.util.Random;

/**
 * Fixed-dimensional encodings of token vectors (MUVERA; Dhulipala et al. 2024): one vector per
 * text, such that the dot product of a query's and a document's approximates {@link MaxSim}. With
 * them any single-vector index can be the first stage of late interaction.
 *
 * <p>Random hyperplanes split the space into {@code 2^planes} cells, several times over. A query's
 * encoding holds, for every cell, the sum of its content tokens there; a document's the mean of its
 * tokens there, or the token nearest to a cell that is empty, in hyperplanes that differ. Every
 * cell is projected to fewer dimensions by random signs. Immutable, safe from several threads.
 * Cost: a product of {@code repetitions * (planes + projected)} vectors with every token.
 */
public final class FixedDimensionalEncoder {

  private static final int MOST_PLANES = 10;

  private final int repetitions;
  private final int planes;
  private final int projected;
  private final int dimension;
  private final long seed;
  private final float[] directions; // by repetition: planes, then signs; each of token dimension
  private final DotProduct products = DotProduct.create();

  private FixedDimensionalEncoder(
      int dimension, int repetitions, int planes, int projected, long seed) {
    this.dimension = dimension;
    this.repetitions = repetitions;
    this.planes = planes;
    this.projected = projected;
    this.seed = seed;
    this.directions = new float[repetitions * (planes + projected) * dimension];
    Random random = new Random(seed);
    boolean whole = projected == dimension;
    int at = 0;
    for (int r = 0; r < repetitions; r++) {
      for (int i = 0; i < planes * dimension; i++) {
        directions[at++] = (float) random.nextGaussian();
      }
      float sign = (float) (1 / Math.sqrt(projected));
      for (int p = 0; p < projected; p++) {
        for (int i = 0; i < dimension; i++) {
          directions[at++] = whole ? (i == p ? 1 : 0) : random.nextBoolean() ? sign : -sign;
        }
      }
    }
  }

  /**
   * An encoder.
   *
   * @param dimension of a token vector
   * @param repetitions of the split, at least 1
   * @param planes that split the space each time, between 0 and 10
   * @param projected dimensions of a cell, between 1 and {@code dimension}, which leaves cells as
   *     they are
   */
  public static FixedDimensionalEncoder create(
      int dimension, int repetitions, int planes, int projected, long seed) {
    if (dimension < 1) {
      throw new IllegalArgumentException("dimension must be at least 1, got: " + dimension);
    }
    if (repetitions < 1) {
      throw new IllegalArgumentException("repetitions must be at least 1, got: " + repetitions);
    }
    if (planes < 0 || planes > MOST_PLANES) {
      throw new IllegalArgumentException(
          "planes must be between 0 and " + MOST_PLANES + ", got: " + planes);
    }
    if (projected < 1 || projected > dimension) {
      throw new IllegalArgumentException(
          "projected must be between 1 and dimension, " + dimension + ", got: " + projected);
    }
    return new FixedDimensionalEncoder(dimension, repetitions, planes, projected, seed);
  }

  /** Length of an encoding. */
  public int length() {
    return repetitions * (1 << planes) * projected;
  }

  /** The encoding of a query: its content tokens, divided by their number and the repetitions. */
  public float[] query(EncodedText text) {
    float[] encoding = new float[length()];
    float[] values = products(text);
    int width = planes + projected;
    float weight = 1f / Math.max(1, repetitions * text.contentTokens());
    for (int token = 0; token < text.tokens(); token++) {
      if (text.isSpecial(token)) {
        continue;
      }
      for (int r = 0; r < repetitions; r++) {
        int from = (token * repetitions + r) * width;
        add(values, from + planes, weight, encoding, start(r, cell(values, from)));
      }
    }
    return encoding;
  }

  /** The encoding of a document: all its tokens. */
  public float[] document(EncodedText text) {
    float[] encoding = new float[length()];
    float[] values = products(text);
    int width = planes + projected;
    int[] cells = new int[text.tokens()];
    int[] counts = new int[1 << planes];
    for (int r = 0; r < repetitions; r++) {
      Arrays.fill(counts, 0);
      for (int token = 0; token < cells.length; token++) {
        cells[token] = cell(values, (token * repetitions + r) * width);
        counts[cells[token]]++;
      }
      for (int token = 0; token < cells.length; token++) {
        int from = (token * repetitions + r) * width + planes;
        add(values, from, 1f / counts[cells[token]], encoding, start(r, cells[token]));
      }
      for (int cell = 0; cell < counts.length; cell++) {
        if (counts[cell] == 0) {
          int from = (nearest(cells, cell) * repetitions + r) * width + planes;
          add(values, from, 1, encoding, start(r, cell));
        }
      }
    }
    return encoding;
  }

  /** The products of all tokens with all directions: {@code [token][repetition][direction]}. */
  private float[] products(EncodedText text) {
    if (text.dimension() != dimension) {
      throw new IllegalArgumentException(
          "token vectors must have " + dimension + " dimensions, got: " + text.dimension());
    }
    int count = directions.length / dimension;
    float[] values = new float[text.tokens() * count];
    float[] token = new float[dimension];
    float[] out = new float[count];
    for (int t = 0; t < text.tokens(); t++) {
      System.arraycopy(text.vectors(), t * dimension, token, 0, dimension);
      products.ofRows(directions, count, token, out);
      System.arraycopy(out, 0, values, t * count, count);
    }
    return values;
  }

  private int start(int repetition, int cell) {
    return ((repetition << planes) + cell) * projected;
  }

  private int cell(float[] values, int from) {
    int cell = 0;
    for (int p = 0; p < planes; p++) {
      cell = cell << 1 | (values[from + p] > 0 ? 1 : 0);
    }
    return cell;
  }

  private static int nearest(int[] cells, int cell) {
    int best = 0;
    for (int token = 1; token < cells.length; token++) {
      if (Integer.bitCount(cells[token] ^ cell) < Integer.bitCount(cells[best] ^ cell)) {
        best = token;
      }
    }
    return best;
  }

  private void add(float[] values, int from, float weight, float[] encoding, int to) {
    for (int i = 0; i < projected; i++) {
      encoding[to + i] += weight * values[from + i];
    }
  }

  /** Names what encodings depend on beside the token vectors. */
  public String fingerprint() {
    return "fde " + repetitions + " x 2^" + planes + " x " + projected + ", seed " + seed;
  }
}
