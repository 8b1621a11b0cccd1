package io.curlew.attention.scoring;

import io.curlew.cur.model.TokenVectors;
import io.curlew.simd.DotProduct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * The score of late interaction (Khattab and Zaharia, ColBERT, 2020): for each token of the query
 * the largest cosine with any token of the document, and of those the mean. It lies in [-1, 1].
 *
 * <p>The query's special tokens take no part; the document's do, as a place for query tokens that
 * nothing else answers. A pair's score is the same in every bit whatever else is in the call.
 *
 * <p>Cost: {@code 2 * dimension} floating-point operations per query token and document token. Only
 * the largest product per query token and document is kept, and scratch memory is a few megabytes
 * per thread beside a packed copy of the queries.
 */
public final class MaxSim {

  /** Document tokens per unit of work: with 384 values each, more than half of a 512 KiB cache. */
  private static final int BLOCK_ROWS = 192;

  /** Largest number of per-token maxima that a unit of work holds, unless one document has more. */
  private static final int BLOCK_MAXIMA = 1 << 20;

  private MaxSim() {}

  /**
   * Scores one pair.
   *
   * @throws IllegalArgumentException if the query has only special tokens, or the dimensions differ
   */
  public static float score(EncodedText query, EncodedText document) {
    return score(List.of(query), List.of(document))[0][0];
  }

  /**
   * Scores every query against every document, on the calling thread.
   *
   * @return {@code [queries][documents]}
   * @throws IllegalArgumentException if a query has only special tokens, or the dimensions differ
   */
  public static float[][] score(List<EncodedText> queries, List<EncodedText> documents) {
    PackedQueries packed = PackedQueries.of(queries);
    float[][] scores = new float[queries.size()][documents.size()];
    for (Block block : blocks(packed, documents)) {
      scoreBlock(packed, documents, block, scores, 0);
    }
    return scores;
  }

  /**
   * Scores every query against every document on a pool.
   *
   * @param scores {@code [queries][...]}, filled from column {@code firstColumn} on
   */
  static void score(
      PackedQueries queries,
      List<EncodedText> documents,
      WorkerPool pool,
      float[][] scores,
      int firstColumn) {
    List<Block> blocks = blocks(queries, documents);
    pool.forEach(
        blocks.size(),
        index -> scoreBlock(queries, documents, blocks.get(index), scores, firstColumn));
  }

  /**
   * Scores every query against every document: several queries on a pool, one on the calling
   * thread, without a copy of the vectors.
   *
   * @return {@code [queries][documents]}
   */
  static float[][] score(PackedQueries queries, TokenVectors documents, WorkerPool pool) {
    float[][] scores = new float[queries.queries()][documents.texts()];
    if (scores.length == 0 || documents.tokens() == 0) {
      return scores;
    }
    requireDimension(queries.dimension(), documents.dimension());
    if (scores.length == 1) {
      int[] groups = groups(documents, 0, documents.texts());
      means(
          queries,
          largestProducts(queries, documents.values(), groups, documents.texts()),
          scores,
          0);
      return scores;
    }
    List<Block> blocks = blocks(queries, documents.texts(), documents::tokens);
    pool.forEach(
        blocks.size(),
        index -> {
          Block block = blocks.get(index);
          int[] starts = documents.starts();
          float[] rows =
              Arrays.copyOfRange(
                  documents.values(),
                  starts[block.from] * documents.dimension(),
                  starts[block.to] * documents.dimension());
          int[] groups = groups(documents, block.from, block.to);
          means(
              queries,
              largestProducts(queries, rows, groups, block.to - block.from),
              scores,
              block.from);
        });
    return scores;
  }

  /** For each token of some documents the number of its document, from 0. */
  private static int[] groups(TokenVectors documents, int from, int to) {
    int[] starts = documents.starts();
    int[] groups = new int[starts[to] - starts[from]];
    for (int document = from; document < to; document++) {
      Arrays.fill(
          groups,
          starts[document] - starts[from],
          starts[document + 1] - starts[from],
          document - from);
    }
    return groups;
  }

  static void requireDimension(int expected, int dimension) {
    if (dimension != expected) {
      throw new IllegalArgumentException(
          "all token vectors of a call must have the same length, got: "
              + expected
              + " and "
              + dimension);
    }
  }

  private static List<Block> blocks(PackedQueries queries, List<EncodedText> documents) {
    return blocks(queries, documents.size(), document -> documents.get(document).tokens());
  }

  private static List<Block> blocks(
      PackedQueries queries, int documents, IntUnaryOperator tokensOf) {
    List<Block> blocks = new ArrayList<>();
    if (queries.queries() == 0) {
      return blocks;
    }
    int maxDocuments = Math.max(1, BLOCK_MAXIMA / queries.tokens().stride());
    int from = 0;
    int rows = 0;
    for (int document = 0; document < documents; document++) {
      int tokens = tokensOf.applyAsInt(document);
      if (document > from && (rows + tokens > BLOCK_ROWS || document - from == maxDocuments)) {
        blocks.add(new Block(from, document));
        from = document;
        rows = 0;
      }
      rows += tokens;
    }
    if (from < documents) {
      blocks.add(new Block(from, documents));
    }
    return blocks;
  }

  private static void scoreBlock(
      PackedQueries queries,
      List<EncodedText> documents,
      Block block,
      float[][] scores,
      int firstColumn) {
    float[] best = largestProducts(queries, documents.subList(block.from, block.to));
    means(queries, best, scores, firstColumn + block.from);
  }

  /** The mean of the largest products of each query's tokens, from a column on. */
  private static void means(
      PackedQueries queries, float[] best, float[][] scores, int firstColumn) {
    int documents = best.length / queries.tokens().stride();
    for (int document = 0; document < documents; document++) {
      int row = document * queries.tokens().stride();
      for (int query = 0; query < queries.queries(); query++) {
        int start = queries.start(query);
        int end = queries.start(query + 1);
        double sum = 0;
        for (int token = start; token < end; token++) {
          sum += best[row + token];
        }
        scores[query][firstColumn + document] = (float) (sum / (end - start));
      }
    }
  }

  /** For each document and each query token the largest product, {@code [documents][stride]}. */
  static float[] largestProducts(PackedQueries queries, List<EncodedText> documents) {
    int dimension = queries.dimension();
    int tokens = documents.stream().mapToInt(EncodedText::tokens).sum();
    float[] rows = new float[Math.multiplyExact(tokens, dimension)];
    int[] groups = new int[tokens];
    int next = 0;
    for (int document = 0; document < documents.size(); document++) {
      EncodedText text = documents.get(document);
      requireDimension(dimension, text.dimension());
      System.arraycopy(text.vectors(), 0, rows, next * dimension, text.tokens() * dimension);
      Arrays.fill(groups, next, next + text.tokens(), document);
      next += text.tokens();
    }
    return largestProducts(queries, rows, groups, documents.size());
  }

  private static float[] largestProducts(
      PackedQueries queries, float[] rows, int[] groups, int documents) {
    float[] best = new float[Math.multiplyExact(documents, queries.tokens().stride())];
    Arrays.fill(best, Float.NEGATIVE_INFINITY);
    DotProduct.create().largestOfRows(rows, groups, queries.tokens(), best);
    return best;
  }

  /** Documents that are scored together: {@code from} inclusive to {@code to} exclusive. */
  private record Block(int from, int to) {}
}
