package io.curlew.demo.rivals;

import io.curlew.cur.BestScores;
import io.curlew.cur.Estimates;
import io.curlew.cur.SearchSpace;
import io.curlew.simd.DotProduct;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * One vector for every document of an index, in memory, to be multiplied with that of a query. A
 * document without one has zeros. Not safe for use by several threads.
 */
final class DocumentVectors {

  /** Documents whose vectors are made at a time. */
  static final int BLOCK = 256;

  private final DotProduct products = DotProduct.create();
  private final int dimension;
  private final float[][] blocks; // vectors of BLOCK documents each, by number; null if all zero

  private DocumentVectors(int dimension, int size) {
    this.dimension = dimension;
    this.blocks = new float[Math.ceilDiv(size, BLOCK)][];
  }

  /** Makes the vectors of some documents. */
  @FunctionalInterface
  interface Source {
    /** One for each, in the order given. */
    float[][] of(int[] documents) throws IOException;
  }

  /**
   * Vectors of all documents, at most {@value #BLOCK} made at a time.
   *
   * @param documents ascending
   * @param dimension of the vectors
   */
  static DocumentVectors of(int[] documents, int dimension, Source source) throws IOException {
    int size = documents.length == 0 ? 0 : documents[documents.length - 1] + 1;
    DocumentVectors vectors = new DocumentVectors(dimension, size);
    for (int from = 0; from < documents.length; from += BLOCK) {
      int[] some = Arrays.copyOfRange(documents, from, Math.min(from + BLOCK, documents.length));
      float[][] made = source.of(some);
      for (int i = 0; i < some.length; i++) {
        vectors.set(some[i], made[i]);
      }
    }
    return vectors;
  }

  private void set(int document, float[] vector) {
    int block = document / BLOCK;
    if (blocks[block] == null) {
      blocks[block] = new float[BLOCK * dimension];
    }
    System.arraycopy(vector, 0, blocks[block], document % BLOCK * dimension, dimension);
  }

  int dimension() {
    return dimension;
  }

  /** A copy of a document's vector. */
  float[] of(int document) {
    float[] block = blocks[document / BLOCK];
    int from = document % BLOCK * dimension;
    return block == null ? new float[dimension] : Arrays.copyOfRange(block, from, from + dimension);
  }

  /** The products of all documents' vectors with one, by number. */
  float[] products(float[] vector) {
    float[] all = new float[blocks.length * BLOCK];
    float[] out = new float[BLOCK];
    for (int block = 0; block < blocks.length; block++) {
      if (blocks[block] != null) {
        products.ofRows(blocks[block], BLOCK, vector, out);
        System.arraycopy(out, 0, all, block * BLOCK, BLOCK);
      }
    }
    return all;
  }

  /**
   * The n best documents of a search by estimates, ties by external id.
   *
   * @param estimates by number, of all documents of the index
   * @param excluded documents to leave out
   */
  static Estimates best(SearchSpace space, float[] estimates, IntPredicate excluded, int n)
      throws IOException {
    float[] found = new float[estimates.length];
    Arrays.fill(found, Float.NaN);
    for (int document : space.sample(space.size(), 0)) {
      found[document] = estimates[document];
    }
    int[] best = new BestScores(space::ids).select(found, excluded, n);
    float[] scores = new float[best.length];
    for (int i = 0; i < best.length; i++) {
      scores[i] = found[best[i]];
    }
    return new Estimates(best, scores);
  }
}
